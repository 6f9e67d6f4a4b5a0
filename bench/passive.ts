import { createCipheriv } from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nscaKey, xorCipher } from '../src/wire/nsca/cipher.ts';
import { Agents } from '../test/e2e/agents.ts';
import { configure, freeTcpPort, freeUdpPort, Program, scratch, Server, until } from '../test/e2e/server.ts';
import { nscaPacket } from '../test/wire/nsca/packets.ts';
import { cpuSeconds } from './process-load.ts';
import { Report, table } from './report.ts';
import type { NscaConfig } from '../src/contract/config.ts';
import type { ServiceDetail } from '../src/contract/api.ts';

/**
 * Results of checks into services that take them: NSCA on one connection, beside the real nsca, and NRDP.
 * Ours are there when the state of the last one can be read; nsca's when it has closed the connection. What
 * it has not written to its command file by then is lost.
 */

type Method = NscaConfig['method'];

const HOSTS = 200;
const SERVICES = 50;
const BLOCK = HOSTS * SERVICES;
const PASSWORD = 'a password';
const PER_CALL = 1000;
const CALLS_AT_ONCE = 4;
/** What a run leaves to the next turns is done by then. */
const SETTLED_MS = 3000;

interface Run {
  readonly name: string;
  readonly method: Method;
  readonly results: number;
  /** Outputs as a plugin makes them, with two values each. */
  readonly performance: boolean;
  /** One result in so many is another state than its service had. */
  readonly changes: number;
}

const RUNS: readonly Run[] = [
  {
    name: 'first, which make the services',
    method: 0,
    results: BLOCK,
    performance: false,
    changes: Infinity,
  },
  { name: 'plain', method: 0, results: 20 * BLOCK, performance: false, changes: Infinity },
  {
    name: 'plain, 1 in 100 a change of state',
    method: 0,
    results: 20 * BLOCK,
    performance: false,
    changes: 100,
  },
  {
    name: 'plain, with performance data',
    method: 0,
    results: 20 * BLOCK,
    performance: true,
    changes: Infinity,
  },
  { name: 'XOR', method: 1, results: 20 * BLOCK, performance: false, changes: Infinity },
  { name: '3DES', method: 3, results: 5000, performance: false, changes: Infinity },
  { name: 'AES-256', method: 14, results: BLOCK, performance: false, changes: Infinity },
];

const outputOf = (run: Pick<Run, 'performance'>, i: number) =>
  run.performance ? `OK - load ${i % 7}.42|load=${i % 7}.42;5;8;0; users=${i % 9}` : `OK - load ${i % 7}.42`;
const hostOf = (i: number) => `web${i % HOSTS}`;
const serviceOf = (i: number) => `job ${Math.floor(i / HOSTS) % SERVICES}`;

/** Blocks of packets in plain text; every other one has the changed states. */
function blockOf(run: Run, timeS: number, odd: boolean): Uint8Array[] {
  return Array.from({ length: Math.min(BLOCK, run.results) }, (_, i) => {
    const code = odd && i % run.changes === 0 && run.changes < Infinity ? 2 : 0;
    return nscaPacket({ host: hostOf(i), service: serviceOf(i), code, output: outputOf(run, i), timeS });
  });
}

function sealed(packets: readonly Uint8Array[], method: Method, iv: Buffer): Buffer {
  const key = nscaKey(method, Buffer.from(PASSWORD));
  const plain = Buffer.concat(packets);
  if (key !== null) return createCipheriv(key.algorithm, key.key, iv.subarray(0, key.ivBytes)).update(plain);
  if (method === 0) return plain;
  const cipher = xorCipher(iv, Buffer.from(PASSWORD));
  return Buffer.concat(
    packets.map((packet) => {
      const copy = new Uint8Array(packet);
      cipher.packet(copy);
      return copy;
    }),
  );
}

