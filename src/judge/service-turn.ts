import { dueMs, staleOutput } from '../check/freshness.ts';
import { lossNote } from '../check/loss-note.ts';
import { outputOf, stateOf } from '../check/evaluate.ts';
import { attemptOf, step } from '../check/state-machine.ts';
import { START_GRACE_MS } from '../fleet/liveness.ts';
import { KIND } from '../model/kind.ts';
import { EVENTS_WAITING_MAX } from './turn.ts';
import { announce } from './announce.ts';
import { freshnessMs } from './watch.ts';
import { stateName, stateType } from './report.ts';
import type { Result } from '../check/state-machine.ts';
import type { SeriesEntry } from '../live/entries.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/** Of a host's own service: the silence of one that is down grows, of one that is up there is little to say. */
const REFRESH_DOWN_MS = 10_000;
const REFRESH_UP_MS = 60_000;
/** A prime: the phases fill whatever the period is evenly. */
const PHASE_STEP_MS = 7919;

/** One service, one turn. Without a new sample and all well it costs a few comparisons. */
export function judgeService(watch: ServiceWatch, turn: Turn): void {
  const evaluations = turn.evaluations;
  const result = watch.series ? seriesResult(watch, watch.series, turn) : hostResult(watch, turn.nowMs);
  if (result) take(watch, result, turn);
  if (watch.told.length > 0 || watch.status.kind === 'hard') announce(watch, turn, overdueMs(watch, turn));
  if (!watch.judged) return;
  const often = watch.status.kind !== 'ok' && turn.evaluations > evaluations;
  if (watch.shownMs === 0 || often || isRefreshDue(watch, turn)) show(watch, turn);
}

/** Its time has come, and there is something newer to say. */
function isRefreshDue(watch: ServiceWatch, turn: Turn): boolean {
  if (turn.nowMs < watch.refreshAtMs) return false;
  return !watch.series || watch.stale || watch.lastCheckMs > watch.shownMs;
}

function refreshMs(watch: ServiceWatch, turn: Turn): number {
  if (watch.series) return turn.refreshMs;
  return watch.on.state === 'DOWN' ? REFRESH_DOWN_MS : REFRESH_UP_MS;
}

function seriesResult(watch: ServiceWatch, series: SeriesEntry, turn: Turn): Result | null {
  const arrivalMs = turn.catalogue.arrivalMs(series);
  // Older than our start: restored, and its verdict with it.
  const fresh = arrivalMs !== watch.seenMs && arrivalMs >= turn.startedMs && readSample(watch, series, turn);
  if (isOverdue(watch, turn)) {
    const settled = watch.stale && watch.status.kind !== 'soft';
    watch.stale = true;
    return settled ? null : { state: watch.compiled.definition.freshnessState, evidenceMs: turn.nowMs };
  }
  if (watch.stale) return null;
  if (watch.found === null) return null;
  return fresh || watch.status.kind === 'soft' ? { state: watch.found, evidenceMs: watch.valueMs } : null;
}

/** Takes the newest sample into the watch; false when there is nothing new to judge by. */
function readSample(watch: ServiceWatch, series: SeriesEntry, turn: Turn): boolean {
  const { sample } = turn;
  if (!turn.catalogue.read(series, sample) || sample.arrivalMs === watch.seenMs) return false;
  const again = watch.seenMs === 0;
  watch.seenMs = sample.arrivalMs;
  turn.evaluations += 1;
  if (!again) turn.lagMs = Math.max(turn.lagMs, turn.nowMs - sample.arrivalMs);
  // A counter's rate is not known at its first sample and after a reset: no news, until it is overdue.
  const kind = series.record.words.sources[series.source]?.kind;
  if (Number.isNaN(sample.value) && kind !== KIND.gauge) return false;
  watch.value = sample.value;
  watch.valueMs = sample.arrivalMs;
  watch.found = stateOf(sample.value, watch.compiled);
  watch.stale = false;
  watch.lastCheckMs = turn.nowMs;
  return true;
}

/**
 * When the watch's newest value is overdue. Our own start, and the end of a long silence of its host, begin
 * the waiting anew.
 */
function overdueMs(watch: ServiceWatch, turn: Turn): number {
  const own = dueMs({
    arrivalMs: watch.valueMs,
    limitMs: freshnessMs(watch),
    graceFromMs: turn.graceFromMs,
    graceMs: Math.max(START_GRACE_MS, watch.on.limitMs),
  });
  return Math.max(own, watch.on.resumedMs + freshnessMs(watch));
}

