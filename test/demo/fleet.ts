import { behaviourOf } from '../../src/demo/behaviour.ts';
import { fleetOf } from '../../src/demo/fleet.ts';
import type { Behaviour } from '../../src/demo/behaviour.ts';

/** Saturday, 21 November 2026, 09:00 UTC. */
export const START_S = 1_795_251_600;

export const FLEET: readonly Behaviour[] = fleetOf(START_S).map((instance) => behaviourOf(instance, START_S));

export function named(name: string): Behaviour {
  const found = FLEET.find(({ instance }) => instance.name === name);
  if (!found) throw new Error(`no instance ${name}`);
  return found;
}
