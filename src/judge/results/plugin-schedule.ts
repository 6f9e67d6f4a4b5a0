import { fillEach } from '../../check/placeholders.ts';
import { firstCheckMs, nextCheckMs, postponedMs } from '../../check/schedule.ts';
import { scopeOf } from '../../check/rule.ts';
import { commandOf } from './reported-result.ts';
import { failureOf } from '../failure-words.ts';
import { outsidePeriod } from '../pause.ts';
import type { PluginOutcome, PluginRun } from '../../model/check-result.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

/** Turns are a second apart: what is due before the next one is handed over now, with its time. */
const AHEAD_MS = 1000;
/** A run that was heard nothing of for so long after its time limit was lost by the runner. */
const LOST_AFTER_MS = 3_600_000;

/** What is planned for a service's command; when it runs next stands in the watch. */
interface Plan {
  /** Number of the run that is under way, and when it was due; null: none is. */
  running: { readonly run: number; readonly dueMs: number; readonly lostMs: number } | null;
  /** Somebody wants it now, whatever its period and its dependencies say. */
  isForced: boolean;
}

/** A run that ended before it began. */
export interface FailedRun {
  readonly watch: ServiceWatch;
  readonly outcome: PluginOutcome;
}

type Now = Pick<Turn, 'nowMs' | 'periods' | 'table'>;

/** Which commands are to be run, one run at a time a service, and whose run an outcome is. */
export class PluginSchedule {
  readonly #plans = new WeakMap<ServiceWatch, Plan>();
  readonly #running = new Map<number, ServiceWatch>();
  #due: PluginRun[] = [];
  #failed: FailedRun[] = [];
  #lastRun = 0;

  /** Looks at a service in its turn. Of one without a command it costs a comparison or two. */
  look(watch: ServiceWatch, now: Now): void {
    if (watch.kind !== 'command' && watch.nextCheckMs === null) return;
    const plan = this.#planOf(watch, now.nowMs);
    if (plan.running !== null && !this.#isLost(plan.running, now.nowMs)) return;
    // A reload may have taken the command of a passive service that waits for it.
    if (commandOf(watch) === null) {
      watch.nextCheckMs = null;
      say(watch, null);
    }
    const dueMs = watch.nextCheckMs;
    const isDue = dueMs !== null && dueMs <= now.nowMs + AHEAD_MS;
    // Until it may run again it is looked at in every turn: what is said of it is true.
    if (isDue || watch.notRun !== null) say(watch, plan.isForced ? null : whyNotRun(watch, now));
    if (!isDue) return;
    if (watch.notRun !== null) {
      watch.nextCheckMs = postponedMs(dueMs, watch.compiled.definition, now.nowMs);
      return;
    }
    this.#begin(watch, plan, { dueMs, startMs: Math.max(dueMs, now.nowMs) });
  }

  /** Runs it in the next turn, or leaves it to the run that is under way. False: there is nothing to run. */
  ask(watch: ServiceWatch, nowMs: number): boolean {
    if (commandOf(watch) === null) return false;
    const plan = this.#planOf(watch, nowMs);
    if (plan.running !== null) return true;
    plan.isForced = true;
    watch.nextCheckMs = nowMs;
    return true;
  }

  /** What is to be run, handed out once. */
  takeDue(): readonly PluginRun[] {
    const due = this.#due;
    if (due.length > 0) this.#due = [];
    return due;
  }

  /** What cannot be run, as its command has a placeholder without a value; handed out once. */
  takeFailed(): readonly FailedRun[] {
    const failed = this.#failed;
    if (failed.length > 0) this.#failed = [];
    return failed;
  }

  /** Whose run that was; undefined: it was given up, or its service is no longer checked. */
  ended({ run }: PluginOutcome): ServiceWatch | undefined {
    const watch = this.#running.get(run);
    this.#running.delete(run);
    if (watch === undefined || this.#plans.get(watch)?.running?.run !== run) return undefined;
    return watch;
  }

  /** Its outcome has been taken into the service: when it runs next goes by the state that it has now. */
  settled(watch: ServiceWatch, nowMs: number): void {
    const plan = this.#planOf(watch, nowMs);
    const dueMs = plan.running?.dueMs ?? nowMs;
    plan.running = null;
    watch.nextCheckMs =
      watch.kind === 'command'
        ? Math.max(nowMs, nextCheckMs(watch.status, watch.compiled.definition, dueMs))
        : null;
  }

  /** A new plan, and one by a longer interval than now, begin where the service has its place. */
  #planOf(watch: ServiceWatch, nowMs: number): Plan {
    const { definition } = watch.compiled;
    let plan = this.#plans.get(watch);
    const isNew = plan === undefined;
    if (plan === undefined) {
      plan = { running: null, isForced: false };
      this.#plans.set(watch, plan);
    }
    if (watch.kind !== 'command') return plan;
    const planned = watch.nextCheckMs;
    const farMs = nowMs + Math.max(definition.checkIntervalMs, definition.retryIntervalMs);
    if (isNew || planned === null || planned > farMs) {
      const key = `${watch.cluster}\0${watch.host}\0${watch.service}`;
      watch.nextCheckMs = firstCheckMs({ key, planned }, definition, nowMs);
    }
    return plan;
  }

  #isLost({ run, lostMs }: { run: number; lostMs: number }, nowMs: number): boolean {
    if (nowMs < lostMs) return false;
    this.#running.delete(run);
    return true;
  }

  /** The one after it goes by when it was due: a turn that comes late shifts nothing. */
  #begin(watch: ServiceWatch, plan: Plan, { dueMs, startMs }: { dueMs: number; startMs: number }): void {
    const { cluster, host, service } = watch;
    const { rule, definition } = watch.compiled;
    const { timeoutMs } = definition;
    const filled = fillEach(commandOf(watch) ?? [], scopeOf(rule, watch.on.entry, null));
    this.#lastRun += 1;
    const run = this.#lastRun;
    plan.isForced = false;
    plan.running = { run, dueMs, lostMs: startMs + timeoutMs + LOST_AFTER_MS };
    if (filled.ok) {
      this.#running.set(run, watch);
      this.#due.push({ cluster, host, service, run, command: filled.texts, timeoutMs, startMs });
      return;
    }
    const times = { startedMs: startMs, executionMs: 0, latencyMs: 0 };
    const end = { end: 'refused' as const, code: -1, output: '', detail: filled.fault };
    this.#failed.push({ watch, outcome: { cluster, host, service, run, ...end, ...times } });
  }
}

/** By its check_period, or something it depends on; null: it may run. */
function whyNotRun(watch: ServiceWatch, { nowMs, periods, table }: Now): string | null {
  const { checkPeriod } = watch.compiled.definition;
  if (checkPeriod !== null && !periods.includes(checkPeriod, nowMs)) return outsidePeriod(checkPeriod);
  const failure = failureOf(watch, 'execution', table);
  return failure && `not run: ${failure}`;
}

/** Another reason is news. */
function say(watch: ServiceWatch, notRun: string | null): void {
  if (notRun === watch.notRun) return;
  watch.notRun = notRun;
  watch.shownMs = 0;
}
