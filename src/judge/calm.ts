import { show } from './show.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

const FLAPPING_WITHOUT_RECORD_MS = 3_600_000;

/**
 * In Muster's semantics flapping ends when no state was recorded for an hour, as no results come, or only
 * such as flap detection does not look at: what the service is is told then. In Nagios' it goes on.
 */
export function calm(watch: ServiceWatch, turn: Turn): void {
  const { flaps, compiled } = watch;
  if (!flaps?.isFlapping || compiled.definition.semantics === 'nagios') return;
  if (turn.nowMs - flaps.recordedMs <= FLAPPING_WITHOUT_RECORD_MS) return;
  watch.flaps = null;
  turn.dirty.add(watch);
  show(watch, turn);
}
