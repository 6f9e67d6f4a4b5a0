import { listenerChanges, wantedListeners } from '../ingest/group-changes.ts';
import type { BindOutcome, Bound } from '../ingest/listeners.ts';
import type { GroupConfig } from '../contract/config.ts';
import { journalStats } from './server-stats.ts';
import { leastLoaded } from './spread.ts';
import type { GcPauses, JournalStats } from '../contract/stats.ts';
import type { JournalOwners } from './journal-owners.ts';
import type { IngestHandle } from './ingest-handle.ts';
import type { Departed } from './messages.ts';
import type { Flushed } from '../ingest/planner.ts';
import type { IngestStats } from '../ingest/stats.ts';
import type { RestoredHost } from '../model/restored.ts';
import type { HistoryMove, RosterNews } from '../model/instance.ts';
import type { MovedHost } from '../model/moved-hosts.ts';
import type { WriteOutcome, WriteRequest } from '../model/write.ts';
import { mergeFound } from '../model/source-query.ts';
import type { SourceQuery, SourcesFound } from '../model/source-query.ts';

export type CrewOutcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'refused' | 'lacking'; readonly faults: readonly string[] };

/** All ingest workers: a group belongs to one and stays with it; a new one goes where least is to do. */
export class IngestCrew {
  readonly #workers: readonly IngestHandle[];
  readonly #ownerOf = new Map<string, number>();
  /** By the listener's key. */
  readonly #bound = new Map<string, Bound>();
  readonly #restore: (clusters: readonly string[]) => RestoredHost[];
  readonly #moved: (clusters: readonly string[]) => MovedHost[];
  readonly #owners: JournalOwners;
  #held: PromiseWithResolvers<void> | undefined;

  /**
   * `restore` and `moved` read what is kept of clusters, and where histories of theirs went; they are asked
   * before a group that is new to this run is opened.
   * `owners` remembers which worker had a group.
   */
  constructor(
    workers: readonly IngestHandle[],
    kept: {
      readonly restore: (clusters: readonly string[]) => RestoredHost[];
      readonly moved: (clusters: readonly string[]) => MovedHost[];
      readonly owners: JournalOwners;
    },
  ) {
    this.#workers = workers;
    this.#restore = kept.restore;
    this.#moved = kept.moved;
    this.#owners = kept.owners;
  }

  /**
   * Makes these the running groups, all or none: every worker binds what it needs before anything is taken
   * away. `refused`: nothing has changed. `lacking`: done, but for sockets whose port somebody else took in
   * between.
   */
  async apply(next: readonly GroupConfig[]): Promise<CrewOutcome> {
    const running = this.#workers.flatMap((worker) => worker.groups);
    const { close } = listenerChanges(running, next);
    const freed = close.map(({ transport, listen }) => ({ transport, listen }));
    const unkept = this.#assign(next, running);
    if (unkept !== undefined) {
      this.#forgetOwners(running);
      return { kind: 'refused', faults: [unkept] };
    }
    const shares = this.#shares(next, running);
    const prepared = await this.#all((worker, i) => worker.prepare(shares[i] ?? [], freed));
    const faults = faultsOf(prepared);
    if (faults.length > 0) {
      await this.#all((worker) => worker.abandon());
      this.#forgetOwners(running);
      return { kind: 'refused', faults };
    }
    await this.#all((worker) => worker.commit());
    const finished = await this.#all((worker) => worker.finish());
    this.#note([...prepared, ...finished].flat(), next);
    const lacking = faultsOf(finished);
    return lacking.length > 0 ? { kind: 'lacking', faults: lacking } : { kind: 'applied' };
  }

  /** Where a group takes datagrams; empty for one that is not running. */
  boundOf(group: string): readonly Bound[] {
    return this.bound.filter((b) => b.group === group && b.transport === 'udp');
  }

