/** Whether a host is alive, from its silence alone. Pure; milliseconds throughout. */

import { durationWords } from '../model/duration.ts';

/** After our own start (or stall) a host has at least this long to be heard before it can be DOWN. */
export const START_GRACE_MS = 60_000;
/** And so long, or its shorter host_dmax, before it can be retired: machines may start when we do. */
const EXPIRY_GRACE_MS = 10 * 60_000;

/** The clock may be set by so much without anybody's notice. */
const AHEAD_MS = 15_000;

/** Whether it was heard before the clock was set back: how long ago, nobody knows. */
export function isAhead(lastSeenMs: number, nowMs: number): boolean {
  return lastSeenMs - nowMs > AHEAD_MS;
}

export interface Habits {
  readonly hostTmaxMs: number;
  /** Packet interval the agent declares; 0 where it does not. */
  readonly intervalMs: number;
  /** Usual gap between its packets; 0 while not known. */
  readonly gapMs: number;
}

/** max(4 × host_tmax, 3 × interval, 2 × usual gap). */
export function silenceLimitMs(habits: Habits): number {
  return Math.max(4 * habits.hostTmaxMs, 3 * habits.intervalMs, 2 * habits.gapMs);
}

export interface Silence {
  /** 0: never heard by this server. */
  readonly lastSeenMs: number;
  readonly limitMs: number;
  /** Since when we have listened without a break. */
  readonly graceFromMs: number;
}

export type Liveness =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly silentMs: number }
  /** Silent too long, but perhaps only because we were not listening. */
  | { readonly kind: 'pending'; readonly untilMs: number };

export function judgeLiveness(silence: Silence, nowMs: number): Liveness {
  const { lastSeenMs, limitMs, graceFromMs } = silence;
  const isOfBefore = isAhead(lastSeenMs, nowMs);
  const silentMs = nowMs - (isOfBefore ? graceFromMs : lastSeenMs);
  if (!isOfBefore && lastSeenMs > 0 && silentMs <= limitMs) return { kind: 'up' };
  const untilMs = awaitedUntilMs(silence, nowMs);
  return nowMs < untilMs ? { kind: 'pending', untilMs } : { kind: 'down', silentMs };
}

/** Until when a host's silence may be our own: it was not heard since we listen. 0: it was. */
export function awaitedUntilMs({ lastSeenMs, limitMs, graceFromMs }: Silence, nowMs: number): number {
  if (!isAhead(lastSeenMs, nowMs) && lastSeenMs >= graceFromMs) return 0;
  return graceFromMs + Math.max(limitMs, START_GRACE_MS);
}

/** The words beside a host's state. */
export function livenessOutput(silence: Silence, liveness: Liveness): string {
  const limit = `limit ${seconds(silence.limitMs)} s`;
  switch (liveness.kind) {
    case 'up':
      return `heard (${limit})`;
    case 'down':
      if (silence.lastSeenMs === 0) return `never heard since the server's start (${limit})`;
      return `silent for ${durationWords(liveness.silentMs)} (${limit})`;
    case 'pending':
      return `not heard yet since the server's start (${limit})`;
  }
}

export interface Absence {
  readonly downSinceMs: number;
  /** 0: for ever. */
  readonly hostDmaxMs: number;
  /** Since when we have listened without a break. */
  readonly graceFromMs: number;
}

/** Down for longer than host_dmax? Then it is retired as expired, if it had time to be heard. */
export function isExpired({ downSinceMs, hostDmaxMs, graceFromMs }: Absence, nowMs: number): boolean {
  if (!isLongGone({ downSinceMs, hostDmaxMs }, nowMs)) return false;
  return nowMs - graceFromMs > Math.min(hostDmaxMs, EXPIRY_GRACE_MS);
}

/** The same, whether we listened or not. */
export function isLongGone(
  { downSinceMs, hostDmaxMs }: Omit<Absence, 'graceFromMs'>,
  nowMs: number,
): boolean {
  return hostDmaxMs > 0 && nowMs - downSinceMs > hostDmaxMs;
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
