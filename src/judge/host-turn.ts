import { endedReason, isPassing } from '../fleet/lifetime.ts';
import {
  awaitedUntilMs,
  isExpired,
  isLongGone,
  judgeLiveness,
  livenessOutput,
  silenceLimitMs,
} from '../fleet/liveness.ts';
import { NO_PULSE } from '../live/catalogue.ts';
import { areInDoubt, doubtWords } from './parents.ts';
import type { Silence } from '../fleet/liveness.ts';
import type { HostTerms, HostWatch } from './watch.ts';
import type { Standing } from '../model/instance.ts';
import type { Turn } from './turn.ts';

export type HostChange = 'none' | 'waiting' | 'in-doubt' | 'up' | 'down' | 'retired' | 'returned';

type Left = Extract<Standing, { readonly kind: 'left' }>;

/** One host that was just listened to, one turn: brings `host` up to date and says what changed. */
export function judgeHost(host: HostWatch, turn: Pick<Turn, 'nowMs' | 'graceFromMs' | 'table'>): HostChange {
  const { nowMs, table } = turn;
  if (host.member?.standing.kind === 'left') return leave(host, host.member.standing, nowMs);
  const { lastSeenMs } = host;
  const silence = silenceOf(host, turn);
  const { graceFromMs } = silence;
  const liveness = judgeLiveness(silence, nowMs);
  const wasInDoubt = host.isInDoubt;
  host.isSilent = liveness.kind === 'down';
  host.isInDoubt = false;
  if (host.state === 'RETIRED') {
    if (host.leftByWord && host.member) return welcome(host, nowMs);
    if (lastSeenMs <= host.sinceMs || liveness.kind !== 'up') return 'none';
    comeBack(host, 'UP', nowMs);
    host.output = livenessOutput(silence, liveness);
    return 'returned';
  }
  const wasWaiting = host.waiting;
  host.waiting = liveness.kind === 'pending';
  switch (liveness.kind) {
    case 'pending': {
      // One that lives was judged before, and that was kept. Of one that ended the journal has points left.
      const ended = host.state === 'PENDING' && host.hereMs === 0 ? endOf(host) : null;
      if (ended !== null) return retire(host, ended, nowMs);
      return wasWaiting ? 'none' : 'waiting';
    }
    case 'up':
      if (host.state === 'UP') return wasWaiting ? 'up' : 'none';
      enter(host, 'UP', nowMs);
      host.output = livenessOutput(silence, liveness);
      return 'up';
    case 'down': {
      host.output = livenessOutput(silence, liveness);
      const ended = endOf(host);
      if (ended !== null) return retire(host, ended, nowMs);
      if (host.state === 'DOWN' || !areInDoubt(host, table)) {
        return judgeSilent(host, graceFromMs, nowMs);
      }
      host.isInDoubt = true;
      host.output += doubtWords(host, table);
      return wasInDoubt ? 'none' : 'in-doubt';
    }
  }
}

/** Why a host, once it is silent, has ended as it was to; null: it has not. */
export function endOf({ member, lastSeenMs, terms }: HostWatch): string | null {
  const registeredMs = member?.sinceMs ?? null;
  return endedReason({ registeredMs, lastSeenMs }, terms.expectedLifetimeMs);
}

/** Whether it is one that nobody is woken for: it never registered, and was heard for a moment. */
export function isNewHost({ member, lastSeenMs, firstSeenMs, terms }: HostWatch): boolean {
  const registeredMs = member?.sinceMs ?? null;
  return isPassing({ registeredMs, lastSeenMs, firstSeenMs: firstSeenMs ?? 0 }, terms.newHostGraceMs);
}

/** Whether its silence may be our own: it has not had the time to be heard. */
export function isAwaited(host: HostWatch, turn: Pick<Turn, 'nowMs' | 'graceFromMs'>): boolean {
  return turn.nowMs < awaitedUntilMs(silenceOf(host, turn), turn.nowMs);
}