/** Sends everything on one connection. Answers how long it took until `arrived`, s. */
async function send(
  port: number,
  run: Run,
  last: string,
  arrived: (socket: Socket) => Promise<unknown>,
): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port });
  const [init] = (await once(socket, 'data')) as [Buffer];
  const [iv, timeS] = [init.subarray(0, 128), init.readUInt32BE(128)];
  const isStream = nscaKey(run.method, Buffer.from(PASSWORD)) !== null;
  const end = nscaPacket({ host: 'web0', service: 'last', output: last, timeS });
  const tail = isStream ? [end] : [];
  const blocks = [false, true].map((odd) => sealed([...blockOf(run, timeS, odd), ...tail], run.method, iv));
  const beginMs = performance.now();
  for (let sent = 0, n = 0; sent < run.results; sent += BLOCK, n += 1) {
    const block = blocks[isStream ? 0 : n % 2] as Buffer;
    // In pieces as a sender has them, not 43 MB at once.
    for (let at = 0; at < block.length; at += 1 << 20) {
      if (!socket.write(block.subarray(at, at + (1 << 20)))) await once(socket, 'drain');
    }
  }
  if (!isStream) socket.write(sealed([end], run.method, iv));
  // nsca keeps back its last lines until the connection ends.
  socket.end();
  await arrived(socket);
  return (performance.now() - beginMs) / 1000;
}

class Muster {
  readonly #dir: string;
  readonly #ports: { http: number; udp: number; nsca: number };
  server: Server | undefined;

  constructor(dir: string, ports: { http: number; udp: number; nsca: number }) {
    this.#dir = dir;
    this.#ports = ports;
  }

  get pid(): number {
    return this.server?.program.child.pid ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}`;
  }

  configure(method: Method): string {
    const { http, udp, nsca } = this.#ports;
    return configure(
      this.#dir,
      `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp} }]
store: { type: memory }
checks: checks.yaml
passive:
  nsca: { listen: 127.0.0.1:${nsca}, method: ${method}, password_file: nsca.pw, max_packet_age: 1h }
`,
    );
  }

  async start(): Promise<void> {
    const names = '- { name: jobs, host: "web.*", passive: true, service: "job .*|last" }';
    writeFileSync(join(this.#dir, 'checks.yaml'), `services:\n  ${names}\n`);
    writeFileSync(join(this.#dir, 'nsca.pw'), `${PASSWORD}\n`, { mode: 0o600 });
    this.server = await Server.start(this.configure(0), this.#ports.http);
    using agents = await Agents.on(this.#ports.udp);
    for (let i = 0; i < HOSTS; i += 1) agents.gmond(hostOf(i), 'load_one', 1);
    await until('the hosts', async () => {
      const hosts = await this.server?.get<unknown[]>('/api/v1/hosts');
      return hosts?.length === HOSTS ? true : undefined;
    });
    await delay(2000);
  }

  async use(method: Method): Promise<void> {
    this.configure(method);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${this.url}/api/v1/reload`, { method: 'POST', headers, body: '{}' });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Waits until the service `last` says that. */
  async says(output: string): Promise<void> {
    const url = `${this.url}/api/v1/service?cluster=web&host=web0&service=last`;
    for (;;) {
      const answer = await fetch(url);
      const detail = answer.ok ? ((await answer.json()) as ServiceDetail) : undefined;
      if (detail?.service.output === output) return;
      await delay(50);
    }
  }
}

/** A figure with what it cost the process, and how long a turn of the checks took meanwhile at most. */
async function measured(muster: Muster, results: number, run: () => Promise<number>): Promise<string[]> {
  const { pid } = muster;
  const before = cpuSeconds(pid);
  let turnMs = 0;
  const watching = setInterval(() => {
    void muster.server
      ?.metric('muster_check_turn_seconds')
      .then((s) => (turnMs = Math.max(turnMs, s * 1000)));
  }, 250);
  const tookS = await run();
  clearInterval(watching);
  const cpuS = cpuSeconds(pid) - before;
  return [rate(results / tookS), ((cpuS / results) * 1e6).toFixed(1), turnMs.toFixed(0)];
}

const rate = (perSecond: number) => (perSecond / 1000).toFixed(1);

