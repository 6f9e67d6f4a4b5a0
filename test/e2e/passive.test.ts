import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { vector } from '../wire/vector-files.ts';
import { crc32 } from '../wire/nsca/ciphers.ts';
import { nscaPacket } from '../wire/nsca/packets.ts';
import { Agents } from './agents.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import type { ChecksView, EventView, ServiceView } from '../../src/contract/api.ts';

/** Every way by which results of checks come in, but for the call that is made for one service. */

const PASSWORD = 's3cret word';
const place = scratch();
const pipe = join(place.dir, 'muster.cmd');
let ports: { http: number; udp: number; nsca: number };
let server: Server;
let agents: Agents;

function configured(method: number, allow = '127.0.0.1'): string {
  return configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups:
  - { name: web, listen: 127.0.0.1:${ports.udp}, timestamps: { outside: arrival } }
store: { type: memory }
checks: checks.yaml
passive:
  nsca: { listen: 127.0.0.1:${ports.nsca}, method: ${method}, password_file: nsca.pw, allow: [${allow}] }
  command_file: muster.cmd
`,
  );
}

beforeAll(async () => {
  ports = { http: await freeTcpPort(), udp: await freeUdpPort(), nsca: await freeTcpPort() };
  writeFileSync(join(place.dir, 'nsca.pw'), `${PASSWORD}\n`, { mode: 0o600 });
  writeFileSync(
    join(place.dir, 'checks.yaml'),
    `services:
  - { name: backup, host: "web.*", passive: true }
  - { name: jobs, host: "web.*", passive: true, service: "job .*" }
  - { name: of collectd, passive: true, service: "thr/.*" }
`,
  );
  server = await Server.start(configured(0), ports.http);
  agents = await Agents.on(ports.udp);
  agents.gmond('web1', 'load_one', 1);
  agents.collectd('thr.host', 'thr', [[Date.now() / 1000, 1]]);
  await until('the hosts', async () => {
    const services = await server.get<ServiceView[]>('/api/v1/services');
    await server.get('/api/v1/hosts/web/thr.host');
    return services.some(({ host }) => host === 'web1') ? true : undefined;
  });
});

afterAll(async () => {
  agents[Symbol.dispose]();
  const { code, books } = await server.stop();
  await server[Symbol.asyncDispose]();
  place[Symbol.dispose]();
  expect(code).toBe(0);
  expect(imbalance(books)).toBe(0);
});

/** What the real send_nsca says of lines that end with ETB, as it parts them. */
async function sendNsca(method: number, password: string, ...lines: readonly string[]): Promise<string> {
  const config = join(place.dir, 'send_nsca.cfg');
  writeFileSync(config, `encryption_method=${method}\npassword=${password}\n`);
  const args = ['-H', '127.0.0.1', '-p', String(ports.nsca), '-c', config];
  const program = spawn('send_nsca', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  let out = '';
  program.stdout.on('data', (data: Buffer) => (out += data.toString()));
  // It may be gone before it has read them, when the server turns it away.
  program.stdin.on('error', () => undefined);
  program.stdin.end(lines.join('\x17'));
  await once(program, 'close');
  return out;
}

/** A service once it says that. */
function told(service: string, output: string, host = 'web1'): Promise<ServiceView> {
  return until(`${service}: ${output}`, async () => {
    const path = `/api/v1/services?host=${host}&service=${encodeURIComponent(service)}`;
    const [view] = await server.get<ServiceView[]>(path);
    return view?.output === output ? view : undefined;
  });
}

/** How often a door refused for that reason. */
async function refused(door: string, reason: string) {
  const { doors } = await server.get<ChecksView>('/api/v1/checks');
  return doors.find((one) => one.door === door)?.refused.find((one) => one.reason === reason);
}

async function useMethod(method: number, allow?: string): Promise<void> {
  configured(method, allow);
  const answer = await fetch(`${server.url}/api/v1/reload`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([200, '']);
}

test.for([0, 1, 2, 3, 14])('send_nsca, method %i', async (method) => {
  await useMethod(method);
  const said = await sendNsca(
    method,
    PASSWORD,
    `web1\tbackup\t2\tmethod ${method}|took=3s`,
    `web1\tjob ${method}\t1\tmade by its name`,
  );
  expect(said).toContain('2 data packet(s) sent');
  const view = await told('backup', `method ${method}`);
  expect([view.state, view.state_type, view.kind]).toEqual(['CRITICAL', 'HARD', 'passive']);
  expect(await told(`job ${method}`, 'made by its name')).toMatchObject({ state: 'WARNING' });
});

test('send_nsca with another password, and a host that nobody knows: counted with what mends it', async () => {
  await useMethod(14);
  await sendNsca(14, 'another', 'web1\tbackup\t0\tnever seen');
  await sendNsca(14, PASSWORD, 'nobody\tbackup\t0\tof no host', 'web1\tnothing\t0\tof no service');
  const wrong = await until('the counts', () => refused('nsca', 'bad-crc'));
  expect(wrong).toMatchObject({ from: '127.0.0.1', count: 1, cure: expect.stringContaining('password') });
  expect(await until('the host', () => refused('nsca', 'unknown-host'))).toMatchObject({
    about: 'nobody / backup',
  });
  expect(await refused('nsca', 'unknown-service')).toMatchObject({
    about: 'web1 / nothing',
    cure: expect.stringContaining('passive: true'),
  });
  await until('its metric', async () =>
    (await server.metric('muster_passive_rejected_total')) >= 3 ? true : undefined,
  );
});

test('packets of version 2.7, two in one connection with a bad one between them', async () => {
  await useMethod(0);
  const socket = connect({ host: '127.0.0.1', port: ports.nsca });
  const [init] = (await once(socket, 'data')) as [Buffer];
  const timeS = init.readUInt32BE(128);
  const old = Buffer.from(vector('nagios/nsca/m00_legacy_2_7.bin'));
  old.writeUInt32BE(timeS, 8);
  old.write('web1\0backup\0', 14, 'latin1');
  old.write('backup\0', 78, 'latin1');
  old.writeUInt32BE(0, 4);
  old.writeUInt32BE(crc32(old), 4);
  const bad = Buffer.from(old).fill(7, 300, 310);
  const last = nscaPacket({ host: 'web1', service: 'job old', output: 'after a bad one', timeS, size: 720 });
  socket.end(Buffer.concat([old, bad, last]));
  await told('job old', 'after a bad one');
  await told('backup', 'CRITICAL - load 9.5');
});

test('somebody who may not', async () => {
  await useMethod(0, '10.0.0.1');
  await sendNsca(0, PASSWORD, 'web1\tbackup\t0\tnever seen');
  expect(await until('the count', () => refused('nsca', 'not-allowed'))).toMatchObject({ from: '127.0.0.1' });
});

test('NRDP, in JSON and XML', async () => {
  const result = { hostname: 'web1', servicename: 'backup', state: '0', output: 'by NRDP|took=2s' };
  const post = async (fields: Record<string, string>) => {
    const body = new URLSearchParams({ token: 'of another server', cmd: 'submitcheck', ...fields });
    return (await fetch(`${server.url}/nrdp/`, { method: 'POST', body })).text();
  };
  const answer = await post({
    JSONDATA: JSON.stringify({ checkresults: [result, { ...result, hostname: 'x' }] }),
  });
  expect(answer).toMatch(
    /"status":0,"message":"OK","meta":\{"output":"1 checks processed, 1 refused: x \/ backup: unknown-host/u,
  );
  expect(await told('backup', 'by NRDP')).toMatchObject({ state: 'OK' });
  const xml = `<checkresults><checkresult type="service"><hostname>web1</hostname><servicename>job xml</servicename>
    <state>3</state><output>&lt;odd&gt;</output></checkresult></checkresults>`;
  expect(await post({ xml })).toContain('<output>1 checks processed</output>');
  expect(await told('job xml', '<odd>')).toMatchObject({ state: 'UNKNOWN' });
});

test('the command file, and its call', async () => {
  const nowS = Math.floor(Date.now() / 1000);
  appendFileSync(
    pipe,
    `[${nowS}] PROCESS_SERVICE_CHECK_RESULT;web1;backup;1;by the pipe; really\nRESTART_PROGRAM\n`,
  );
  expect(await told('backup', 'by the pipe; really')).toMatchObject({ state: 'WARNING' });
  expect(await until('the refusal', () => refused('command', 'unsupported-command'))).toMatchObject({
    from: 'command_file',
    about: 'RESTART_PROGRAM',
  });
  const commands = ['PROCESS_SERVICE_CHECK_RESULT;127.0.0.9;backup;0;by its address'];
  const answer = await fetch(`${server.url}/api/v1/commands`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: commands.join('\n'),
  });
  expect(await answer.json()).toMatchObject({ taken: 1, outcomes: [{ about: 'web / web1 / backup' }] });
  await told('backup', 'by its address');
});

test('notifications of collectd are results where a service wants them, and events in any case', async () => {
  agents.send(vector('collectd/plain-0009.bin'));
  const output =
    'Host thr.host, plugin thr type gauge (instance x): Data source "value" is currently 25.000000. That is above the failure threshold of 20.000000.';
  expect(await told('thr/gauge-x', output, 'thr.host')).toMatchObject({
    state: 'CRITICAL',
    state_type: 'HARD',
  });
  agents.send(vector('collectd/plain-0011.bin'));
  await until('the event', async () => {
    const events = await server.get<EventView[]>('/api/v1/events?kind=notification');
    return events.some(({ text }) => text === 'hello world') ? true : undefined;
  });
  const { doors } = await server.get<ChecksView>('/api/v1/checks');
  expect(doors.find(({ door }) => door === 'collectd')).toMatchObject({ accepted: 1, refused: [] });
});
