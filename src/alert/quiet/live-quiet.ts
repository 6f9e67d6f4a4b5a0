import { compileCoverage } from './coverage.ts';
import { compileRecurrence } from './recurrence.ts';
import type { Coverage } from './coverage.ts';
import type { Period } from '../../check/time-period/period.ts';
import type { Quiet } from '../../model/quiet.ts';
import type { Zones } from './recurrence.ts';

/**
 * `waiting`: flexible, its window is open, and nothing it covers has had a problem yet. `over`: its time is
 * up. `ended`: somebody undid it.
 */
export type QuietState = 'pending' | 'active' | 'waiting' | 'over' | 'ended';

export type CompiledQuiet =
  | { readonly ok: true; readonly quiet: LiveQuiet }
  | { readonly ok: false; readonly fault: string };

/** Compiles a downtime or silence. `zones`: shared by all of them. Never throws. */
export function compileQuiet(quiet: Quiet, zones: Zones): CompiledQuiet {
  const { time, covers } = quiet;
  const compiled = compileCoverage(covers, { wholeHosts: time.kind !== 'silence' });
  if (!compiled.ok) return compiled;
  if (time.kind !== 'recurring') return { ok: true, quiet: new LiveQuiet(quiet, compiled.coverage, null) };
  const recurrence = compileRecurrence(time.times, time.timezone, zones);
  if (!recurrence.ok) return recurrence;
  return { ok: true, quiet: new LiveQuiet(quiet, compiled.coverage, recurrence.period) };
}

/** A downtime or silence as it goes on. Time is an argument everywhere: a clock set back takes it along. */
export class LiveQuiet {
  readonly coverage: Coverage;
  readonly #quiet: Quiet;
  readonly #period: Period | null;
  /** Of a flexible one: when it began, by service. */
  readonly #begun: Map<string, number>;
  #ended: { readonly atMs: number; readonly by: string } | null;

  constructor(quiet: Quiet, coverage: Coverage, period: Period | null) {
    this.coverage = coverage;
    this.#quiet = quiet;
    this.#period = period;
    this.#begun = new Map(quiet.begun);
    this.#ended = quiet.endedMs === null ? null : { atMs: quiet.endedMs, by: quiet.endedBy };
  }

  get id(): string {
    return this.#quiet.id;
  }

  get isSilence(): boolean {
    return this.#quiet.time.kind === 'silence';
  }

  get isFlexible(): boolean {
    return this.#quiet.time.kind === 'flexible';
  }

  /** As it is kept. */
  get saved(): Quiet {
    const { atMs, by } = this.#ended ?? { atMs: null, by: '' };
    return { ...this.#quiet, endedMs: atMs, endedBy: by, begun: [...this.#begun] };
  }

  /** Whether it keeps what it covers quiet then; a flexible one by the service's `key`. */
  holds(key: string, nowMs: number): boolean {
    if (this.#ended !== null) return false;
    const { time } = this.#quiet;
    switch (time.kind) {
      case 'fixed':
      case 'silence':
        return nowMs >= time.fromMs && nowMs < time.toMs;
      case 'recurring':
        return isWithin(time, nowMs) && this.#period?.includes(nowMs) === true;
      case 'flexible':
        return isRunning(this.#begun.get(key), time.durationMs, nowMs);
    }
  }

  /** A service that it covers has a problem: whether it began for it with that. Each begins once. */
  begin(key: string, nowMs: number): boolean {
    const { time } = this.#quiet;
    if (time.kind !== 'flexible' || this.#ended !== null || !isWithin(time, nowMs)) return false;
    if (this.#begun.has(key)) return false;
    this.#begun.set(key, nowMs);
    return true;
  }

  /** Undoes it. */
  end(by: string, nowMs: number): void {
    this.#ended ??= { atMs: nowMs, by };
  }

  /** The service is gone: one that comes by its name begins anew. Whether anything is other now. */
  forget(key: string): boolean {
    return this.#begun.delete(key);
  }

  stateAt(nowMs: number): QuietState {
    if (this.#ended !== null) return 'ended';
    const { time } = this.#quiet;
    if (nowMs < time.fromMs) return 'pending';
    const isOver = time.toMs !== null && nowMs >= time.toMs;
    switch (time.kind) {
      case 'fixed':
      case 'silence':
        return isOver ? 'over' : 'active';
      case 'recurring':
        if (isOver) return 'over';
        return this.#period?.includes(nowMs) === true ? 'active' : 'pending';
      case 'flexible':
        if (this.#runsAt(nowMs)) return 'active';
        return isOver ? 'over' : 'waiting';
    }
  }

  /** When `holds` or `stateAt` may answer otherwise than now, of itself; Infinity: never again. */
  nextMs(nowMs: number): number {
    if (this.#ended !== null) return Number.POSITIVE_INFINITY;
    const { time } = this.#quiet;
    const times = [time.fromMs, time.toMs ?? Number.POSITIVE_INFINITY];
    if (time.kind === 'recurring' && isWithin(time, nowMs)) {
      times.push(this.#period?.until(nowMs) ?? Number.POSITIVE_INFINITY);
    }
    if (time.kind === 'flexible') {
      for (const sinceMs of this.#begun.values()) times.push(sinceMs + time.durationMs);
    }
    return times.reduce(
      (next, atMs) => (atMs > nowMs && atMs < next ? atMs : next),
      Number.POSITIVE_INFINITY,
    );
  }

  /** When it ends for that service, as far as that is known; null: not now, or open. */
  endsMs(key: string, nowMs: number): number | null {
    const { time } = this.#quiet;
    switch (time.kind) {
      case 'fixed':
      case 'silence':
        return time.toMs;
      case 'recurring': {
        const untilMs = this.#period?.until(nowMs) ?? null;
        return untilMs === null || time.toMs === null ? (untilMs ?? time.toMs) : Math.min(untilMs, time.toMs);
      }
      case 'flexible': {
        const sinceMs = this.#begun.get(key);
        return sinceMs === undefined ? null : sinceMs + time.durationMs;
      }
    }
  }

  #runsAt(nowMs: number): boolean {
    const { time } = this.#quiet;
    if (time.kind !== 'flexible') return false;
    for (const sinceMs of this.#begun.values()) if (isRunning(sinceMs, time.durationMs, nowMs)) return true;
    return false;
  }
}

function isWithin({ fromMs, toMs }: { fromMs: number; toMs: number | null }, nowMs: number): boolean {
  return nowMs >= fromMs && (toMs === null || nowMs < toMs);
}

function isRunning(sinceMs: number | undefined, durationMs: number, nowMs: number): boolean {
  return sinceMs !== undefined && nowMs >= sinceMs && nowMs < sinceMs + durationMs;
}
