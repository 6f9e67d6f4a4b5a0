import { attemptOf } from '../check/state-machine.ts';
import { recordEvent } from './record-event.ts';
import { stateName, stateType } from './report.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/**
 * Puts into the history that flapping has begun or ended, as an event in the state of that moment: pages are
 * held between the two, and nothing else would say why.
 */
export function recordFlapping(watch: ServiceWatch, turn: Turn): void {
  const isFlapping = watch.flaps?.isFlapping ?? false;
  if (isFlapping === watch.flapsAsTold) return;
  watch.flapsAsTold = isFlapping;
  const what = isFlapping ? `began: ${changeWords(watch)}` : `ended: ${endWords(watch)}`;
  recordEvent(
    watch,
    { state: stateName(watch), stateType: stateType(watch), attempt: attemptOf(watch.status) },
    `flapping ${what} · ${watch.output}`,
    turn,
  );
}

function endWords(watch: ServiceWatch): string {
  if (!watch.compiled.definition.flapDetectionEnabled) return 'flap detection was turned off';
  return watch.flaps === null ? 'no change is on record any more' : changeWords(watch);
}

function changeWords({ flaps }: ServiceWatch): string {
  return `${(flaps?.percent ?? 0).toFixed(1)} % of its last states changed`;
}
