import { letterOfProblem } from '../alert/nagios/letters.ts';
import { NOTHING_TOLD } from '../alert/nagios/notifying.ts';
import type { Notifying } from '../alert/nagios/notifying.ts';
import type { ServiceWatch } from './watch.ts';

/** How the notifications of a service in Nagios' semantics stand, and how that is kept. */
export interface NagiosStanding {
  readonly state: Notifying;
  /** Something that is not Nagios' own keeps its state from being told: it is when that is over. */
  readonly isPutOff: boolean;
}

/** As it was kept; null: there is nothing, or nothing that can be understood. */
export function readNagios(json: string | undefined): NagiosStanding | null {
  if (json === undefined) return null;
  try {
    const { state, isPutOff } = JSON.parse(json) as { state: Partial<Notifying>; isPutOff?: unknown };
    const whole = { ...NOTHING_TOLD, ...state };
    const isWhole = Object.entries(NOTHING_TOLD).every(([name, one]) => {
      const kept: unknown = whole[name as keyof Notifying];
      return typeof kept === typeof one && Array.isArray(kept) === Array.isArray(one);
    });
    return isWhole ? { state: whole, isPutOff: isPutOff === true } : null;
  } catch {
    return null;
  }
}

/** Of one that other semantics told of before: whoever knows of its problem is to hear of its end. */
export function nagiosStanding({ notifying, told }: ServiceWatch): NagiosStanding {
  if (notifying) return notifying;
  // Where the end is on its way, it is told.
  const known = told.flatMap(
    ({ level, known: before, key }) => level ?? (key === null ? before : null) ?? [],
  );
  if (known.length === 0) return NEW;
  const notifiedOn = [...new Set(known.map(letterOfProblem))];
  return { state: { ...NOTHING_TOLD, number: 1, notifiedOn }, isPutOff: false };
}

const NEW: NagiosStanding = { state: NOTHING_TOLD, isPutOff: false };

/** Whether there is nothing to remember. */
export function isNothing({ state, isPutOff }: NagiosStanding): boolean {
  const { notifiedOn, acknowledged, isFlapping, downtimes, over, nextMs } = state;
  const lists = [notifiedOn, downtimes, over];
  return (
    !isPutOff &&
    acknowledged === 'no' &&
    !isFlapping &&
    nextMs === 0 &&
    lists.every(({ length }) => length === 0)
  );
}
