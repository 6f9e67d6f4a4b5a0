import type { GroupStats } from '../contract/stats.ts';

/**
 * Agents send in bursts, every 10, 15, 20, 30 or 60 s mostly. Over 60 s each sends as many as ever; averaged
 * over 10 s, the ends do not depend on whether a burst has just come or is just due.
 */
const MARKS_AVERAGED = 10;
const MARKS_MAX = 70;
const WINDOW_MS = 75_000;

interface Mark {
  readonly atMs: number;
  /** Values received since start, by group. */
  readonly totals: ReadonlyMap<string, number>;
}

/** Values a second by group, over the last minute. Totals are noted once a second. */
export class Pace {
  #marks: Mark[] = [];

  note(groups: readonly GroupStats[], nowMs: number): void {
    const totals = new Map(groups.map((group) => [group.name, valuesOf(group)]));
    const recent = this.#marks.filter(({ atMs }) => atMs <= nowMs && nowMs - atMs <= WINDOW_MS);
    this.#marks = [...recent.slice(1 - MARKS_MAX), { atMs: nowMs, totals }];
  }

  perSecond(group: string): number {
    const averaged = Math.min(MARKS_AVERAGED, Math.floor(this.#marks.length / 2));
    if (averaged === 0) return 0;
    const first = average(this.#marks.slice(0, averaged), group);
    const last = average(this.#marks.slice(-averaged), group);
    if (last.atMs <= first.atMs) return 0;
    return Math.max(0, (last.values - first.values) / ((last.atMs - first.atMs) / 1000));
  }
}

function average(marks: readonly Mark[], group: string): { atMs: number; values: number } {
  let atMs = 0;
  let values = 0;
  for (const mark of marks) {
    atMs += mark.atMs / marks.length;
    values += (mark.totals.get(group) ?? 0) / marks.length;
  }
  return { atMs, values };
}

function valuesOf(group: GroupStats): number {
  return group.protocols.reduce((total, { values }) => total + values, 0);
}
