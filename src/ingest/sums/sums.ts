import { KIND } from '../../model/kind.ts';
import { GRID_CLUSTER, SUMS_STEP_S } from '../../store/sums.ts';
import { addTo, overClusters, SumsRound } from './fold.ts';
import { PendingSums } from './pending.ts';
import type { Store } from '../../store/store.ts';
import type { ClusterSums, Summed } from './fold.ts';

/** Records looked at in one go: about two milliseconds. */
const RECORDS_PER_TURN = 20_000;
/** Rounds between two writes; what a `kill -9` costs is short enough for gmetad's heartbeat to bridge it. */
const ROUNDS_PER_PUT = 6;

/** One worker's part of the grid at a second that all workers share. */
export interface GridPart {
  readonly timeS: number;
  readonly sums: ReadonlyMap<string, { readonly sum: number; readonly num: number }>;
}

export interface SumsOptions {
  readonly summed: Summed;
  readonly store: Store;
  /** Takes this worker's part of the grid, to `addPart` of the one that writes it. */
  readonly tell: (part: GridPart) => void;
}

/** gmetad's `__SummaryInfo__` for one worker's clusters, and for the grid where it is the one that has it. */
export class Sums {
  readonly #o: SumsOptions;
  readonly #pending: PendingSums;
  readonly #stop = new AbortController();
  #round: { readonly timeS: number; readonly of: SumsRound } | undefined;
  #grid: { readonly timeS: number; readonly sums: Map<string, { sum: number; num: number }> } | undefined;
  #lastS = 0;
  #rounds = 0;
  #putting: Promise<void> | undefined;
  #held = false;

  constructor(options: SumsOptions) {
    this.#o = options;
    this.#pending = new PendingSums(options.store);
  }

  /** Some of what is to be done; called a few times a second. Epoch milliseconds. */
  tick(nowMs: number): void {
    const timeS = Math.floor(nowMs / 1000 / SUMS_STEP_S) * SUMS_STEP_S;
    if (!this.#round && timeS > this.#lastS) {
      this.#lastS = timeS;
      this.#round = { timeS, of: new SumsRound(this.#o.summed, nowMs) };
    }
    const sums = this.#round?.of.go(RECORDS_PER_TURN);
    if (!this.#round || !sums) return;
    const done = this.#round.timeS;
    this.#round = undefined;
    this.#keep(done, sums);
  }

  /** A worker's part of the grid: the workers' parts of one second come before those of the next. */
  addPart({ timeS, sums }: GridPart): void {
    if (this.#grid && timeS < this.#grid.timeS) return;
    if (this.#grid?.timeS !== timeS) {
      this.#closeGrid();
      this.#grid = { timeS, sums: new Map() };
    }
    addTo(this.#grid.sums, sums);
  }

  /** Sends nothing to the store until `release`; resolves when nothing is under way. */
  async hold(): Promise<void> {
    this.#held = true;
    await this.#putting;
  }

  release(): void {
    this.#held = false;
  }

  /** Writes what there is. */
  async stop(nowMs: number): Promise<void> {
    await this.#putting;
    this.#closeGrid();
    await this.#pending.put(nowMs / 1000, { signal: this.#stop.signal, hurry: true });
  }

  #keep(timeS: number, sums: ClusterSums): void {
    for (const [cluster, metrics] of sums) {
      for (const [metric, sum] of metrics) this.#pending.add(timeS, cluster, metric, sum);
    }
    this.#o.tell({ timeS, sums: overClusters(sums) });
    this.#rounds += 1;
    if (this.#rounds % ROUNDS_PER_PUT !== 0 || this.#putting || this.#held) return;
    const options = { signal: this.#stop.signal, hurry: false };
    this.#putting = this.#pending.put(timeS, options).finally(() => (this.#putting = undefined));
  }

  /** The grid has gauges only, as gmetad's, whatever the metrics are. */
  #closeGrid(): void {
    if (!this.#grid) return;
    const { timeS, sums } = this.#grid;
    this.#grid = undefined;
    for (const [metric, sum] of sums) {
      this.#pending.add(timeS, GRID_CLUSTER, metric, { kind: KIND.gauge, ...sum });
    }
  }
}
