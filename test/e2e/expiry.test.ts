import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Agents } from './agents.ts';
import { gmetric, gmondConf } from './gmond.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import type { HostView, MetricView, SearchAnswer, SeriesAnswer } from '../../src/contract/api.ts';

/** A group whose hosts are down after 4 s and expire 4 s later, and whose points wait for a minute. */
async function setting(dir: string) {
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  const file = configure(
    dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
group_defaults: { host_tmax: 1s, host_dmax: 4s }
groups: [{ name: web, listen: 127.0.0.1:${udp} }]
cache: { max_age: 60s, jitter: 1s }
`,
  );
  return { http, udp, file };
}

const known = (values: readonly (number | null)[] | undefined) => values?.filter((value) => value !== null);

test('a host and a metric that are gone leave, are found with their histories, and come back', async () => {
  using place = scratch();
  const { http, udp, file } = await setting(place.dir);
  const conf = gmondConf(place.dir, udp);
  using agents = await Agents.on(udp);
  const beat = setInterval(() => agents.gmond('stays', 'load_one', 1), 500);
  using _ = { [Symbol.dispose]: () => clearInterval(beat) };
  const history = async (server: Server, host: string, metric: string) => {
    const { series } = await server.get<SeriesAnswer>(
      `/api/v1/series?host=${host}&metric=${metric}&from=-10m`,
    );
    return known(series[0]?.values);
  };
  const names = async (server: Server, query = '') =>
    (await server.get<HostView[]>(`/api/v1/hosts${query}`)).map(({ name }) => name);
  {
    await using server = await Server.start(file, http);
    for (const host of ['leaves', 'returns']) agents.gmond(host, 'logins', 7);
    const spoofed = ['-S', '127.0.0.9:stays'];
    expect((await gmetric(conf, 'brief', 5, ['-d', '4', ...spoofed])).code).toBe(0);
    await until('everybody', async () => ((await names(server)).length === 3 ? true : undefined));
    const seriesBefore = await server.metric('muster_series');
    await until('the brief metric', async () => {
      const metrics = await server.get<MetricView[]>('/api/v1/hosts/web/stays/metrics');
      return metrics.some(({ metric }) => metric === 'brief') ? true : undefined;
    });

    await until('those that are gone have left', async () => {
      const left = await names(server);
      const metrics = await server.get<MetricView[]>('/api/v1/hosts/web/stays/metrics');
      return left.length === 1 && metrics.length === 1 ? true : undefined;
    });
    expect(await names(server)).toEqual(['stays']);
    // Lists hide a retired host at once; it leaves the memory when its points are stored.
    await until('what they took is given back', async () =>
      (await server.metric('muster_series')) < seriesBefore ? true : undefined,
    );
    await until('that is counted', async () => {
      const hosts = await server.metric('muster_hosts_expired_total');
      const records = await server.metric('muster_records_expired_total');
      return hosts === 2 && records === 1 ? true : undefined;
    });

    // Listed, found, and read by their names.
    await until('they are written down', async () =>
      (await names(server, '?state=RETIRED')).length === 2 ? true : undefined,
    );
    expect(await server.get<HostView>('/api/v1/hosts/web/leaves')).toMatchObject({
      state: 'RETIRED',
      retired_reason: 'expired',
    });
    const { hosts } = await server.get<SearchAnswer>('/api/v1/search?q=leaves');
    expect(hosts).toMatchObject([{ cluster: 'web', host: 'leaves', state: 'RETIRED' }]);
    expect(await history(server, 'leaves', 'logins')).toContain(7);
    // A metric may leave a moment after the hosts were written down.
    await until('the metric is written down, too', async () =>
      (await history(server, 'stays', 'brief'))?.includes(5) ? true : undefined,
    );

    // Heard again it is a new host with its old history.
    agents.gmond('returns', 'logins', 9);
    await until('it is back', async () =>
      (await server.get<HostView>('/api/v1/hosts/web/returns')).state === 'UP' ? true : undefined,
    );
    expect(await names(server, '?state=RETIRED')).toEqual(['leaves']);
    await delay(1500);
    const { books } = await server.stop();
    expect(imbalance(books)).toBe(0);
  }
  await using again = await Server.start(file, http);
  expect((await names(again)).toSorted()).toEqual(['returns', 'stays']);
  expect(await names(again, '?state=RETIRED')).toEqual(['leaves']);
  expect(await history(again, 'leaves', 'logins')).toContain(7);
  expect(await history(again, 'returns', 'logins')).toEqual(expect.arrayContaining([7, 9]));
});