function isOverdue(watch: ServiceWatch, turn: Turn): boolean {
  if (turn.nowMs - watch.valueMs <= freshnessMs(watch)) return false;
  // Announced and never sampled: there is nothing to miss, unless it was judged before a restart.
  if (watch.valueMs === 0 && !watch.judged) return false;
  return turn.nowMs > overdueMs(watch, turn);
}

function hostResult(watch: ServiceWatch, nowMs: number): Result | null {
  const { on, status } = watch;
  switch (on.state) {
    case 'UP':
      return on.waiting || (status.kind === 'ok' && watch.judged) ? null : { state: 'UP', evidenceMs: nowMs };
    case 'DOWN':
      // A host still silent is another observation each time it is looked at.
      return on.waiting || status.kind === 'hard' ? null : { state: 'DOWN', evidenceMs: nowMs };
    case 'PENDING':
    case 'RETIRED':
      return null;
  }
}

function take(watch: ServiceWatch, result: Result, turn: Turn): void {
  const { definition } = watch.compiled;
  const rules = { maxAttempts: definition.maxCheckAttempts, retryIntervalMs: definition.retryIntervalMs };
  const [status, effect] = step(watch.status, result, rules, turn.nowMs);
  const first = !watch.judged;
  watch.judged = true;
  if (watch.stale) watch.lastCheckMs = turn.nowMs;
  watch.status = status;
  if (effect === 'none') {
    if (first) {
      turn.dirty.add(watch);
      show(watch, turn);
    }
    return;
  }
  turn.dirty.add(watch);
  show(watch, turn);
  record(watch, turn);
}

function show(watch: ServiceWatch, turn: Turn): void {
  watch.output = words(watch, turn);
  // A host is looked at in every turn.
  if (!watch.series && !watch.on.waiting) watch.lastCheckMs = turn.nowMs;
  const periodMs = refreshMs(watch, turn);
  watch.refreshAtMs = turn.nowMs + (watch.shownMs === 0 ? nextPhase(turn, periodMs) : periodMs);
  watch.shownMs = turn.nowMs;
  turn.shown.add(watch);
}

/** Services first shown together are refreshed apart: 300 000 at once would make one turn long. */
function nextPhase(turn: Turn, periodMs: number): number {
  turn.phaseMs += PHASE_STEP_MS;
  return periodMs - (turn.phaseMs % periodMs);
}

/** What was found, and what may be missing because datagrams of the cluster were lost. */
function words(watch: ServiceWatch, turn: Turn): string {
  const loss = turn.losses.get(watch.cluster);
  const found = foundWords(watch, turn);
  if (!loss || isAsBefore(watch)) return found;
  return found + lossNote(loss, lookedSinceMs(watch, turn), watch.series ? 'values' : 'packets');
}

/** Its words are those of before a restart, which say what there was to say. */
function isAsBefore({ series, stale, found, on }: ServiceWatch): boolean {
  return series ? !stale && found === null : on.output === '';
}

/**
 * How far back the watch looks: as far as its freshness threshold, or its host's silence limit, and no
 * further than the sample before the newest. A host that is heard has nothing to miss.
 */
function lookedSinceMs(watch: ServiceWatch, turn: Turn): number {
  if (!watch.series) {
    return watch.on.state === 'DOWN' ? turn.nowMs - watch.on.limitMs : Number.POSITIVE_INFINITY;
  }
  const { intervalS, tmaxS } = watch.series.record.words;
  return Math.max(turn.nowMs - freshnessMs(watch), watch.valueMs - 1000 * Math.max(intervalS, tmaxS));
}

function foundWords(watch: ServiceWatch, turn: Turn): string {
  const { series } = watch;
  if (!series) return watch.on.output || watch.output;
  const { description } = series.record;
  if (watch.stale) return staleOutput(watch.valueMs, turn.nowMs, description);
  if (watch.found === null) return watch.output || `${series.metric} has no value yet`;
  return outputOf({ metric: series.metric, value: watch.value, units: description.units }, watch.compiled);
}

function record(watch: ServiceWatch, turn: Turn): void {
  // Its host is the event; that nothing comes from it any more is not another one for every service.
  if (watch.stale && watch.on.state === 'DOWN') return;
  if (turn.events.length >= EVENTS_WAITING_MAX) {
    turn.eventsDropped += 1;
    return;
  }
  turn.events.push({
    timeMs: turn.nowMs,
    cluster: watch.cluster,
    host: watch.host,
    service: watch.service,
    state: stateName(watch),
    stateType: stateType(watch),
    attempt: attemptOf(watch.status),
    output: watch.output,
  });
}
