import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { configure, freeTcpPort, freeUdpPort, imbalance, Program, ROOT, scratch } from '../e2e/server.ts';
import { GROUPS } from './fleet.ts';
import { RunDelay } from './run-delay.ts';
import { SocketWatch } from './socket-watch.ts';
import type { Books } from '../e2e/server.ts';

/** What a process death may cost: values that arrived so short before it (docs/OPERATIONS.md). */
const DEATH_COSTS_MS = 100;
const LOOK_AGAIN_MS = 20;
const START_WITHIN_MS = 60_000;

export interface SiteOptions {
  /** The `store:` section, one line. */
  readonly store?: string;
  /** The `cache:` section, one line. */
  readonly cache?: string;
  /** Modules of this folder the server loads before itself, and what they are told by the environment. */
  readonly preload?: { readonly module: string; readonly env: Readonly<Record<string, string>> };
}

/** Figures of /metrics by name and labels, as they stand there. */
export type Figures = ReadonlyMap<string, number>;

/** One data directory, its ports, and the server that runs on it now. */
export class Site implements AsyncDisposable {
  readonly dir: string;
  readonly ports: { readonly http: number; readonly collectd: number; readonly gmond: number };
  readonly watch: SocketWatch;
  readonly #scratch = scratch();
  #options: SiteOptions;
  #program: Program | undefined;
  /** Deaths nobody asked for. */
  readonly #crashes: string[] = [];
  #figures: Figures = new Map();
  #runDelay: RunDelay | undefined;
  #starvedMs = 0;

  private constructor(options: SiteOptions, ports: Site['ports']) {
    this.dir = this.#scratch.dir;
    this.#options = options;
    this.ports = ports;
    this.watch = new SocketWatch([ports.collectd, ports.gmond]);
  }

  static async open(options: SiteOptions): Promise<Site> {
    const [collectd, gmond] = [await freeUdpPort(), await freeUdpPort()];
    return new Site(options, { http: await freeTcpPort(), collectd, gmond });
  }

  get dataDir(): string {
    return join(this.dir, 'data');
  }

  get pid(): number {
    const pid = this.#program?.child.pid;
    if (pid === undefined) throw new Error('no server runs');
    return pid;
  }

  /** What is read at the next start. */
  change(options: SiteOptions): void {
    this.#options = { ...this.#options, ...options };
  }

