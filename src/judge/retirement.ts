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
