import { createServer } from 'node:http';
import { once } from 'node:events';
import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agents } from './agents.ts';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from './server.ts';
import type { AuditView } from '../../src/contract/access.ts';
import type { QuietAnswer, QuietView } from '../../src/contract/alert-views.ts';
import type { ServiceView } from '../../src/contract/api.ts';

/** What people decide shall bother nobody, on a whole server with a receiver. */

interface Sent {
  readonly kind: string;
  readonly service: string;
  readonly acknowledge_url?: string;
}

const place = scratch();
const sent: Sent[] = [];
const receiver = createServer((request, response) => {
  let text = '';
  request.on('data', (part: Buffer) => (text += part.toString()));
  request.on('end', () => {
    sent.push(JSON.parse(text) as Sent);
    response.end();
  });
});
let server: Server;
let agents: Agents;

beforeAll(async () => {
  const [http, udp, hook] = [await freeTcpPort(), await freeUdpPort(), await freeTcpPort()];
  receiver.listen(hook, '127.0.0.1');
  await once(receiver, 'listening');
  writeFileSync(
    join(place.dir, 'checks.yaml'),
    `services:
  - { name: backup, passive: true, max_check_attempts: 1 }
  - { name: mirror, passive: true, max_check_attempts: 1 }
`,
  );
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups:
  - { name: web, listen: 127.0.0.1:${udp}, timestamps: { outside: arrival } }
store: { type: memory }
checks: checks.yaml
passive: { command_file: muster.cmd }
alerts:
  receivers: [{ name: ops, webhook: { url: "http://127.0.0.1:${hook}/" } }]
  routes: [{ receiver: ops }]
`,
  );
  server = await Server.start(file, http);
  agents = await Agents.on(udp);
  agents.gmond('web1', 'load_one', 1);
  await until('the services', async () => ((await services()).length >= 2 ? true : undefined));
});

afterAll(async () => {
  agents[Symbol.dispose]();
  receiver.close();
  await server[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

const services = async () =>
  (await server.get<ServiceView[]>('/api/v1/services')).filter(({ kind }) => kind === 'passive');
const of = async (name: string) => (await services()).find(({ service }) => service === name);

async function call<T>(method: string, path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const report = (service: string, state: string) =>
  call('POST', `/api/v1/services/web/web1/${service}/result`, { state, output: `it is ${state}` });

test('a problem in a downtime is told when the downtime is undone', async () => {
  const wish = {
    covers: { host: 'web1', service: 'backup' },
    to_ms: Date.now() + 3_600_000,
    comment: 'new disks',
  };
  const preview = await call<QuietAnswer>('POST', '/api/v1/downtimes', { ...wish, preview: true });
  expect(preview).toMatchObject({ quiet: null, covers: { count: 1 } });
  const { quiet } = await call<QuietAnswer>('POST', '/api/v1/downtimes', wish);
  expect(quiet).toMatchObject({ state: 'active', services: 1 });
  expect(await of('backup')).toMatchObject({ in_downtime: true });
  await report('backup', 'CRITICAL');
  await report('mirror', 'CRITICAL');
  await until('the page of the other', async () =>
    sent.some((one) => one.service === 'mirror') ? true : undefined,
  );
  expect(sent.filter(({ service }) => service === 'backup')).toEqual([]);
  await call('DELETE', `/api/v1/downtimes/${quiet?.id}`, {});
  const page = await until('its own page', async () => sent.find(({ service }) => service === 'backup'));
  expect(page.kind).toBe('problem');
  expect(await server.get<QuietView[]>('/api/v1/downtimes')).toMatchObject([{ state: 'ended' }]);
});

test('the link in the page shows, acknowledges, and takes it back', async () => {
  const page = await until('the page', async () => sent.find(({ service }) => service === 'backup'));
  const url = page.acknowledge_url ?? '';
  expect(url).toContain('/ack/');
  const shown = await fetch(url);
  expect([shown.status, await shown.text()]).toEqual([
    200,
    expect.stringContaining('web1: backup is CRITICAL'),
  ]);
  expect(await of('backup')).toMatchObject({ acknowledged: false });
  const send = (body: string) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
  expect(await (await send('name=ann&comment=on+it&until=1h')).text()).toContain('Acknowledged');
  expect(await of('backup')).toMatchObject({ acknowledged: true });
  expect(await (await send('action=undo')).text()).toContain('Taken back');
  expect(await of('backup')).toMatchObject({ acknowledged: false });
  expect((await fetch(`${url}x`)).status).toBe(404);
  const audit = await server.get<AuditView[]>('/api/v1/audit?limit=5');
  expect(audit.map(({ who, action }) => `${who}: ${action}`)).toContain(
    'the link of a page to ops: acknowledged',
  );
  expect(statSync(join(place.dir, 'data', 'page-links.key')).mode & 0o777).toBe(0o600);
});

test("Nagios' command file acknowledges and plans", async () => {
  const nowS = Math.floor(Date.now() / 1000);
  const lines = [
    'ACKNOWLEDGE_SVC_PROBLEM;web1;mirror;2;0;1;bob;by the pipe',
    `SCHEDULE_SVC_DOWNTIME;web1;mirror;${nowS - 1};${nowS + 600};1;0;600;bob;by the pipe`,
  ];
  appendFileSync(join(place.dir, 'muster.cmd'), lines.map((line) => `[${nowS}] ${line}\n`).join(''));
  await until('both', async () => {
    const mirror = await of('mirror');
    return mirror?.acknowledged && mirror.in_downtime ? true : undefined;
  });
  expect(await server.get<QuietView[]>('/api/v1/downtimes')).toMatchObject([{ author: 'bob' }, {}]);
});
