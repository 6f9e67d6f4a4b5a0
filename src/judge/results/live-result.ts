import { dueMs } from '../../check/freshness.ts';
import { stateOf } from '../../check/evaluate.ts';
import { START_GRACE_MS } from '../../fleet/liveness.ts';
import { KIND } from '../../model/kind.ts';
import { freshnessMs } from '../watch.ts';
import type { Result } from '../../check/state-machine.ts';
import type { SeriesEntry } from '../../live/entries.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';
import type { ValueSource } from '../values/value-source.ts';

/** What a service finds that is judged by values as they come: null when there is nothing to say. */
export function liveResult(watch: ServiceWatch, turn: Turn): Result | null {
  const { source, series } = watch;
  const isFresh = source
    ? readSource(watch, source, turn)
    : series !== null && readSeries(watch, series, turn);
  if (isOverdue(watch, turn)) {
    const settled = watch.stale && watch.status.kind !== 'soft' && watch.flaps === null;
    watch.stale = true;
    return settled ? null : { state: watch.compiled.definition.freshnessState, evidenceMs: turn.nowMs };
  }
  if (watch.stale || watch.found === null) return null;
  if (!isFresh && watch.status.kind !== 'soft') return null;
  // Well as before, and nothing to remember: most services in most turns.
  if (watch.found === 'OK' && watch.status.kind === 'ok' && watch.judged && watch.flaps === null) return null;
  return { state: watch.found, evidenceMs: watch.valueMs };
}

/**
 * When the watch's newest value is overdue. Our own start, the end of a long silence of its host and the
 * begin of its check_period begin the waiting anew.
 */
export function overdueMs(watch: ServiceWatch, turn: Turn): number {
  const limitMs = freshnessMs(watch);
  const own = dueMs({
    arrivalMs: watch.valueMs,
    limitMs,
    graceFromMs: turn.graceFromMs,
    graceMs: Math.max(START_GRACE_MS, watch.on.limitMs),
  });
  return Math.max(own, watch.on.resumedMs + limitMs, watch.restedMs + limitMs);
}

/** Takes the newest sample into the watch; false when there is nothing new to judge by. */
function readSeries(watch: ServiceWatch, series: SeriesEntry, turn: Turn): boolean {
  const arrivalMs = turn.catalogue.arrivalMs(series);
  // Older than our start: restored, and its verdict with it.
  if (arrivalMs === watch.seenMs || arrivalMs < turn.startedMs || arrivalMs <= watch.restedMs) return false;
  const { sample } = turn;
  if (!turn.catalogue.read(series, sample) || sample.arrivalMs === watch.seenMs) return false;
  count(watch, sample.arrivalMs, turn);
  // A counter's rate is not known at its first sample and after a reset: no news, until it is overdue.
  const kind = series.record.words.sources[series.source]?.kind;
  if (Number.isNaN(sample.value) && kind !== KIND.gauge) return false;
  // Nothing that could be measured so far, as percent of a swap that there is not: nobody is to be paged for it.
  if (Number.isNaN(sample.value) && !watch.judged) {
    heard(watch, sample.arrivalMs, turn);
    return false;
  }
  found(watch, sample.value, sample.arrivalMs, turn);
  return true;
}

function readSource(watch: ServiceWatch, source: ValueSource, turn: Turn): boolean {
  const isNew = source.look(turn);
  // By other thresholds the same value is judged again.
  if (!isNew && watch.seenMs !== 0) return false;
  if (source.atMs === 0 || source.atMs <= watch.restedMs) return false;
  count(watch, source.atMs, turn);
  if (source.gathering) {
    heard(watch, source.atMs, turn);
    return false;
  }
  found(watch, source.value, source.atMs, turn);
  return true;
}

function count(watch: ServiceWatch, arrivalMs: number, turn: Turn): void {
  const again = watch.seenMs === 0;
  watch.seenMs = arrivalMs;
  turn.evaluations += 1;
  if (!again) turn.lagMs = Math.max(turn.lagMs, turn.nowMs - arrivalMs);
}

function found(watch: ServiceWatch, value: number, arrivalMs: number, turn: Turn): void {
  watch.value = value;
  watch.valueMs = arrivalMs;
  watch.found = watch.compiled.fault === null ? stateOf(value, watch.compiled) : 'UNKNOWN';
  watch.stale = false;
  watch.lastCheckMs = turn.nowMs;
}

/** It is not overdue, though nothing can be said by it yet: the state stays. */
function heard(watch: ServiceWatch, arrivalMs: number, turn: Turn): void {
  watch.valueMs = arrivalMs;
  watch.found = null;
  watch.stale = false;
  watch.lastCheckMs = turn.nowMs;
}

function isOverdue(watch: ServiceWatch, turn: Turn): boolean {
  if (turn.nowMs - watch.valueMs <= freshnessMs(watch)) return false;
  // Announced and never sampled: there is nothing to miss, unless it was judged before a restart.
  if (watch.valueMs === 0 && !watch.judged) return false;
  return turn.nowMs > overdueMs(watch, turn);
}