/** The real nsca, its command file read by a program that counts. */
async function realNsca(dir: string, run: Run): Promise<readonly [rate: string, lost: string]> {
  const port = await freeTcpPort();
  const pipe = join(dir, `nsca-${run.name.replaceAll(/\W/gu, '')}.cmd`);
  execFileSync('mkfifo', [pipe]);
  const file = join(dir, 'nsca.cfg');
  writeFileSync(
    file,
    `server_address=127.0.0.1\nserver_port=${port}\ncommand_file=${pipe}\nalternate_dump_file=/dev/null
aggregate_writes=1\nappend_to_file=0\nmax_packet_age=0
password=${PASSWORD}\ndecryption_method=${run.method}\n`,
  );
  const reader = spawn('sh', ['-c', `wc -l <${pipe}`], { stdio: ['ignore', 'pipe', 'ignore'] });
  let count = '';
  reader.stdout.on('data', (data: Buffer) => (count += data.toString()));
  await using nsca = new Program('nsca', ['--single', '-f', '-c', file]);
  await until('nsca', async () => {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      await once(socket, 'connect');
      return true;
    } finally {
      socket.destroy();
    }
  });
  const tookS = await send(port, run, 'end', (socket) => once(socket.resume(), 'close'));
  const ended = once(reader, 'close');
  await nsca.end();
  await ended;
  return [rate(run.results / tookS), String(run.results + 1 - Number(count))];
}

function nrdpBody(call: number, form: 'json' | 'xml'): URLSearchParams {
  const items = Array.from({ length: PER_CALL }, (_, n) => {
    const i = call * PER_CALL + n;
    return {
      hostname: hostOf(i),
      servicename: serviceOf(i),
      state: '0',
      output: outputOf({ performance: false }, i),
    };
  });
  if (form === 'json') {
    const checkresults = items.map((item) => ({ checkresult: { type: 'service' }, ...item }));
    return new URLSearchParams({ token: 't', cmd: 'submitcheck', json: JSON.stringify({ checkresults }) });
  }
  const results = items.map(
    ({ hostname, servicename, state, output }) =>
      `<checkresult type="service"><hostname>${hostname}</hostname><servicename>${servicename}</servicename>` +
      `<state>${state}</state><output>${output}</output></checkresult>`,
  );
  return new URLSearchParams({ cmd: 'submitcheck', xml: `<checkresults>${results.join('')}</checkresults>` });
}

async function nrdp(muster: Muster, form: 'json' | 'xml', calls: number): Promise<number> {
  const bodies = Array.from({ length: 10 }, (_, call) => nrdpBody(call, form).toString());
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  let next = 0;
  const beginMs = performance.now();
  const caller = async () => {
    while (next < calls) {
      const body = bodies[next++ % bodies.length] ?? '';
      const answer = await (await fetch(`${muster.url}/nrdp/`, { method: 'POST', headers, body })).text();
      if (!answer.includes(`${PER_CALL} checks processed`)) throw new Error(answer);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, caller));
  return (performance.now() - beginMs) / 1000;
}

const report = new Report('passive', ['nsca 2.10.2']);
using place = scratch();
const ports = { http: await freeTcpPort(), udp: await freeUdpPort(), nsca: await freeTcpPort() };
const muster = new Muster(place.dir, ports);
await muster.start();
const only = process.argv.find((word) => word.startsWith('--only='))?.slice(7);
const rows: string[][] = [];
for (const run of RUNS.filter(({ name }) => only === undefined || name === only)) {
  await muster.use(run.method);
  const [ours = '', cpu = '', turn = ''] = await measured(muster, run.results, () =>
    send(ports.nsca, run, run.name, () => muster.says(run.name)),
  );
  await delay(SETTLED_MS);
  rows.push([`NSCA ${run.name}`, ours, ...(await realNsca(place.dir, run)), cpu, turn]);
}
for (const form of ['json', 'xml'] as const) {
  if (only !== undefined && only !== form) continue;
  const calls = 100;
  const [ours = '', cpu = '', turn = ''] = await measured(muster, calls * PER_CALL, () =>
    nrdp(muster, form, calls),
  );
  rows.push([`NRDP ${form}, ${PER_CALL} a call`, ours, '–', '–', cpu, turn]);
}
report.print(`${HOSTS} hosts with ${SERVICES} passive services each; NSCA on one connection`);
report.print(table(['', 'k results/s', 'nsca', 'it lost', 'CPU µs each', 'longest turn ms'], rows));
report.close();
await muster.server?.stop();
await muster.server?.[Symbol.asyncDispose]();
