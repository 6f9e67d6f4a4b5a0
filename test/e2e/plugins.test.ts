import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agents } from './agents.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, run, scratch, Server, until } from './server.ts';
import type { HostView, SeriesAnswer, ServiceDetail } from '../../src/contract/api.ts';

/** Debian's monitoring-plugins. */
const PLUGINS = '/usr/lib/nagios/plugins';

const DEFINITIONS = `
templates:
  - { name: often, check_interval: 2s, timeout: 1s, max_check_attempts: 1 }
services:
  - name: disk
    use: often
    timeout: 10s
    command: [${PLUGINS}/check_disk, -w, "1%", -c, "0%", -p, /]
  - { name: load, use: often, command: [${PLUGINS}/check_load, -w, "9999", -c, "9999"] }
  - name: dummy
    use: often
    command: [${PLUGINS}/check_dummy, "2", "{{host.name}} ; id | answer=42;;;0 'of \`all\`'=7%"]
  - { name: floods, use: often, command: [/usr/bin/yes] }
  - { name: hangs, use: often, command: [/bin/sh, -c, "trap '' TERM; while :; do sleep 7778; done"] }
  - { name: leaves, use: often, command: [/bin/sh, -c, "echo OK; sleep 7779 & exit 0"] }
  - { name: missing, use: often, command: [/nowhere/check_x] }
  - { name: rare, check_interval: 7d, command: [${PLUGINS}/check_dummy, "0", asked] }
`;

const place = scratch();
let server: Server;
let agents: Agents;

beforeAll(async () => {
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  mkdirSync(join(place.dir, 'checks'));
  configure(join(place.dir, 'checks'), DEFINITIONS, 'plugins.yaml');
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
group_defaults: { host_tmax: 60s }
groups: [{ name: web, listen: 127.0.0.1:${udp} }]
cache: { max_age: 4s, jitter: 2s }
checks: [checks/*.yaml]
`,
  );
  agents = await Agents.on(udp);
  server = await Server.start(file, http);
  agents.gmond('w1', 'load_one', 1);
});

afterAll(async () => {
  agents[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

/** The service once it has been judged. */
function judged(service: string): Promise<ServiceDetail> {
  return until(service, async () => {
    const detail = await server.get<ServiceDetail>(`/api/v1/service?cluster=web&host=w1&service=${service}`);
    return detail.service.state === 'PENDING' ? undefined : detail;
  });
}

test.for([
  { service: 'disk', state: 'OK', output: /^DISK OK/u },
  { service: 'load', state: 'OK', output: /^(LOAD )?OK/u },
  { service: 'dummy', state: 'CRITICAL', output: /^CRITICAL: w1 ; id$/u },
  { service: 'floods', state: 'UNKNOWN', output: /^the plugin wrote more than 64 KiB and was cut off/u },
  { service: 'hangs', state: 'UNKNOWN', output: /^the plugin gave no answer within 1 s and was ended$/u },
  { service: 'leaves', state: 'UNKNOWN', output: /^the plugin left processes behind, .*: OK$/u },
  {
    service: 'missing',
    state: 'UNKNOWN',
    output: /^the plugin was not run: \/nowhere\/check_x was not found$/u,
  },
])('$service is $state, in words', async ({ service, state, output }) => {
  const detail = await judged(service);
  expect(detail.service).toMatchObject({ kind: 'command', state, output: expect.stringMatching(output) });
  expect(detail.service.next_check_ms).toBeGreaterThan(0);
  expect(detail).toMatchObject({ via: 'plugin', can_check_now: true });
});

test('performance data are series of the host, with their units', async () => {
  await judged('disk');
  const read = async (metric: string) => {
    const path = `/api/v1/series?cluster=web&host=w1&metric=${encodeURIComponent(metric)}&from=-60s`;
    const { series } = await server.get<SeriesAnswer>(path);
    return series.length > 0 ? series : undefined;
  };
  const [disk] = await until('the disk', () => read('perfdata/disk/.*'));
  expect(disk).toMatchObject({ metric: 'perfdata/disk/root', units: expect.stringMatching(/^[KMGT]?i?B$/u) });
  expect(disk?.values.some((value) => value !== null && value > 0)).toBe(true);
  const dummy = await until('the answer', () => read('perfdata/dummy/.*'));
  expect(dummy.map(({ metric }) => metric).toSorted()).toEqual([
    'perfdata/dummy/answer',
    'perfdata/dummy/of `all`',
  ]);
  const { performance } = await judged('dummy');
  expect(performance[0]).toMatchObject({ label: 'answer', value: 42, metric: 'perfdata/dummy/answer' });
});

test('a command is run when somebody asks', async () => {
  const before = await server.get<ServiceDetail>('/api/v1/service?cluster=web&host=w1&service=rare');
  expect(before.service.state).toBe('PENDING');
  const asked = await fetch(`${server.url}/api/v1/services/web/w1/rare/check`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(asked.status).toBe(202);
  const { service } = await judged('rare');
  expect(service).toMatchObject({ state: 'OK', output: 'OK: asked' });
});

test('a host that plugins speak of stays as silent as it is, and nothing is left at the end', async () => {
  const before = await server.get<HostView>('/api/v1/hosts/web/w1');
  const runs = await server.metric('muster_plugin_runs_total');
  await until('more runs', async () =>
    (await server.metric('muster_plugin_runs_total')) > runs + 5 ? true : undefined,
  );
  const after = await server.get<HostView>('/api/v1/hosts/web/w1');
  expect(after.last_seen_ms).toBe(before.last_seen_ms);
  const { code, books } = await server.stop();
  expect(code).toBe(0);
  expect(imbalance(books)).toBe(0);
  expect((await run('pgrep', ['-f', 'sleep 777[89]'])).out).toBe('');
});
