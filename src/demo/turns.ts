import { chance } from './dice.ts';
import { COLLECTD_EVERY_S } from './collectd-fleet.ts';
import { GMOND_EVERY_S } from './gmond-fleet.ts';
import type { Instance } from './fleet.ts';

/** When an instance's agent has its turns: whole seconds since the epoch, `everyS` apart. */
export interface Rhythm {
  readonly everyS: number;
  readonly phaseS: number;
}

/** collectd stamps its readings with whole intervals; every gmond has a second of its own. */
export function rhythmOf({ agent, seed }: Instance): Rhythm {
  if (agent === 'collectd') return { everyS: COLLECTD_EVERY_S, phaseS: 0 };
  return { everyS: GMOND_EVERY_S, phaseS: Math.floor(GMOND_EVERY_S * chance(seed, 50)) };
}

/** The last turn at or before a time. */
export function turnBefore({ everyS, phaseS }: Rhythm, timeS: number): number {
  return Math.floor((timeS - phaseS) / everyS) * everyS + phaseS;
}
