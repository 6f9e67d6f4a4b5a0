import type { ServiceKey, StateEvent } from '../model/service-state.ts';
import type { Turn } from './turn.ts';

/** Events not yet written. */
export const EVENTS_WAITING_MAX = 20_000;

/** Puts an event of a service on its way into the history; too many are counted and dropped. */
export function recordEvent(
  { cluster, host, service }: ServiceKey,
  stands: Pick<StateEvent, 'state' | 'stateType' | 'attempt'>,
  output: string,
  turn: Turn,
): void {
  if (turn.events.length >= EVENTS_WAITING_MAX) {
    turn.eventsDropped += 1;
    return;
  }
  turn.events.push({ timeMs: turn.nowMs, cluster, host, service, ...stands, output });
}
