import { isExpired, judgeLiveness, livenessOutput, silenceLimitMs } from '../fleet/liveness.ts';
import type { HostPulse } from '../live/catalogue.ts';
import type { HostWatch } from './watch.ts';

export interface HostTerms {
  readonly hostTmaxMs: number;
  readonly hostDmaxMs: number;
}

export type HostChange = 'none' | 'waiting' | 'up' | 'down' | 'retired' | 'returned';

/** One host, one turn: brings `host` up to date and says what changed. */
export function judgeHost(
  host: HostWatch,
  heard: { readonly pulse: HostPulse; readonly terms: HostTerms; readonly graceFromMs: number },
  nowMs: number,
): HostChange {
  const { pulse, terms, graceFromMs } = heard;
  const { lastSeenMs, intervalMs, gapMs } = pulse;
  host.limitMs = silenceLimitMs({ hostTmaxMs: terms.hostTmaxMs, intervalMs, gapMs });
  if (lastSeenMs !== host.lastSeenMs) {
    if (lastSeenMs - host.lastSeenMs > host.limitMs / 2) host.resumedMs = lastSeenMs;
    host.lastSeenMs = lastSeenMs;
  }
  const silence = { lastSeenMs, limitMs: host.limitMs, graceFromMs };
  const liveness = judgeLiveness(silence, nowMs);
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
      if (host.state === 'PENDING' && isLongGone(liveness.silentMs - host.limitMs, terms)) {
        return retire(host, nowMs);
      }
      if (host.state !== 'DOWN') {
        enter(host, 'DOWN', nowMs);
        return 'down';
      }
      if (!isExpired({ downSinceMs: host.sinceMs, hostDmaxMs: terms.hostDmaxMs }, nowMs)) return 'none';
      return retire(host, nowMs);
  }
}

/**
 * Silent for longer than host_dmax before it was ever judged: a host that had expired, of which the journal
 * had points left. Nobody waits for it.
 */
function isLongGone(silentMs: number, { hostDmaxMs }: HostTerms): boolean {
  return hostDmaxMs > 0 && silentMs > hostDmaxMs;
}

function retire(host: HostWatch, nowMs: number): 'retired' {
  enter(host, 'RETIRED', nowMs);
  host.retiredReason = 'expired';
  return 'retired';
}

function enter(host: HostWatch, state: HostWatch['state'], nowMs: number): void {
  host.state = state;
  host.sinceMs = nowMs;
}
