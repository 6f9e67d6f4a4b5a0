import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Agents } from './agents.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, run, scratch, Server, until } from './server.ts';

interface Ready {
  readonly ready: boolean;
  readonly notes: readonly string[];
  readonly setAside: readonly string[];
}

const NO_DATABASE = 'this was a database once, and is none any more '.repeat(300);

async function configured(dir: string, auth = '') {
  const http = await freeTcpPort();
  const udp = await freeUdpPort();
  const file = configure(
    dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: dev, listen: 127.0.0.1:${udp} }]
checks: []
cache: { max_age: 1s, jitter: 0s }
${auth}
`,
  );
  return { http, udp, file, data: join(dir, 'data') };
}

/** Sends a metric once a second until the store has more values than before. */
async function store(server: Server, udp: number, value: number): Promise<void> {
  using agents = await Agents.on(udp);
  const before = await server.metric('muster_values_stored_total');
  await until('stored', async () => {
    agents.gmond('dev-1', 'queue', value);
    const stored = await server.metric('muster_values_stored_total');
    return stored > before ? true : undefined;
  });
}

async function lastUpdate(path: string): Promise<number> {
  const { out } = await run('rrdtool', ['lastupdate', path]);
  return Number(out.trim().split('\n').at(-1)?.split(': ')[1]);
}

test('with a damaged catalogue.db, judge.db and RRD file the server comes up, names them, and goes on', async () => {
  using place = scratch();
  const { http, udp, file, data } = await configured(place.dir);
  const rrd = join(data, 'rrd/dev/dev-1/queue.rrd');
  {
    await using server = await Server.start(file, http);
    expect(await server.get<Ready>('/readyz')).toEqual({ ready: true, notes: [], setAside: [] });
    await store(server, udp, 1);
    await server.stop();
  }
  for (const name of ['catalogue.db', 'judge.db']) writeFileSync(join(data, name), NO_DATABASE);
  truncateSync(rrd, 1000);

  await using server = await Server.start(file, http);
  await store(server, udp, 2);
  const ready = await until('all are named', async () => {
    const answer = await server.get<Ready>('/readyz');
    return answer.setAside.length === 3 ? answer : undefined;
  });
  const named = ready.setAside.toSorted();
  expect(ready).toMatchObject({ ready: true, notes: [] });
  expect(named[0]).toMatch(
    /^an RRD file was damaged \(.+\); a new one begins; set aside as .+queue\.rrd\.damaged-/,
  );
  expect(named[1]).toMatch(
    /^catalogue\.db was damaged .+every description and last value is forgotten, history stays/,
  );
  expect(named[2]).toMatch(/^judge\.db was damaged .+every state is forgotten, history stays/);
  const { notes } = await server.get<{ notes: string[] }>('/api/v1/status');
  expect(notes.join('\n')).toMatch(/catalogue\.db was damaged/);
  expect(server.program.out).toContain('"level":"error"');
  expect(readdirSync(data).filter((name) => name.includes('.db.damaged-'))).toHaveLength(2);
  expect(readdirSync(join(data, 'rrd/dev/dev-1')).filter((name) => name.includes('.damaged-'))).toHaveLength(
    1,
  );
  expect(await lastUpdate(rrd)).toBe(2);
  const { code, books } = await server.stop();
  expect(code).toBe(0);
  expect(imbalance(books)).toBe(0);
  expect(books.lost).toBe(0);
});

test('with a damaged access.db nobody comes in, and /readyz says so without names of the fleet', async () => {
  using place = scratch();
  const { http, file, data } = await configured(place.dir, 'auth: { mode: users }');
  {
    await using server = await Server.start(file, http);
    await server.stop();
  }
  writeFileSync(join(data, 'access.db'), NO_DATABASE);
  await using server = await Server.start(file, http);
  const { setAside } = await server.get<Ready>('/readyz');
  expect(setAside).toEqual([expect.stringMatching(/^access\.db was damaged .*nobody can sign in/)]);
  expect(setAside.join()).not.toContain(place.dir);
  expect((await fetch(`${server.url}/api/v1/hosts`)).status).toBe(401);
  expect(existsSync(join(data, 'access.db'))).toBe(true);
});
