import type { GroupStats } from '../contract/stats.ts';

const WINDOW_MS = 10_000;

interface Mark {
  readonly atMs: number;
  /** Values received since start, by group. */
  readonly totals: ReadonlyMap<string, number>;
}

/** Values a second by group, over the last ten seconds. Totals are noted once a second. */
export class Pace {
  #marks: Mark[] = [];

  note(groups: readonly GroupStats[], nowMs: number): void {
    const totals = new Map(groups.map((group) => [group.name, valuesOf(group)]));
    this.#marks = [
      ...this.#marks.filter(({ atMs }) => atMs <= nowMs && nowMs - atMs <= WINDOW_MS),
      { atMs: nowMs, totals },
    ];
  }

  perSecond(group: string): number {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || !last || last.atMs <= first.atMs) return 0;
    const values = (last.totals.get(group) ?? 0) - (first.totals.get(group) ?? 0);
    return Math.max(0, values / ((last.atMs - first.atMs) / 1000));
  }
}

function valuesOf(group: GroupStats): number {
  return group.protocols.reduce((total, { values }) => total + values, 0);
}
