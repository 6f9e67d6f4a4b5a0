import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { compareWithCsv, startCollectd } from './collectd.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import type { HostView, SeriesAnswer } from '../../src/contract/api.ts';

const HOST = 'agent.example.net';

test('a real collectd: what its csv plugin wrote is what our files hold', async () => {
  using place = scratch();
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp}, accept: [collectd] }]
cache: { max_age: 4s, jitter: 2s }
checks: []
`,
  );
  await using server = await Server.start(file, http);
  await using agent = startCollectd(place.dir, HOST, [{ port: udp }]);
  const view = await until('the host, judged', async () => {
    const found = await server.get<HostView>(`/api/v1/hosts/web/${HOST}`);
    return found.state === 'UP' ? found : undefined;
  });
  expect(view.agent).toBe('collectd');
  await delay(12_000);
  const load = await server.get<SeriesAnswer>(
    `/api/v1/series?cluster=web&host=.*&metric=load/load:.*&from=-10s`,
  );
  expect(load.series.map((s) => s.metric)).toEqual([
    'load/load:shortterm',
    'load/load:midterm',
    'load/load:longterm',
  ]);
  expect(load.series[0]?.values.filter((v) => v !== null).length).toBeGreaterThan(3);
  expect((await agent.end()).code).toBe(0);
  await delay(500);
  const { code, books } = await server.stop();
  expect(code).toBe(0);
  expect(imbalance(books)).toBe(0);
  expect(books).toMatchObject({ pending: 0, lost: 0, rejected: 0 });
  expect(await server.program.ended.then(({ err }) => err)).toBe('');

  const { values, records, wrong } = await compareWithCsv(place.dir, HOST, join(place.dir, 'data/rrd/web'));
  expect(records).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
  expect(books.received, 'every value the agent wrote itself').toBe(values);
});
