import { askedMs, backoffMs } from './backoff.ts';

/** Whether a receiver takes pages, as far as attempts have shown. */
export type Circuit =
  | { readonly kind: 'well' }
  | {
      readonly kind: 'failing';
      readonly sinceMs: number;
      /** Attempts that failed since, probes aside. */
      readonly failures: number;
      /** Nothing is tried before that. */
      readonly untilMs: number;
      /** The next attempt is with another page than the oldest, which may be what is refused. */
      readonly isProbe: boolean;
      /** Until then the receiver itself asked to be left alone. */
      readonly askedUntilMs: number;
      /** The oldest is suspect, and there was no other page to try. */
      readonly lacksProbe: boolean;
      /** Of the last attempt. */
      readonly fault: string;
    };

export const WELL: Circuit = { kind: 'well' };

/** Failures in a row of the same page after which another one is tried, too. */
const SUSPECT_AFTER = 3;

export interface FailedAttempt {
  readonly nowMs: number;
  readonly fault: string;
  readonly retryAfterMs: number | undefined;
  /** How often this page has failed in a row. */
  readonly streak: number;
  /** Whether there is another page that could be tried. */
  readonly hasOther: boolean;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * After a failed attempt. The oldest page is tried again and again, so that order is kept over an outage.
 * From its third failure on another page is probed right after it (or when the receiver's own time is over):
 * a receiver that comes back in between takes the oldest first.
 */
export function afterFailure(circuit: Circuit, attempt: FailedAttempt): Circuit {
  const { nowMs, fault, streak, hasOther } = attempt;
  const askedUntilMs = nowMs + askedMs(attempt.retryAfterMs);
  const sinceMs = circuit.kind === 'failing' ? circuit.sinceMs : nowMs;
  const wasProbe = circuit.kind === 'failing' && circuit.isProbe;
  const before = circuit.kind === 'failing' ? circuit.failures : 0;
  const failures = wasProbe ? before : before + 1;
  const isSuspect = !wasProbe && streak >= SUSPECT_AFTER;
  const failing = { kind: 'failing', sinceMs, failures, askedUntilMs, fault } as const;
  if (isSuspect && hasOther) return { ...failing, untilMs: askedUntilMs, isProbe: true, lacksProbe: false };
  const untilMs = Math.max(askedUntilMs, nowMs + backoffMs(failures, attempt.random));
  return { ...failing, untilMs, isProbe: false, lacksProbe: isSuspect };
}

/** After another page came: where one was lacking, it is the probe. */
export function withOther(circuit: Circuit): Circuit {
  if (circuit.kind === 'well' || !circuit.lacksProbe) return circuit;
  return { ...circuit, untilMs: circuit.askedUntilMs, isProbe: true, lacksProbe: false };
}

/** With a clock that was set back no wait is longer than it was meant to be. */
export function hastened(circuit: Circuit, nowMs: number): Circuit {
  if (circuit.kind === 'well') return circuit;
  const { sinceMs, untilMs, askedUntilMs } = circuit;
  return {
    ...circuit,
    sinceMs: Math.min(sinceMs, nowMs),
    untilMs: Math.min(untilMs, nowMs),
    askedUntilMs: Math.min(askedUntilMs, nowMs),
  };
}
