import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Program } from './server.ts';
import type { ChildProcess } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Ended } from './server.ts';
import type { SeriesAnswer } from '../../src/contract/api.ts';

/** Why no machine can be made here; undefined: it can. */
export function noMachines(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root makes namespaces';
  const { status } = spawnSync('unshare', [
    '--mount',
    '--uts',
    '--pid',
    '--fork',
    'mount',
    '-t',
    'tmpfs',
    'x',
    '/mnt',
  ]);
  if (status !== 0) return 'namespaces are not allowed here';
  const missing = ['/usr/sbin/collectd', '/usr/sbin/gmond', '/usr/bin/curl'].filter(
    (file) => !existsSync(file),
  );
  return missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined;
}

/**
 * This machine once more, under another name: its programs and its network, but /etc, /run, /usr/local/sbin and
 * the agents' data of its own. All that runs in it ends with it.
 */
export class Machine implements AsyncDisposable {
  readonly name: string;
  readonly #holder: ChildProcess;

  private constructor(name: string, holder: ChildProcess) {
    this.name = name;
    this.#holder = holder;
  }

  /** `dir`: an empty directory of the test's own. */
  static async start(name: string, dir: string): Promise<Machine> {
    mkdirSync(join(dir, name), { recursive: true });
    const setUp = `
set -e
cp -a /etc "$1"
mount --bind "$1/etc" /etc
for place in /run /usr/local/sbin /var/lib/collectd; do mount -t tmpfs tmpfs "$place"; done
rm -rf /etc/systemd/system/* /etc/ganglia/conf.d /etc/muster
hostname "$2"
echo up
# A shell that waits also buries what others left behind.
for _ in $(seq 600); do sleep 1; done`;
    const flags = ['--mount', '--uts', '--pid', '--fork', '--mount-proc', '--kill-child'];
    const holder = spawn('unshare', [...flags, 'sh', '-c', setUp, 'machine', join(dir, name), name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    return new Machine(name, holder);
  }

  /** Runs a line of sh in it, to its end. */
  async run(line: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    await using program = this.program(line, env);
    return await program.ended;
  }

  program(line: string, env: NodeJS.ProcessEnv = {}): Program {
    const { PATH } = process.env;
    const inside = ['-t', String(this.#childPid()), '-m', '-u', '-p', 'sh', '-c', line];
    return new Program('nsenter', inside, { PATH, ...env });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await ended;
  }

  /** unshare forks: what it holds is its child. */
  #childPid(): number {
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(this.#holder.pid)], {
      encoding: 'utf8',
    });
    return Number(stdout.trim().split('\n')[0]);
  }
}

/** The metadata of an instance as a cloud answers it: by version 2, whose token is asked for first. */
export class Metadata implements AsyncDisposable {
  readonly url: string;
  /** What is asked for, below `/latest/meta-data/`. */
  readonly values: Map<string, string>;
  readonly #server: HttpServer;

  private constructor(server: HttpServer, values: Map<string, string>) {
    this.#server = server;
    this.values = values;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(values: Readonly<Record<string, string>>): Promise<Metadata> {
    const known = new Map(Object.entries(values));
    const server = createServer((request, response) => answer(request, response, known));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Metadata(server, known);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

const SESSION = 'AQAEAEmetadata==';

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  known: ReadonlyMap<string, string>,
): void {
  const { method, url = '', headers } = request;
  if (method === 'PUT' && url === '/latest/api/token') {
    const valid = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']) > 0;
    response.writeHead(valid ? 200 : 400).end(valid ? SESSION : '');
    return;
  }
  if (headers['x-aws-ec2-metadata-token'] !== SESSION) {
    response.writeHead(401).end();
    return;
  }
  const value = known.get(decodeURIComponent(url.replace('/latest/meta-data/', '')));
  response.writeHead(value === undefined ? 404 : 200).end(value ?? 'not found');
}

/** Whether an answer of `/api/v1/series` holds a value at all. */
export function isDrawn({ series }: SeriesAnswer): boolean {
  return series.some(({ values }) => values.some((value) => value !== null));
}