  get bound(): readonly Bound[] {
    return [...this.#bound.values()];
  }

  /** Of all sockets the smallest receive buffer that the kernel granted. */
  get smallestBufferBytes(): number {
    return Math.min(...this.bound.map((b) => b.receiveBufferBytes));
  }

  get stats(): readonly IngestStats[] {
    return this.#workers.flatMap((worker) => (worker.stats ? [worker.stats] : []));
  }

  get gcPauses(): readonly GcPauses[] {
    return this.#workers.flatMap(({ gcPauses }) => gcPauses ?? []);
  }

  get journal(): JournalStats {
    return journalStats(this.stats.map((stats) => stats.journal));
  }

  /** Nothing more goes to the store until `release`. Answers why it is not at rest; undefined: it is. */
  async hold(withinMs: number): Promise<string | undefined> {
    this.#held ??= Promise.withResolvers();
    const faults = await this.#all((worker) => worker.hold(withinMs));
    return faults.find((fault) => fault !== undefined);
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
    for (const worker of this.#workers) worker.release();
  }

  /** Writes what these records of a worker have waiting. */
  async flush(worker: number, records: Uint32Array, withinMs: number): Promise<Flushed> {
    const handle = this.#workers[worker];
    return handle?.flush(records, withinMs) ?? { records: 0, points: 0, left: 0 };
  }

  /** While a backup has the store: resolves when it has ended. */
  get held(): Promise<void> | undefined {
    return this.#held?.promise;
  }

  hasGroup(name: string): boolean {
    return this.#ownerOf.has(name);
  }

  /** Reads a body of InfluxDB's line protocol, whose buffer is the worker's from now on. */
  async write(request: WriteRequest): Promise<WriteOutcome> {
    const worker = this.#workers[this.#ownerOf.get(request.group) ?? -1];
    return worker?.write(request) ?? { kind: 'no-group' };
  }

  /** What changed of instances: a worker keeps what is of its own groups, or will be. */
  roster(news: readonly RosterNews[]): void {
    for (const worker of this.#workers) worker.roster(news);
  }

  /** Writes and forgets a host; what comes by its name waits until `resume`. Undefined: its group is not running. */
  async depart(cluster: string, host: string): Promise<Departed | undefined> {
    return this.#workers[this.#ownerOf.get(cluster) ?? -1]?.depart(cluster, host);
  }

  /** What the store has of a host of a running group gets another name. Answers why not, in words. */
  async rename(move: HistoryMove): Promise<string | undefined> {
    return this.#workers[this.#ownerOf.get(move.cluster) ?? -1]?.rename(move);
  }

  resume(cluster: string, host: string): void {
    this.#workers[this.#ownerOf.get(cluster) ?? -1]?.resume(cluster, host);
  }

  /** Who sends to any group. */
  async senders(query: SourceQuery): Promise<SourcesFound> {
    return mergeFound(await this.#all((worker) => worker.senders(query)), query.limit);
  }

  async stop(): Promise<readonly IngestStats[]> {
    return Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  /** Gives each group a worker. Answers why that cannot be kept; undefined: it is. */
  #assign(next: readonly GroupConfig[], running: readonly GroupConfig[]): string | undefined {
    this.#forgetOwners([...running, ...next]);
    for (const { name } of next) {
      if (this.#ownerOf.has(name)) continue;
      this.#ownerOf.set(name, this.#owners.ownerOf(name) ?? this.#leastLoaded());
    }
    return this.#owners.keep(this.#ownerOf);
  }

  /** Each worker's groups. What is kept of groups that are new to this run goes to their worker first. */
  #shares(next: readonly GroupConfig[], running: readonly GroupConfig[]): GroupConfig[][] {
    const known = new Set(running.map((g) => g.name));
    return this.#workers.map((worker, i) => {
      const share = next.filter((g) => this.#ownerOf.get(g.name) === i);
      const fresh = share.filter((g) => !known.has(g.name)).map((g) => g.name);
      if (fresh.length > 0) worker.restore(this.#restore(fresh), this.#moved(fresh));
      return share;
    });
  }

  #forgetOwners(except: readonly GroupConfig[]): void {
    const names = new Set(except.map((g) => g.name));
    for (const name of this.#ownerOf.keys()) if (!names.has(name)) this.#ownerOf.delete(name);
  }

  #note(outcomes: readonly BindOutcome[], groups: readonly GroupConfig[]): void {
    const wanted = new Set(wantedListeners(groups).map((w) => w.key));
    for (const outcome of outcomes) if (outcome.ok) this.#bound.set(outcome.bound.key, outcome.bound);
    for (const key of this.#bound.keys()) if (!wanted.has(key)) this.#bound.delete(key);
  }

  #all<T>(ask: (worker: IngestHandle, index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#workers.map(ask));
  }

  #leastLoaded(): number {
    const records = this.#workers.map(({ stats }) => stats?.records ?? 0);
    return leastLoaded(records, this.#ownerOf.values());
  }
}

function faultsOf(outcomes: readonly (readonly BindOutcome[])[]): string[] {
  return outcomes.flat().flatMap((outcome) => (outcome.ok ? [] : [outcome.message]));
}
