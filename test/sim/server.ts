import { setImmediate } from 'node:timers/promises';
import { GROUP_DEFAULTS } from '../../src/contract/config.ts';
import { createJudge } from '../../src/judge/judge.ts';
import { loadChecks } from '../../src/config/checks.ts';
import { localLease } from '../../src/alert/lease.ts';
import { NO_PAST } from '../../src/judge/values/past.ts';
import { ReconcilerDesk } from '../../src/threads/reconciler-desk.ts';
import { RosterBook } from '../../src/threads/roster-book.ts';
import { Sources } from '../../src/judge/values/sources.ts';
import { MemoryStore } from '../judge/fleet.ts';
import type { Channel, SendOutcome } from '../../src/notify/channel.ts';
import type { GroupConfig, ReconcilerConfig } from '../../src/contract/config.ts';
import type { Judge } from '../../src/judge/judge.ts';
import type { ListedGroup } from '../../src/model/instance.ts';
import type { Page } from '../../src/model/service-state.ts';
import type { SimulatedClock } from './clock.ts';
import type { SimulatedCloud } from './cloud.ts';
import type { SimulatedWorker } from './worker.ts';

const LIST: ReconcilerConfig = {
  name: 'cloud',
  source: { kind: 'file', file: 'simulated' },
  groups: [],
  intervalMs: 60_000,
  timeoutMs: 10_000,
  shrinkMax: 0.3,
};
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

function group(name: string): GroupConfig {
  return {
    ...GROUP_DEFAULTS,
    name,
    listen: [],
    accept: ['collectd'],
    hostTmaxMs: 20_000,
    hostDmaxMs: 86_400_000,
    hostName: 'packet',
    maxSeriesPerHost: 5000,
    timestamps: { pastMs: 600_000, futureMs: 60_000, outside: 'refuse' },
    rrdDir: null,
  };
}

interface ServerOptions {
  readonly clock: SimulatedClock;
  readonly worker: SimulatedWorker;
  readonly cloud: SimulatedCloud;
  readonly clusters: readonly string[];
  /** Of fleet.db. */
  readonly file: string;
}

/** The server without sockets and threads: its roster, its lists and its judge are the real ones. */
export class SimulatedServer implements Disposable, Channel {
  readonly roster: RosterBook;
  /** In the order in which they came. */
  readonly pages: Page[] = [];
  /** Judge's turns and what they took of the processor, ms. */
  turns = 0;
  turnMs = 0;
  readonly #o: ServerOptions;
  readonly #groups: readonly GroupConfig[];
  readonly #desk: ReconcilerDesk;
  readonly #store = new MemoryStore();
  #listed: readonly ListedGroup[] = [];
  #judge: Judge;

  constructor(options: ServerOptions) {
    const { clock, worker, cloud, clusters, file } = options;
    this.#o = options;
    this.#groups = clusters.map(group);
    this.#judge = this.#newJudge();
    const nowMs = () => clock.nowMs;
    this.roster = new RosterBook({
      file,
      groups: () => this.#groups,
      heardMs: (cluster, host) => worker.heardMs(cluster, host),
      histories: {
        // Where a name changes hands, its worker forgets whoever had it.
        rename: ({ cluster, from }) => {
          worker.forget(cluster, from, 'replaced');
          return Promise.resolve(undefined);
        },
      },
      tell: (news) => {
        this.#judge.members.take(news);
        this.#desk.heard(news);
      },
      audit: { note: () => undefined },
      nowMs,
      log: QUIET,
    });
    this.#desk = new ReconcilerDesk({
      roster: this.roster,
      told: (groups) => {
        this.#listed = groups;
        this.#judge.members.listed(groups);
      },
      nowMs,
      log: QUIET,
      clock,
      sourceOf: () => cloud,
    });
    this.#desk.use({ reconcilers: [LIST], groups: this.#groups });
  }

  /** One turn of the judge, and what follows from it for the others. */
  async turn(): Promise<void> {
    const { clock, worker } = this.#o;
    const { user, system } = process.cpuUsage();
    const report = this.#judge.turn(clock.nowMs);
    const spent = process.cpuUsage({ user, system });
    this.turns += 1;
    this.turnMs += (spent.user + spent.system) / 1000;
    worker.expire(report.expired);
    if (report.missed.length > 0) this.#desk.hasten(report.missed);
    // Registrations and lists are taken, pages sent.
    await setImmediate();
  }

  /** The judge begins anew with what it kept. */
  async restart(): Promise<void> {
    await this.#judge.stop();
    this.#judge = this.#newJudge();
    this.roster.introduce();
    this.#judge.members.listed(this.#listed);
  }

  send(page: Page): Promise<SendOutcome> {
    this.pages.push(page);
    return Promise.resolve({ ok: true, detail: 'HTTP 200' });
  }

  [Symbol.dispose](): void {
    this.#desk[Symbol.dispose]();
    this.roster[Symbol.dispose]();
  }

  #newJudge(): Judge {
    const { clock, worker } = this.#o;
    const files = ['checks/host.yaml', 'checks/clusters.yaml'];
    const { rules, errors } = loadChecks(files, { env: {}, display: (path) => path });
    if (errors.length > 0) throw new Error(errors[0]?.message);
    return createJudge({
      ...rules,
      catalogue: worker.catalogue,
      sources: new Sources(worker.catalogue, NO_PAST),
      store: this.#store,
      lease: localLease,
      routes: [{ match: {}, receiver: 'ops', continue: false }],
      channels: new Map<string, Channel>([['ops', this]]),
      groups: this.#groups,
      startedMs: clock.nowMs,
      clock: () => clock.nowMs,
      random: () => clock.random(),
    });
  }
}
