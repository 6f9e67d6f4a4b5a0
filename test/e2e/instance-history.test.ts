import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Agents } from './agents.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import type { HostView, SeriesAnswer } from '../../src/contract/api.ts';
import type { RegisterAnswer } from '../../src/contract/instances.ts';

/** Points wait for a minute: what is on disk before that was written because a name changed hands. */
async function setting(dir: string) {
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  const file = configure(
    dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp} }]
cache: { max_age: 60s, jitter: 1s }
`,
  );
  return { http, udp, file, rrd: join(dir, 'data/rrd/web') };
}

async function register(server: Server, host: string, id: string): Promise<RegisterAnswer> {
  const response = await fetch(`${server.url}/api/v1/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ group: 'web', host, instance_id: id }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as RegisterAnswer;
}

/** The values that are known of a host's metric, each once. */
async function values(server: Server, host: string, metric: string): Promise<readonly number[]> {
  const { series } = await server.get<SeriesAnswer>(`/api/v1/series?host=${host}&metric=${metric}&from=-10m`);
  const known = (series[0]?.values ?? []).filter((value) => value !== null);
  return [...new Set(known)].toSorted((a, b) => a - b);
}

/** What is said by an instance is there, whichever way it came. */
async function says(server: Server, agents: Agents, host: string, value: number): Promise<void> {
  const nowS = Math.floor(Date.now() / 1000);
  agents.gmond(host, 'logins', value);
  agents.collectd(host, 'queue', [[nowS, value]]);
  for (const metric of ['logins', 'queue/gauge']) {
    await until(`${metric} of ${host}`, async () =>
      (await values(server, host, metric)).includes(value) ? true : undefined,
    );
  }
}

async function expectHistories(server: Server, of: Readonly<Record<string, readonly number[]>>) {
  for (const [host, known] of Object.entries(of)) {
    for (const metric of ['logins', 'queue/gauge']) {
      expect(await values(server, host, metric), `${host} ${metric}`).toEqual(known);
    }
  }
}

test('histories follow instances when a name changes hands, over a crash, and back', async () => {
  using place = scratch();
  const { http, udp, file, rrd } = await setting(place.dir);
  using agents = await Agents.on(udp);
  {
    await using server = await Server.start(file, http);
    await register(server, 'web-1', 'i-a');
    await says(server, agents, 'web-1', 7);
    // No second has points of both.
    await delay(1100);
    await register(server, 'web-1', 'i-b');
    // The answer comes when the name is free.
    expect(readdirSync(rrd)).toEqual(['web-1%7Ei-a']);
    await says(server, agents, 'web-1', 9);
    await expectHistories(server, { 'web-1~i-a': [7], 'web-1': [9] });
    const aside = await server.get<HostView>('/api/v1/hosts/web/web-1~i-a');
    expect(aside).toMatchObject({ state: 'RETIRED', retired_reason: 'replaced by i-b', metrics: 2 });
    // Until the system has the journal.
    await delay(300);
    expect(server.program.out).not.toContain('made anew');
    await server.program.end('SIGKILL');
  }
  // Points of both stand in the journal under one name.
  await using again = await Server.start(file, http);
  await until('the journal was read back', async () =>
    (await values(again, 'web-1', 'logins')).length > 0 ? true : undefined,
  );
  await expectHistories(again, { 'web-1~i-a': [7], 'web-1': [9] });

  await register(again, 'web-9', 'i-a');
  expect((await fetch(`${again.url}/api/v1/hosts/web/web-1~i-a`)).status).toBe(404);
  await says(again, agents, 'web-9', 8);
  await expectHistories(again, { 'web-9': [7, 8], 'web-1': [9], 'web-1~i-a': [] });
  const { books } = await again.stop();
  expect(imbalance(books)).toBe(0);
  expect(readdirSync(rrd).toSorted()).toEqual(['web-1', 'web-9']);
});
