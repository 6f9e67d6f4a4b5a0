import type { StormLimit } from './rules.ts';

/** In a storm one page names all of it, at most so often. */
export const STORM_PAGE_EVERY_MS = 60_000;

/** How pages that are due may go: each for itself, all of them as one, or later. */
export type Admission =
  | { readonly kind: 'each' }
  | { readonly kind: 'as-one' }
  | { readonly kind: 'later'; readonly untilMs: number };

interface Storm {
  /** When pages were made lately. */
  pagedMs: number[];
  /** When one last named all of it. */
  lastMs: number;
}

/** How many pages each target got of late. */
export class Storms {
  readonly #storms = new Map<string, Storm>();

  /** `due`: how many pages it would be. */
  admit(
    target: string,
    limit: StormLimit | undefined,
    { due, nowMs }: { due: number; nowMs: number },
  ): Admission {
    const storm = limit && this.#storms.get(target);
    if (!limit || (due <= limit.pages && !storm)) return { kind: 'each' };
    const recent = storm ? trimmed(storm, nowMs - limit.withinMs, nowMs) : 0;
    if (recent + due <= limit.pages) return { kind: 'each' };
    const untilMs = (storm?.lastMs ?? Number.NEGATIVE_INFINITY) + STORM_PAGE_EVERY_MS;
    return nowMs >= untilMs ? { kind: 'as-one' } : { kind: 'later', untilMs };
  }

  /** Until when its pages wait; null: they do not. */
  waitsUntil(target: string, nowMs: number): number | null {
    const untilMs = (this.#storms.get(target)?.lastMs ?? Number.NEGATIVE_INFINITY) + STORM_PAGE_EVERY_MS;
    return untilMs > nowMs ? untilMs : null;
  }

  /** After a page was made; nothing is noted of a target without a limit. */
  note(
    target: string,
    limit: StormLimit | undefined,
    { nowMs, asOne }: { nowMs: number; asOne: boolean },
  ): void {
    if (!limit) return;
    const storm = this.#storms.get(target) ?? { pagedMs: [], lastMs: Number.NEGATIVE_INFINITY };
    storm.pagedMs.push(nowMs);
    // More say nothing more.
    if (storm.pagedMs.length > limit.pages) storm.pagedMs.shift();
    if (asOne) storm.lastMs = nowMs;
    this.#storms.set(target, storm);
  }

  /** Targets of before a reload. */
  keepOnly(limits: ReadonlyMap<string, StormLimit>): void {
    for (const target of this.#storms.keys()) if (!limits.has(target)) this.#storms.delete(target);
  }
}

/** Forgets what was long ago; a clock set back makes what was later now. */
function trimmed(storm: Storm, sinceMs: number, nowMs: number): number {
  storm.pagedMs = storm.pagedMs.map((ms) => Math.min(ms, nowMs)).filter((ms) => ms > sinceMs);
  storm.lastMs = Math.min(storm.lastMs, nowMs);
  return storm.pagedMs.length;
}
