import { recordEvent } from './record-event.ts';
import { HOST_SERVICE } from './watch.ts';
import type { HostWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/** What those hear who were told of an open problem of a host that is gone. */
export function retiredWords({ retiredReason, member }: HostWatch): string {
  const reason = member?.standing.kind === 'left' ? member.standing.reason : retiredReason;
  if (reason === null) return 'the host is not known here any more';
  return reason === 'expired'
    ? 'the host was retired: expired, silent for longer than host_dmax'
    : `the host was retired: ${reason}`;
}

/** That a host was retired, or came back, as an event of its own: its services are gone, or are new. */
export function recordHost({ entry, state, retiredReason, hereMs }: HostWatch, turn: Turn): void {
  const { cluster, name: host } = entry;
  const back = hereMs === turn.nowMs ? 'registered, or listed, again' : 'heard again';
  const stands = { state, stateType: 'HARD', attempt: 1 } as const;
  recordEvent({ cluster, host, service: HOST_SERVICE }, stands, retiredReason ?? back, turn);
}

/** A host that expired is offered to its worker again, which may have been busy, or heard it just then. */
const OFFER_AGAIN_MS = 5 * 60_000;

/** Its worker may forget it. */
export function offerExpired(host: HostWatch, { nowMs, expired }: Turn): void {
  // One that left by word may go on sending for a while.
  if (nowMs - host.lastSeenMs <= host.limitMs) return;
  if (Math.abs(nowMs - host.offeredMs) < OFFER_AGAIN_MS) return;
  host.offeredMs = nowMs;
  const { cluster, name, worker } = host.entry;
  const reason = host.retiredReason ?? 'expired';
  expired.push({ worker, cluster, name, lastSeenMs: host.lastSeenMs, reason });
}
