import type { BindOutcome, Bound } from '../ingest/listeners.ts';
import type { GroupConfig } from '../contract/config.ts';
import type { IngestHandle } from './ingest-handle.ts';
import type { IngestStats } from '../ingest/stats.ts';
import type { RestoredHost } from '../model/restored.ts';

/** All ingest workers: a group belongs to one of them and stays with it; new ones go where the fewest are. */
export class IngestCrew {
  readonly #workers: readonly IngestHandle[];
  readonly #ownerOf = new Map<string, number>();
  readonly #bound = new Map<string, Bound[]>();
  readonly #restore: (clusters: readonly string[]) => RestoredHost[];

  /**
   * `restore` reads what is kept of clusters; it is asked before a group that is new to this run is opened.
   */
  constructor(workers: readonly IngestHandle[], restore: (clusters: readonly string[]) => RestoredHost[]) {
    this.#workers = workers;
    this.#restore = restore;
  }

  /**
   * Makes these the running groups. Faults in words, one a socket that could not be bound; then nothing has
   * changed.
   */
  async apply(next: readonly GroupConfig[]): Promise<readonly string[]> {
    const before = this.#workers.map((worker) => worker.groups);
    const faults = await this.#assign(next);
    if (faults.length === 0) return [];
    await Promise.all(this.#workers.map((worker, i) => this.#set(worker, before[i] ?? [])));
    return faults;
  }

  /** Where a group listens; empty for one that is not running. */
  boundOf(group: string): readonly Bound[] {
    return this.#bound.get(group) ?? [];
  }

  get bound(): readonly Bound[] {
    return [...this.#bound.values()].flat();
  }

  get stats(): readonly IngestStats[] {
    return this.#workers.flatMap((worker) => (worker.stats ? [worker.stats] : []));
  }

  async stop(): Promise<readonly IngestStats[]> {
    return Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  async #assign(next: readonly GroupConfig[]): Promise<readonly string[]> {
    const running = new Set(this.#workers.flatMap((worker) => worker.groups.map((g) => g.name)));
    const names = new Set(next.map((g) => g.name));
    for (const name of this.#ownerOf.keys()) if (!names.has(name)) this.#ownerOf.delete(name);
    for (const { name } of next) {
      if (!this.#ownerOf.has(name)) this.#ownerOf.set(name, this.#leastLoaded());
    }
    for (const [i, worker] of this.#workers.entries()) {
      const fresh = next.filter((g) => this.#ownerOf.get(g.name) === i && !running.has(g.name));
      if (fresh.length > 0) worker.restore(this.#restore(fresh.map((g) => g.name)));
    }
    const outcomes = await Promise.all(
      this.#workers.map((worker, i) =>
        this.#set(
          worker,
          next.filter((g) => this.#ownerOf.get(g.name) === i),
        ),
      ),
    );
    for (const name of this.#bound.keys()) if (!names.has(name)) this.#bound.delete(name);
    return outcomes.flat().flatMap((outcome) => (outcome.ok ? [] : [outcome.message]));
  }

  async #set(worker: IngestHandle, groups: readonly GroupConfig[]): Promise<readonly BindOutcome[]> {
    const outcomes = await worker.setGroups(groups);
    const anew = new Map<string, Bound[]>();
    for (const outcome of outcomes) {
      if (!outcome.ok) continue;
      anew.set(outcome.bound.group, [...(anew.get(outcome.bound.group) ?? []), outcome.bound]);
    }
    for (const [group, bound] of anew) this.#bound.set(group, bound);
    return outcomes;
  }

  #leastLoaded(): number {
    const load = this.#workers.map(() => 0);
    for (const owner of this.#ownerOf.values()) load[owner] = (load[owner] ?? 0) + 1;
    return load.indexOf(Math.min(...load));
  }
}
