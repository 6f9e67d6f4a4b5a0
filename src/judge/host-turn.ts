import { isExpired, isLongGone, judgeLiveness, livenessOutput, silenceLimitMs } from '../fleet/liveness.ts';
import { areInDoubt, doubtWords } from './parents.ts';
import type { HostPulse } from '../live/catalogue.ts';
import type { HostWatch } from './watch.ts';
import type { WatchFinder } from './turn.ts';

export interface HostTerms {
  readonly hostTmaxMs: number;
  readonly hostDmaxMs: number;
}

export type HostChange = 'none' | 'waiting' | 'in-doubt' | 'up' | 'down' | 'retired' | 'returned';

interface Heard {
  readonly pulse: HostPulse;
  readonly terms: HostTerms;
  readonly graceFromMs: number;
  /** Where its parents are. */
  readonly table: WatchFinder;
}

/** One host, one turn: brings `host` up to date and says what changed. */
export function judgeHost(host: HostWatch, heard: Heard, nowMs: number): HostChange {
  const { pulse, terms, graceFromMs } = heard;
  const { lastSeenMs, intervalMs, gapMs } = pulse;
  host.gapMs = gapMs;
  host.limitMs = silenceLimitMs({ hostTmaxMs: terms.hostTmaxMs, intervalMs, gapMs });
  if (lastSeenMs !== host.lastSeenMs) {
    if (lastSeenMs - host.lastSeenMs > host.limitMs / 2) host.resumedMs = lastSeenMs;
    host.lastSeenMs = lastSeenMs;
  }
  const silence = { lastSeenMs, limitMs: host.limitMs, graceFromMs };
  const liveness = judgeLiveness(silence, nowMs);
  const wasInDoubt = host.isInDoubt;
  host.isSilent = liveness.kind === 'down';
  host.isInDoubt = false;
  if (host.state === 'RETIRED') {
    if (lastSeenMs <= host.sinceMs || liveness.kind !== 'up') return 'none';
    host.retiredReason = null;
    enter(host, 'UP', nowMs);
    host.output = livenessOutput(silence, liveness);
    return 'returned';
  }
  const wasWaiting = host.waiting;
  host.waiting = liveness.kind === 'pending';
  switch (liveness.kind) {
    case 'pending':
      return wasWaiting ? 'none' : 'waiting';
    case 'up':
      if (host.state === 'UP') return wasWaiting ? 'up' : 'none';
      enter(host, 'UP', nowMs);
      host.output = livenessOutput(silence, liveness);
      return 'up';
    case 'down':
      host.output = livenessOutput(silence, liveness);
      if (host.state === 'DOWN' || !areInDoubt(host, heard.table)) {
        return judgeSilent(host, { terms, graceFromMs }, nowMs);
      }
      host.isInDoubt = true;
      host.output += doubtWords(host, heard.table);
      return wasInDoubt ? 'none' : 'in-doubt';
  }
}

/** A host that has been silent for longer than its limit. */
function judgeSilent(
  host: HostWatch,
  { terms, graceFromMs }: { readonly terms: HostTerms; readonly graceFromMs: number },
  nowMs: number,
): HostChange {
  const { hostDmaxMs } = terms;
  if (host.state === 'DOWN') {
    const absence = { downSinceMs: host.sinceMs, hostDmaxMs, graceFromMs };
    return isExpired(absence, nowMs) ? retire(host, nowMs) : 'none';
  }
  // Before it was ever judged: it had expired, and the journal had points of it left. Nobody waits for it.
  const absence = { downSinceMs: host.lastSeenMs + host.limitMs, hostDmaxMs, graceFromMs };
  if (host.state === 'PENDING' && isLongGone(absence, nowMs)) {
    host.waiting = true;
    return isExpired(absence, nowMs) ? retire(host, nowMs) : 'none';
  }
  enter(host, 'DOWN', nowMs);
  return 'down';
}

function retire(host: HostWatch, nowMs: number): 'retired' {
  host.waiting = false;
  enter(host, 'RETIRED', nowMs);
  host.retiredReason = 'expired';
  return 'retired';
}

function enter(host: HostWatch, state: HostWatch['state'], nowMs: number): void {
  host.state = state;
  host.sinceMs = nowMs;
}
