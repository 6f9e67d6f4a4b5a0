import { dueMs } from '../../check/freshness.ts';
import { START_GRACE_MS } from '../../fleet/liveness.ts';
import { freshForMs } from '../../model/record.ts';
import { SeriesTap } from './series-tap.ts';
import type { SeriesEntry } from '../../live/entries.ts';
import type { HostWatch } from '../watch.ts';
import type { Looking } from './value-source.ts';

/** A series of an aggregate, and its host. */
export class SeriesMember {
  readonly tap: SeriesTap;
  readonly on: HostWatch;
  /** How old its newest value may be, ms; as it was when that came. */
  limitMs = 0;

  constructor(series: SeriesEntry, on: HostWatch) {
    this.tap = new SeriesTap(series);
    this.on = on;
  }
}

/**
 * `uncounted`: there is nothing to miss, as it has not had a value since it is known. `waiting`: it may come
 * again, we have not listened for long.
 */
export type Standing = 'fresh' | 'stale' | 'waiting' | 'uncounted';

/** Takes a newer sample in. `ownMs`: what the definition calls stale; null where it does not. */
export function readMember(member: SeriesMember, turn: Looking, ownMs: number | null): boolean {
  const { tap, on } = member;
  if (!tap.isBehind(turn)) return false;
  member.limitMs = ownMs ?? freshForMs(tap.series.record.words, on.gapMs);
  // What was restored counts while it is fresh.
  return tap.read(turn, turn.nowMs - member.limitMs);
}

/** Where a member stands whose newest sample was taken in. */
export function standingOf({ tap, on, limitMs }: SeriesMember, turn: Looking): Standing {
  const { nowMs, graceFromMs } = turn;
  if (nowMs - tap.atMs <= limitMs) return Number.isNaN(tap.value) ? 'stale' : 'fresh';
  const arrivalMs = Math.max(tap.atMs, turn.catalogue.arrivalMs(tap.series));
  if (arrivalMs === 0 || (tap.atMs === 0 && arrivalMs >= graceFromMs)) return 'uncounted';
  const graceMs = Math.max(START_GRACE_MS, on.limitMs);
  const isDue = nowMs > dueMs({ arrivalMs, limitMs, graceFromMs, graceMs });
  return arrivalMs < graceFromMs && !isDue ? 'waiting' : 'stale';
}
