import { freshnessMs, HOST_SERVICE } from '../watch.ts';
import { RESULT_AHEAD_MS_MAX } from '../../limits.ts';
import { announce, isAnnounced, tellDue } from '../announce.ts';
import { keepPerformance } from './performance.ts';
import { readReportedText } from '../../check/reported-text.ts';
import { outputAs, reportedHostState, reportedState } from '../../check/exit-status.ts';
import { show } from '../show.ts';
import { take } from './take.ts';
import { namedParents, unanswered } from '../parents.ts';
import type { CheckResult, ResultOutcome, ResultRefusal } from '../../model/check-result.ts';
import type { HostFinder } from './host-finder.ts';
import type { HostWatch, ServiceWatch } from '../watch.ts';
import type { Result } from '../../check/state-machine.ts';
import type { Turn } from '../turn.ts';
import type { WatchTable } from '../watch-table.ts';

export interface ResultTaker {
  readonly table: WatchTable;
  readonly finder: HostFinder;
  readonly turn: Turn;
}

/**
 * Takes results that somebody reports, each at once and in their order. `changed` gets the services whose
 * state must be kept before anybody is answered; what became of each result is answered in the same order.
 */
export function takeResults(
  results: readonly CheckResult[],
  by: ResultTaker,
  changed: Set<ServiceWatch>,
): ResultOutcome[] {
  return results.map((result) => {
    const watch = admitted(result, by);
    if (typeof watch === 'string') return { ok: false, refusal: watch };
    if (takeResult(watch, result, by.turn)) changed.add(watch);
    const { cluster, host, service } = watch;
    return { ok: true, key: { cluster, host, service } };
  });
}

function admitted(result: CheckResult, by: ResultTaker): ServiceWatch | ResultRefusal {
  const watch = serviceFor(result, by);
  return typeof watch === 'string' ? watch : (refusalOf(watch, result, by.turn) ?? watch);
}

/** The service a result is for; of several hosts of that name, that of the one which takes it. */
function serviceFor(result: CheckResult, { table, finder, turn }: ResultTaker): ServiceWatch | ResultRefusal {
  const service = result.service === '' ? HOST_SERVICE : result.service;
  const hosts = finder.find(result.cluster, result.host);
  const reported = (host: HostWatch) => table.reported(host, service, turn.nowMs);
  const [first, ...others] = hosts;
  if (!first) return 'unknown-host';
  if (others.length === 0) return reported(first);
  const isTaker = (host: HostWatch) => {
    const known = host.services.get(service);
    return known ? acceptsResults(known) : table.takesResults(host, service);
  };
  const [only, ...more] = hosts.filter(isTaker);
  return only && more.length === 0 ? reported(only) : 'ambiguous-host';
}

/** A command's service takes results from elsewhere too where it does as Nagios does. */
export function acceptsResults({ kind, compiled }: ServiceWatch): boolean {
  return kind === 'passive' || (kind === 'command' && compiled.definition.semantics === 'nagios');
}

/** Results are told apart by the second: many senders know no other time. */
function refusalOf(watch: ServiceWatch, { timeMs }: CheckResult, turn: Turn): ResultRefusal | null {
  if (!acceptsResults(watch)) return 'not-passive';
  if (watch.compiled.definition.semantics === 'nagios') return null;
  if (timeMs > turn.nowMs + RESULT_AHEAD_MS_MAX) return 'future-result';
  const lastMs = lastResultMs(watch);
  // It was taken while our own clock was ahead.
  if (lastMs > turn.nowMs + RESULT_AHEAD_MS_MAX) return null;
  return Math.floor(timeMs / 1000) < Math.floor(lastMs / 1000) ? 'old-result' : null;
}

/** Where a command stood in for results, one that would have kept it from that is none too old. */
function lastResultMs(watch: ServiceWatch): number {
  const { result } = watch;
  if (result === null) return 0;
  return result.via === 'plugin' ? result.timeMs - freshnessMs(watch) : result.timeMs;
}

/** Answers whether it must be kept at once: its state is another one, or somebody is about to be told. */
function takeResult(watch: ServiceWatch, result: CheckResult, turn: Turn): boolean {
  const text = readReportedText(result.output);
  const { timeMs, door, from } = result;
  const isFirst = !watch.judged;
  turn.evaluations += 1;
  watch.stale = false;
  const { semantics } = watch.compiled.definition;
  watch.output = outputAs(semantics, text.output);
  watch.lastCheckMs = semantics === 'nagios' ? timeMs : Math.min(timeMs, turn.nowMs);
  watch.result = {
    timeMs,
    longOutput: text.longOutput,
    performance: text.performance,
    via: door,
    from,
    end: '',
    executionMs: 0,
    latencyMs: 0,
  };
  keepPerformance(watch, { items: text.items, timeMs }, turn);
  const { status: before, told } = watch;
  const state = stateOf(watch, result.code, turn);
  if (state === 'UNREACHABLE') watch.output += namedParents(watch, turn);
  take(watch, { state, evidenceMs: evidenceOf(watch, turn) }, 'reported', turn);
  show(watch, turn);
  turn.dirty.add(watch);
  if (watch.status.kind !== 'ok' || watch.quiet.acknowledged) turn.quiet.look(watch, turn);
  if (isAnnounced(watch)) announce(watch, turn);
  // Each of its results is one of its own.
  if (watch.compiled.definition.isVolatile) tellDue(turn);
  return isFirst || watch.status !== before || watch.told !== told;
}

function stateOf(watch: ServiceWatch, code: number, turn: Turn): Result['state'] {
  if (!watch.isHost) return reportedState(code);
  const state = reportedHostState(code);
  const hasParents = watch.compiled.definition.parents.length > 0;
  return state !== 'UP' && hasParents ? unanswered(watch, turn) : state;
}

/** Two results of one moment are two observations. */
function evidenceOf({ status }: ServiceWatch, { nowMs }: Turn): number {
  return status.kind === 'soft' ? Math.max(nowMs, status.evidenceMs + 1) : nowMs;
}
