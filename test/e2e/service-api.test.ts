import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from './server.ts';
import type {
  ChecksView,
  EventView,
  ReloadAnswer,
  ServiceDetail,
  ServiceView,
} from '../../src/contract/api.ts';

const BACKUP = 'nightly backup of /var [a]';
const DEFINITIONS = `services:
  - { name: backups, service: "nightly .*", cluster: web, host: "web-.*", passive: true, freshness_threshold: 26h }
  - { name: jobs, metric: "influx/jobs:done", critical: "100" }
  - { name: no such thing, metric: there_is_none, critical: "1" }
`;

const place = scratch();
let server: Server;

/** One host that has a job to count, and somebody's backups to report. */
beforeAll(async () => {
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  writeFileSync(join(place.dir, 'checks.yaml'), DEFINITIONS);
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
store: { type: memory }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp} }]
checks: [checks.yaml]
`,
  );
  server = await Server.start(file, http);
  await fetch(`${server.url}/write?db=web`, { method: 'POST', body: 'jobs,host=web-1 done=7' });
  await until('the jobs are judged', async () => {
    const services = await server.get<ServiceView[]>('/api/v1/services?kind=metric&state=OK');
    return services.length === 1 || undefined;
  });
});

afterAll(async () => {
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- it may not have started
  await server?.[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

function post(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${server.url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

function servicePath(host: string, service: string): string {
  return `services/web/${host}/${encodeURIComponent(service)}`;
}

describe('a result', () => {
  test('is there with the next request: in lists, in full, as an event and in figures', async () => {
    const body = { state: 'CRITICAL', output: 'tape full | used=98%;80;90\nmore' };
    const answer = await post(`${servicePath('web-1', BACKUP)}/result`, body);
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { service: BACKUP, state: 'CRITICAL', state_type: 'HARD', kind: 'passive' },
    ]);
    const problems = await server.get<ServiceView[]>('/api/v1/services?problem=true');
    expect(problems).toMatchObject([{ service: BACKUP, output: 'tape full' }]);
    const names = new URLSearchParams({ cluster: 'web', host: 'web-1', service: BACKUP });
    expect(await server.get<ServiceDetail>(`/api/v1/service?${names.toString()}`)).toMatchObject({
      long_output: 'more',
      performance: [{ label: 'used', value: 98, uom: '%' }],
      via: 'api',
      accepts_results: true,
      can_check_now: false,
    });
    names.set('service', BACKUP.replaceAll(/[[\]]/gu, String.raw`\$&`));
    expect(await server.get<EventView[]>(`/api/v1/events?${names.toString()}`)).toMatchObject([
      { kind: 'state', state: 'CRITICAL', state_type: 'HARD', text: 'tape full' },
    ]);
    const checks = await server.get<ChecksView>('/api/v1/checks');
    expect(checks.doors).toMatchObject([{ door: 'api', accepted: 1, refused: [] }]);
    expect(checks.definitions.find(({ name }) => name === 'no such thing')?.services).toBe(0);
  });

  test.for([
    { host: 'web-1', service: 'jobs', call: 'result', status: 409, code: 'not_passive' },
    { host: 'web-9', service: 'jobs', call: 'result', status: 404, code: 'host_unknown' },
    { host: 'web-1', service: 'cron', call: 'result', status: 404, code: 'service_unknown' },
    { host: 'web-1', service: 'jobs', call: 'check', status: 409, code: 'nothing_to_run' },
    { host: 'web-1', service: 'cron', call: 'check', status: 404, code: 'service_unknown' },
  ])('$call of $service on $host is refused: $code', async ({ host, service, call, status, code }) => {
    const body = call === 'result' ? { state: 'OK', output: '' } : {};
    const answer = await post(`${servicePath(host, service)}/${call}`, body);
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
  });
});

test('a preview that finds faults is no reload that was refused', async () => {
  const refusals = () => server.program.out.split('reload by the API refused').length - 1;
  writeFileSync(join(place.dir, 'checks.yaml'), 'services: 3\n');
  expect((await post('reload', { preview: true })).status).toBe(422);
  expect((await post('reload', {})).status).toBe(422);
  await until('the refusal is logged', async () => Promise.resolve(refusals() > 0 || undefined));
  expect(refusals()).toBe(1);
});

test('a preview says what other definitions add and remove; the reload does it', async () => {
  const more = DEFINITIONS.replace('influx/jobs:done', 'nothing').replace(
    'there_is_none',
    'influx/jobs:done',
  );
  writeFileSync(join(place.dir, 'checks.yaml'), more);
  const changes = [
    {
      definition: 'no such thing',
      changed: ['metric there_is_none → influx/jobs:done'],
      added: 1,
      removed: 0,
      kept: 0,
      added_names: ['web-1'],
      removed_names: [],
    },
    {
      definition: 'jobs',
      changed: ['metric influx/jobs:done → nothing'],
      added: 0,
      removed: 1,
      kept: 0,
      added_names: [],
      removed_names: ['web-1'],
    },
  ];
  const before = await server.get<ServiceView[]>('/api/v1/services');
  const previewed = (await (await post('reload', { preview: true })).json()) as ReloadAnswer;
  expect(previewed.definitions).toEqual(changes);
  expect(await server.get<ServiceView[]>('/api/v1/services')).toHaveLength(before.length);
  const reloaded = (await (await post('reload', {})).json()) as ReloadAnswer;
  expect(reloaded).toMatchObject({
    definitions: changes,
    changes: ['checks changed', ...previewed.changes.slice(1)],
  });
});
