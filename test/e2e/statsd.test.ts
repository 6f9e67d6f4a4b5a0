import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { configure, freeTcpPort, freeUdpPort, imbalance, run, scratch, Server, until } from './server.ts';
import type { SeriesAnswer } from '../../src/contract/api.ts';

const HOST = 'web-9.example.net';

/** Sends one datagram as a shell script would. */
async function shell(port: number, lines: string): Promise<void> {
  const { code, err } = await run('bash', [
    '-c',
    `printf '%b' "$1" > /dev/udp/127.0.0.1/${port}`,
    'bash',
    lines,
  ]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
}

test('lines of statsd, from a shell to graphs and files, and through a restart', async () => {
  using place = scratch();
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups:
  - name: app
    listen: 127.0.0.1:${udp}
    statsd: { flush_interval: 2s, percentiles: [90] }
cache: { max_age: 4s, jitter: 2s }
checks: []
`,
  );
  /** The newest values of the series whose host and metric match, by metric. */
  const newest = async (server: Server, host: string, metric: string) => {
    const path = `/api/v1/series?cluster=app&host=${host}&metric=${metric}&from=-60s`;
    const { series } = await server.get<SeriesAnswer>(path);
    return new Map(series.map((s) => [s.metric, s.values.filter((v) => v !== null).at(-1)]));
  };

  {
    await using server = await Server.start(file, http);
    // The line that the page of an empty group shows (web/src/components/empty-cluster.tsx).
    const line = `echo "hello:1|c" > /dev/udp/127.0.0.1/${udp}`;
    expect((await run('bash', ['-c', line])).err).toBe('');
    await shell(
      udp,
      `jobs:4|g|#host:${HOST}\njobs:+3|g|#host:${HOST}\nbroken:x|c\\nt:${Array.from({ length: 10 }, (_, i) => i + 1).join(':')}|ms|@0.5|#host:${HOST},env:prod\n`,
    );
    const hello = await until('the counter of the one line', async () => {
      const found = await newest(server, '.*', 'statsd/hello.*');
      return found.size === 2 ? found : undefined;
    });
    expect([...hello.keys()]).toEqual(['statsd/hello.count', 'statsd/hello.rate']);
    const own = await until('the host that the lines name', async () => {
      const found = await newest(server, HOST, 'statsd/.*');
      return found.size === 11 ? found : undefined;
    });
    expect(Object.fromEntries(own)).toMatchObject({
      'statsd/jobs.value': 7,
      'statsd/t,env=prod.count': 20,
      'statsd/t,env=prod.mean': 5.5,
      'statsd/t,env=prod.upper_90': 9,
      'statsd/t,env=prod.mean_90': 5,
    });
    expect(await server.metric('muster_statsd_samples_total')).toBe(13);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('muster_statsd_samples_total{group="app",type="timer"} 10');
    expect(text).toContain(
      'muster_packets_rejected_total{group="app",protocol="statsd",reason="bad-value"} 1',
    );
    await shell(udp, `last:5|c|#host:${HOST}`);
    await until('its datagram', async () =>
      (await server.metric('muster_statsd_samples_total')) === 14 ? true : undefined,
    );
    const { code, books } = await server.stop();
    expect([code, imbalance(books), books.pending, books.lost, books.rejected]).toEqual([0, 0, 0, 0, 0]);
  }
  // What was heard since the last flush is there, in a file as a collectd's would be.
  const rrd = join(place.dir, 'data/rrd/app', HOST, 'statsd/last.count.rrd');
  expect((await run('rrdtool', ['lastupdate', rrd])).out).toMatch(/: 5(\.0+)?\s*$/);

  await delay(1000);
  await using server = await Server.start(file, http);
  await shell(udp, `jobs:-1|g|#host:${HOST}`);
  await until('a step from where the gauge was before', async () => {
    const found = await newest(server, HOST, 'statsd/jobs.value');
    return found.get('statsd/jobs.value') === 6 ? true : undefined;
  });
  const { code, books } = await server.stop();
  expect([code, imbalance(books)]).toEqual([0, 0]);
});
