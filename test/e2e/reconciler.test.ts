import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Agents } from './agents.ts';
import {
  configure,
  freeTcpPort,
  freeUdpPort,
  imbalance,
  ROOT,
  run,
  scratch,
  Server,
  until,
} from './server.ts';
import type { HostView } from '../../src/contract/api.ts';
import type { ReconcilerView } from '../../src/contract/instances.ts';

/** As somebody writes a list who minds its readers: whole, then under its name. */
function writeList(file: string, numbers: readonly number[]): void {
  const items = numbers.map((n) => ({
    group: 'web',
    instance_id: `i-${n}`,
    host: `web-${n}`,
    state: 'running',
    tags: [{ Key: 'role', Value: 'front' }],
  }));
  writeFileSync(`${file}.next`, JSON.stringify({ instances: items }));
  renameSync(`${file}.next`, file);
}

test('whoever is gone from a list is retired, an outage changes nothing, a list that shrinks is held until confirmed', async () => {
  using place = scratch();
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  const list = join(place.dir, 'cloud.json');
  writeList(list, [1, 2, 3, 4, 5]);
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp} }]
reconcilers: [{ name: cloud, file: ${list}, interval: 1s, groups: [web] }]
`,
  );
  using agents = await Agents.on(udp);
  await using server = await Server.start(file, http);
  const beat = setInterval(() => {
    for (const n of [1, 2, 3, 4, 5]) agents.gmond(`web-${n}`, 'load_one', n);
  }, 500);
  using _ = { [Symbol.dispose]: () => clearInterval(beat) };
  const retired = async () =>
    (await server.get<HostView[]>('/api/v1/hosts?state=RETIRED')).toSorted((one, other) =>
      one.name < other.name ? -1 : 1,
    );
  const cloud = async () => (await server.get<ReconcilerView[]>('/api/v1/reconcilers'))[0];
  const readyNotes = async () => (await server.get<{ notes: string[] }>('/api/v1/status')).notes;

  await until('everybody is up', async () => {
    const up = await server.get<HostView[]>('/api/v1/hosts?state=UP');
    return up.length === 5 && up.every(({ instance }) => instance?.says === 'cloud says running')
      ? true
      : undefined;
  });

  writeList(list, [1, 2, 3, 4]);
  const [gone] = await until('one is retired', async () => {
    const left = await retired();
    return left.length > 0 ? left : undefined;
  });
  expect(gone).toMatchObject({ name: 'web-5', retired_reason: 'gone from list cloud' });

  writeFileSync(list, '[{"group":"web","instance_id":"i-1"},{"gro');
  await until('the outage is told', async () =>
    (await readyNotes()).some((note) => note.startsWith('list cloud has failed for')) ? true : undefined,
  );
  expect(await cloud()).toMatchObject({ instances: 4, held: null });

  writeList(list, [1]);
  const held = await until('the list is held', async () => (await cloud())?.held ?? undefined);
  expect(held).toMatchObject({ gone: 3, groups: [{ group: 'web', gone: 3, of: 4 }] });
  expect(await readyNotes()).toContainEqual(expect.stringContaining('muster reconciler confirm cloud'));
  expect(await retired()).toHaveLength(1);

  const muster = join(ROOT, 'script/muster');
  const said = await run(muster, ['reconciler', 'confirm', 'cloud', '--config', file]);
  expect(said).toMatchObject({ code: 0, out: '3 instances are retired\n' });
  const left = await until('they are retired', async () => {
    const now = await retired();
    return now.length === 4 ? now : undefined;
  });
  expect(left.map(({ name }) => name)).toEqual(['web-2', 'web-3', 'web-4', 'web-5']);
  expect(await cloud()).toMatchObject({ instances: 1, held: null, fault: '' });

  const { books } = await server.stop();
  expect(imbalance(books)).toBe(0);
});