function silenceOf(host: HostWatch, { nowMs, graceFromMs }: Pick<Turn, 'nowMs' | 'graceFromMs'>): Silence {
  const { lastSeenMs, limitMs } = host;
  // Registering again is a sign of life: from then on it has time to be heard.
  const hereMs = host.hereMs > nowMs ? 0 : host.hereMs; // The clock may be set back.
  return { lastSeenMs, limitMs, graceFromMs: Math.max(graceFromMs, hereMs) };
}

/** Takes in what its worker knows of it; false: the row is another's, and its silence would be taken for its end. */
export function hear(
  host: HostWatch,
  terms: HostTerms,
  { catalogue, startedMs }: Pick<Turn, 'catalogue' | 'startedMs'>,
): boolean {
  const pulse = catalogue.pulse(host.entry);
  if (pulse === NO_PULSE) return false;
  const { hostTmaxMs, bootIntervalMs } = terms;
  const { lastSeenMs, gapMs } = pulse;
  // Before its second packet or third the interval is the one that registering told it.
  const isUnknown = pulse.intervalMs === 0 && gapMs === 0 && host.member !== undefined;
  const intervalMs = isUnknown ? bootIntervalMs : pulse.intervalMs;
  host.terms = terms;
  host.gapMs = gapMs;
  host.limitMs = silenceLimitMs({ hostTmaxMs, intervalMs, gapMs });
  if (lastSeenMs === host.lastSeenMs) return true;
  if (lastSeenMs - host.lastSeenMs > host.limitMs / 2) host.resumedMs = lastSeenMs;
  host.lastSeenMs = lastSeenMs;
  host.firstSeenMs ??= lastSeenMs < startedMs ? 0 : lastSeenMs;
  return true;
}

/** It left, as it said itself or as a list says: however much is heard of it. */
function leave(host: HostWatch, standing: Left, nowMs: number): HostChange {
  host.isInDoubt = false;
  host.isSilent = nowMs - host.lastSeenMs > host.limitMs;
  if (host.leftByWord && host.retiredReason === standing.reason) return 'none';
  return retireAsLeft(host, standing, nowMs);
}

/** Retires a host by its own word, or a list's. */
export function retireAsLeft(host: HostWatch, { reason, sinceMs }: Left, nowMs: number): 'retired' {
  retire(host, reason, nowMs);
  host.sinceMs = Math.min(nowMs, sinceMs);
  host.leftByWord = true;
  return 'retired';
}

/** One that had left is here again, by its own word or by a list's. Whether it is heard will show. */
function welcome(host: HostWatch, nowMs: number): 'returned' {
  host.hereMs = nowMs;
  host.output = '';
  comeBack(host, 'PENDING', nowMs);
  return 'returned';
}

/** A host that has been silent for longer than its limit. */
function judgeSilent(host: HostWatch, graceFromMs: number, nowMs: number): HostChange {
  const { hostDmaxMs } = host.terms;
  if (host.state === 'DOWN') {
    const absence = { downSinceMs: host.sinceMs, hostDmaxMs, graceFromMs };
    return isExpired(absence, nowMs) ? retire(host, EXPIRED, nowMs) : 'none';
  }
  // Before it was ever judged: it had expired, and the journal had points of it left. Nobody waits for it.
  const signMs = Math.max(host.lastSeenMs, host.hereMs);
  const absence = { downSinceMs: signMs + host.limitMs, hostDmaxMs, graceFromMs };
  if (host.state === 'PENDING' && isLongGone(absence, nowMs)) {
    host.waiting = true;
    return isExpired(absence, nowMs) ? retire(host, EXPIRED, nowMs) : 'none';
  }
  enter(host, 'DOWN', nowMs);
  return 'down';
}

const EXPIRED = 'expired';

function retire(host: HostWatch, reason: string, nowMs: number): 'retired' {
  host.waiting = false;
  enter(host, 'RETIRED', nowMs);
  host.retiredReason = reason;
  host.leftByWord = false;
  return 'retired';
}

function comeBack(host: HostWatch, state: 'UP' | 'PENDING', nowMs: number): void {
  host.retiredReason = null;
  host.leftByWord = false;
  enter(host, state, nowMs);
}

function enter(host: HostWatch, state: HostWatch['state'], nowMs: number): void {
  host.state = state;
  host.sinceMs = nowMs;
}
