import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Agents } from './agents.ts';
import { configure, freeTcpPort, freeUdpPort, ROOT, run, scratch, Server, until } from './server.ts';
import type { EventView } from '../../src/contract/api.ts';
import type { NotificationView, ReceiverTestAnswer, ReceiverView } from '../../src/contract/alert-views.ts';

interface Heard {
  readonly path: string;
  readonly key: string;
  readonly body: string;
}

/** HTTP receivers: each path answers with its status. */
async function startReceivers() {
  const heard: Heard[] = [];
  const answers = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      heard.push({ path, key: String(request.headers['idempotency-key'] ?? ''), body });
      response.writeHead(answers.get(path) ?? 204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const on = (path: string) => heard.filter((one) => one.path === path);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${address.port}`, on, answers, [Symbol.dispose]: close };
}

function settings(dir: string, ports: { http: number; udp: number }, url: string): string {
  return configure(
    dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${ports.udp} }]
checks: [checks.yaml]
alerts:
  receivers:
    - { name: ops, webhook: { url: "${url}/ops" } }
    - { name: dead, webhook: { url: "${url}/dead" } }
    - { name: boss, webhook: { url: "${url}/boss" } }
  routes:
    - { match: { service: queue }, receiver: dead, continue: true }
    - { match: { service: queue }, receiver: ops }
  handlers:
    - name: note
      match: { service: queue }
      on: [soft, hard, recovery]
      command: [/bin/sh, -c, 'echo "$@" >> ${dir}/ran', note, "{{change}}", "{{host.name}}", "{{state}}"]
    - { name: scale, match: { service: queue }, on: [hard], url: "${url}/scale" }
  watcher: { receiver: boss, heartbeat: { url: "${url}/beat", interval: 10s }, down_after: 1m }
`,
  );
}

/** As if the server had been killed an hour earlier than it was. */
function ageSignOfLife(dir: string): void {
  using db = new DatabaseSync(join(dir, 'data/judge.db'));
  const row = db.prepare("SELECT value FROM marks WHERE name = 'alive'").get();
  const sign = JSON.parse(String(row?.['value'])) as { atMs: number; upMs: number };
  const aged = { ...sign, atMs: sign.atMs - 3_600_000, boot: 'another' };
  db.prepare("UPDATE marks SET value = ? WHERE name = 'alive'").run(JSON.stringify(aged));
}

test('pages past a dead receiver, tests, event handlers, and the watch over the server itself', async () => {
  using place = scratch();
  using receivers = await startReceivers();
  receivers.answers.set('/dead', 503);
  const ports = { http: await freeTcpPort(), udp: await freeUdpPort() };
  const file = settings(place.dir, ports, receivers.url);
  configure(
    place.dir,
    'services: [{ name: queue, metric: queue, critical: "100", max_check_attempts: 2, retry_interval: 1s }]\n',
    'checks.yaml',
  );
  {
    await using server = await Server.start(file, ports.http);
    using agents = await Agents.on(ports.udp);
    agents.gmond('web-1', 'queue', 500);
    await until('a soft problem', async () => {
      const [one] = await server.get<{ state: string }[]>('/api/v1/services?service=queue');
      return one?.state === 'CRITICAL' ? true : undefined;
    });
    await until('a page to ops', async () => {
      agents.gmond('web-1', 'queue', 501);
      return receivers.on('/ops').length > 0 ? true : undefined;
    });
    expect(receivers.on('/ops')).toHaveLength(1);
    await until('dead is seen to fail', async () => {
      const views = await server.get<ReceiverView[]>('/api/v1/receivers');
      return views.find(({ name }) => name === 'dead')?.channels[0]?.state === 'failing' ? true : undefined;
    });

    const answer = await fetch(`${server.url}/api/v1/receivers/ops/test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect((await answer.json()) as ReceiverTestAnswer).toMatchObject({
      outcomes: [{ target: 'ops', ok: true }],
    });
    expect(receivers.on('/ops').at(-1)?.body).toContain('"kind":"test"');
    const muster = join(ROOT, 'script/muster');
    agents.gmond('web-1', 'queue', 1);
    const [dead, list] = await Promise.all([
      run(muster, ['receiver', 'test', 'dead', '--config', file]),
      run(muster, ['receiver', 'list', '--config', file]),
    ]);
    expect(dead.code).toBe(1);
    expect(dead.out).toContain('dead: did not arrive');
    expect(list.out).toMatch(/dead +webhook +failing/u);
    await until('handlers ran', async () => {
      const ran = readFileSync(join(place.dir, 'ran'), 'utf8');
      return ran.includes('recovery') ? true : undefined;
    });
    expect(readFileSync(join(place.dir, 'ran'), 'utf8').trim().split('\n').toSorted()).toEqual([
      'hard web-1 CRITICAL',
      'recovery web-1 OK',
      'soft web-1 CRITICAL',
    ]);
    expect(receivers.on('/scale').map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { handler: 'scale', change: 'hard', host: 'web-1', state: 'CRITICAL' },
    ]);
    const events = await until('events of the handlers', async () => {
      const found = await server.get<EventView[]>('/api/v1/events?service=queue');
      return found.filter(({ text }) => text.startsWith('handler note: exit status 0')).length === 3
        ? found
        : undefined;
    });
    expect(events.some(({ text }) => text.startsWith('handler scale: HTTP 204'))).toBe(true);
    expect(await server.metric('muster_handlers_total')).toBe(4);
    expect(receivers.on('/beat').length).toBeGreaterThan(0);
    // It never arrived, and holds no more: nobody is told of it when the receiver is back.
    await until('the page to the dead receiver is taken back', async () => {
      const told = await server.get<NotificationView[]>('/api/v1/notifications');
      return told.some(({ receiver, outcome }) => receiver === 'dead' && outcome === 'superseded')
        ? true
        : undefined;
    });
    await server.program.end('SIGKILL');
  }
  ageSignOfLife(place.dir);
  {
    await using server = await Server.start(file, ports.http);
    const notice = await until('the notice', async () => receivers.on('/boss')[0]);
    expect(JSON.parse(notice.body)).toMatchObject({ kind: 'notice', service: 'muster', state: 'DOWN' });
    expect(notice.body).toContain('the machine went down');
    const { code } = await server.stop();
    expect(code).toBe(0);
  }
});
