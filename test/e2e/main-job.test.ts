import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { launch } from './browser.ts';
import { gmetric, gmond, gmondConf } from './gmond.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, run, scratch, Server, until } from './server.ts';
import type { ClusterView, HostView, MetricView, SeriesAnswer, ServiceView } from '../../src/contract/api.ts';

interface Paged {
  readonly kind: string;
  readonly host: string;
  readonly service: string;
  readonly state: string;
  readonly output: string;
}

/** Somebody on call: keeps what is POSTed, refuses the first `refusals`. */
async function receiver(refusals = 0) {
  const pages: Paged[] = [];
  const keys: string[] = [];
  let refused = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      keys.push(String(request.headers['idempotency-key']));
      if (refused < refusals) {
        refused += 1;
        response.writeHead(503).end();
        return;
      }
      pages.push(JSON.parse(body) as Paged);
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { pages, keys, url: `http://127.0.0.1:${port}/hook`, [Symbol.dispose]: () => server.close() };
}

async function setting(dir: string, hook: string) {
  const [http, dev, web] = [await freeTcpPort(), await freeUdpPort(), await freeUdpPort()];
  writeFileSync(
    join(dir, 'checks.yaml'),
    `services:
  - name: logins
    metric: logins
    warning: "50"
    critical: "100"
    max_check_attempts: 2
    retry_interval: 1s
    notes: Look at the login servers first.
`,
  );
  const file = configure(
    dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups:
  - { name: dev, listen: 127.0.0.1:${dev} }
  - { name: web, listen: 127.0.0.1:${web} }
ingest: { workers: 2 }
cache: { max_age: 5s, jitter: 2s }
checks: [checks.yaml]
alerts:
  receivers: [{ name: ops, webhook: { url: "${hook}" } }]
  routes: [{ receiver: ops }]
`,
  );
  return { http, dev, web, file };
}

const host = hostname();
const TITLED = ['-g', 'app', '-T', 'Logins'];

describe('gmond and gmetric', () => {
  test('a value is seen on the page, in the API, by a webhook, after a restart, and in the file', async () => {
    using place = scratch();
    using oncall = await receiver(1);
    const { http, dev, web, file } = await setting(place.dir, oncall.url);
    const conf = gmondConf(place.dir, dev);
    await using browser = await launch();
    let books;
    {
      await using server = await Server.start(file, http);
      // Not before: gmond says most of its metrics once, when it starts, and then not for minutes.
      await using _ = gmond(conf);
      const page = await browser.newPage();
      await page.goto(`${server.url}/`);
      await page.getByText(`port = ${web}`).first().waitFor();

      expect((await gmetric(conf, 'logins', 37.25, TITLED)).code).toBe(0);
      const metric = await until('the metric', async () => {
        const metrics = await server.get<MetricView[]>(`/api/v1/hosts/dev/${host}/metrics`);
        return metrics.find((m) => m.metric === 'logins');
      });
      expect(metric).toMatchObject({
        value: 37.25,
        units: 'things',
        group: 'app',
        title: 'Logins',
        kind: 'gauge',
      });
      await until('gmond itself', async () => {
        const metrics = await server.get<MetricView[]>(`/api/v1/hosts/dev/${host}/metrics`);
        return metrics.some((m) => m.metric === 'load_one' && m.value !== null) ? true : undefined;
      });
      await until('facts', async () => {
        const view = await server.get<HostView>(`/api/v1/hosts/dev/${host}`);
        return view.facts['os_release'] !== undefined && view.facts['gmond_started'] !== undefined
          ? true
          : undefined;
      });

      await page.goto(`${server.url}/hosts/dev/${host}?q=logins`);
      await page.getByText('37.3').first().waitFor();
      expect((await gmetric(conf, 'logins', 250, TITLED)).code).toBe(0);
      await page.getByText('250').first().waitFor();

      // The second attempt needs a newer sample.
      const problem = await until('a page for somebody', async () => {
        await gmetric(conf, 'logins', 250, TITLED);
        return oncall.pages[0];
      });
      expect(problem).toMatchObject({ kind: 'problem', host, service: 'logins', state: 'CRITICAL' });
      expect(problem.output).toContain('250');
      expect(new Set(oncall.keys).size, 'the retry carries the same key').toBe(1);

      // A row that began before the last change is an average of both values: the next one is whole.
      await until(
        'the value in the series',
        async () => {
          const answer = await server.get<SeriesAnswer>(
            `/api/v1/series?cluster=dev&host=${host}&metric=logins&from=-5m`,
          );
          return answer.series[0]?.values.findLast((v) => v !== null) === 250 ? answer : undefined;
        },
        60_000,
      );
      const stopped = await server.stop();
      expect(stopped.code).toBe(0);
      ({ books } = stopped);
    }
    expect(imbalance(books)).toBe(0);
    expect(books).toMatchObject({ pending: 0, lost: 0, rejected: 0 });

    const last = await run('rrdtool', ['lastupdate', join(place.dir, 'data/rrd/dev', host, 'logins.rrd')]);
    expect(last.out).toMatch(/: 250\n/);

    {
      await using server = await Server.start(file, http);
      const services = await until('the services', async () => {
        const found = await server.get<ServiceView[]>('/api/v1/services?problem=true');
        return found.length > 0 ? found : undefined;
      });
      expect(services).toMatchObject([{ service: 'logins', state: 'CRITICAL', state_type: 'HARD' }]);
      const metrics = await server.get<MetricView[]>(`/api/v1/hosts/dev/${host}/metrics`);
      expect(metrics.find((m) => m.metric === 'logins')).toMatchObject({
        value: 250,
        units: 'things',
        title: 'Logins',
      });
      const view = await server.get<HostView>(`/api/v1/hosts/dev/${host}`);
      expect(view.facts['os_release']).toBeDefined();

      expect((await gmetric(conf, 'logins', 10)).code).toBe(0);
      const recovery = await until('the recovery', () => Promise.resolve(oncall.pages[1]));
      expect(recovery).toMatchObject({ kind: 'recovery', host, service: 'logins', state: 'OK' });
      expect(oncall.pages.length, 'no page for what was paged before the restart').toBe(2);
      expect(imbalance((await server.stop()).books)).toBe(0);
    }
  });

  test('SIGHUP: a group comes, another loses nothing; a refused reload changes nothing', async () => {
    using place = scratch();
    using oncall = await receiver();
    const { http, dev, web, file } = await setting(place.dir, oncall.url);
    const late = await freeUdpPort();
    await using server = await Server.start(file, http);
    const conf = gmondConf(place.dir, dev);
    await gmetric(conf, 'before', 1);
    const names = async () =>
      (await server.get<ClusterView[]>('/api/v1/clusters')).map((c) => c.name).toSorted();

    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(
        `  - { name: web, listen: 127.0.0.1:${web} }`,
        `  - { name: late, listen: 127.0.0.1:${late} }`,
      ),
    );
    server.program.child.kill('SIGHUP');
    await until('the new group', async () => ((await names()).join() === 'dev,late' ? true : undefined));
    await gmetric(gmondConf(place.dir, late), 'after', 2);
    await until('its host', async () => {
      const metrics = await server.get<MetricView[]>(`/api/v1/hosts/late/${host}/metrics`);
      return metrics.some((m) => m.metric === 'after' && m.value === 2) ? true : undefined;
    });
    expect((await server.get<MetricView[]>(`/api/v1/hosts/dev/${host}/metrics`))[0]).toMatchObject({
      metric: 'before',
      value: 1,
    });

    // The port is taken: nothing of this reload may happen, the removal of `late` included.
    const taken = createSocket('udp4').bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    writeFileSync(
      file,
      text.replace(`name: web, listen: 127.0.0.1:${web}`, `name: busy, listen: 127.0.0.1:${port}`),
    );
    server.program.child.kill('SIGHUP');
    await until('the refusal of a port', () =>
      Promise.resolve(server.program.out.includes(`port ${port} (group busy) is in use`) ? true : undefined),
    );
    taken.close();
    await gmetric(gmondConf(place.dir, late), 'still', 3);
    await until('the group that stays', async () => {
      const metrics = await server.get<MetricView[]>(`/api/v1/hosts/late/${host}/metrics`);
      return metrics.some((m) => m.metric === 'still' && m.value === 3) ? true : undefined;
    });

    writeFileSync(file, `${text}nonsense: true\n`);
    server.program.child.kill('SIGHUP');
    await until('the refusal', () =>
      Promise.resolve(server.program.out.includes('nonsense') ? true : undefined),
    );
    expect(server.program.out).toMatch(/muster\.yaml:\d+:1: .*nonsense/);
    expect(await names()).toEqual(['dev', 'late']);
    expect(imbalance((await server.stop()).books)).toBe(0);
  });
});