  /** Starts the process; `listening` and `ready` wait for more. */
  start(): void {
    const { preload } = this.#options;
    const file = configure(this.dir, this.#text());
    const NODE_OPTIONS = preload && `--import=${join(import.meta.dirname, preload.module)}`;
    const env = preload ? { ...process.env, ...preload.env, NODE_OPTIONS } : process.env;
    const program = new Program(join(ROOT, 'script/muster'), ['serve', '--config', file], env, this.dir);
    this.#program = program;
    this.#runDelay = new RunDelay(this.pid);
    void program.ended.then(({ code, out, err }) => {
      if (this.#program !== program) return;
      this.watch.deafSince(Date.now());
      this.#crashes.push(`ended with ${code}: ${err}\n${out.slice(-2000)}`);
    });
  }

  listening(): Promise<void> {
    return this.until('listening', () => this.watch.listening, START_WITHIN_MS);
  }

  /** Everything of earlier runs has been read back, too. */
  async ready(withinMs = START_WITHIN_MS): Promise<void> {
    await this.listening();
    await this.until('ready', async () => (await this.#ask('/readyz'))?.ok ?? false, withinMs);
  }

  /**
   * The longest time before a kill for which the machine had no processor for the server, ms: so much longer is
   * what is excused.
   */
  get starvedMs(): number {
    return this.#starvedMs;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    const starvedMs = this.#runDelay?.lately() ?? 0;
    this.#starvedMs = Math.max(this.#starvedMs, starvedMs);
    const program = this.#release();
    this.watch.poll();
    program.child.kill('SIGKILL');
    this.watch.deafSince(Date.now() - DEATH_COSTS_MS - starvedMs);
    await program.ended;
  }

  /** SIGTERM, at whatever it is; the exit code, and the closing books where it came to them. */
  async stop(): Promise<{ code: number | null; books: Books | undefined }> {
    const program = this.#release();
    this.watch.poll();
    this.watch.deafSince(Date.now());
    const { code, out } = await program.end();
    const line = out.split('\n').findLast((text) => text.includes('"books closed"'));
    return { code, books: line === undefined ? undefined : (JSON.parse(line) as Books) };
  }

  /** Undefined while it does not answer, as in the first moments of a start. */
  async figures(): Promise<Figures | undefined> {
    const response = await this.#ask('/metrics');
    if (!response?.ok) return undefined;
    this.#figures = new Map(
      (await response.text())
        .split('\n')
        .filter((line) => line.startsWith('muster_'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
    return this.#figures;
  }

  /** The books by /metrics; they balance at any moment. */
  async books(): Promise<Books | undefined> {
    const figures = await this.figures();
    return figures && booksOf(figures);
  }

  /** What has gone wrong with the server itself so far. */
  faults(): string[] {
    const { drops } = this.watch;
    return [...this.#crashes, ...(drops > 0 ? [`the kernel dropped ${drops} datagrams: sent too fast`] : [])];
  }

  /** What its figures and its log said last, for a failure's report. */
  testimony(): string {
    const told = [...this.#figures].filter(
      ([name, value]) => value > 0 && /values_|points|journal|drops|errors/.test(name),
    );
    const log = (this.#program?.out ?? '').split('\n').filter((line) => /"(warn|error|fatal)"/.test(line));
    return [...told.map(([name, value]) => `  ${name} ${value}`), ...log.slice(-20)].join('\n');
  }

  /** Process ids of the rrdtools it runs. */
  rrdtools(): number[] {
    return childrenOf(this.pid).filter((pid) => commandOf(pid) === 'rrdtool');
  }

  async until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
    const endMs = Date.now() + withinMs;
    while (!(await holds())) {
      if (this.#crashes.length > 0) throw new Error(this.#crashes.join('\n'));
      if (Date.now() > endMs) throw new Error(`${what}: not within ${withinMs} ms\n${this.testimony()}`);
      await delay(LOOK_AGAIN_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    this.#runDelay?.[Symbol.dispose]();
    this.watch[Symbol.dispose]();
    await program?.[Symbol.asyncDispose]();
    this.#scratch[Symbol.dispose]();
  }

  #release(): Program {
    const program = this.#program;
    if (!program) throw new Error('no server runs');
    this.#program = undefined;
    this.#runDelay?.[Symbol.dispose]();
    return program;
  }

  async #ask(path: string): Promise<Response | undefined> {
    return fetch(`http://127.0.0.1:${this.ports.http}${path}`).catch(() => undefined);
  }

  #text(): string {
    const { http, collectd, gmond } = this.ports;
    const { store = '{ type: rrd }', cache = '{ max_age: 2s, jitter: 1s }' } = this.#options;
    return `data_dir: ${this.dataDir}
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups:
  - name: ${GROUPS.collectd}
    listen: 127.0.0.1:${collectd}
    accept: [collectd]
    timestamps: { past: 365d, future: 365d, outside: accept }
  - { name: ${GROUPS.gmond}, listen: 127.0.0.1:${gmond}, accept: [ganglia] }
ingest: { workers: 2 }
store: ${store}
cache: ${cache}
checks: []
dashboards: []
`;
  }
}

/** The sums of the families the books are made of. */
export function booksOf(figures: Figures): Books {
  const sum = (name: string) =>
    [...figures].reduce((n, [key, value]) => n + (key === name || key.startsWith(`${name}{`) ? value : 0), 0);
  return {
    received: sum('muster_values_received_total'),
    stored: sum('muster_values_stored_total'),
    pending: sum('muster_values_pending'),
    coalesced: sum('muster_values_coalesced_total'),
    rejected: sum('muster_values_rejected_total'),
    lost: sum('muster_values_lost_total'),
  };
}

/** What is wrong with books that should balance, with nothing rejected and nothing lost. */
export function bookFaults(when: string, books: Books | undefined): string[] {
  if (books === undefined) return [];
  const faults = [];
  if (imbalance(books) !== 0) faults.push('do not balance');
  if (books.rejected > 0) faults.push(`reject ${books.rejected}`);
  if (books.lost > 0) faults.push(`lose ${books.lost}`);
  return faults.map((fault) => `the books ${when} ${fault}: ${JSON.stringify(books)}`);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readOr(`/proc/${pid}/task/${thread}/children`, '').split(' ').filter(Boolean).map(Number),
  );
}

function commandOf(pid: number): string {
  return readOr(`/proc/${pid}/comm`, '').trim();
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
