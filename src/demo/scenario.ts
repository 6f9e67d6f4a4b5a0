import { pulseAt, secondsInto } from './wave.ts';
import type { Instance, Role } from './fleet.ts';
import type { Pulse } from './wave.ts';

/**
 * What goes wrong, and when: seconds after the demo's first start, again and again in both directions, so
 * that the hours written at the start have had the same. Each turn strikes the next host of its list.
 */
const MINUTE_S = 60;
const HOUR_S = 3600;

interface Turns {
  readonly hosts: readonly string[];
  readonly firstS: number;
  readonly everyS: number;
  readonly lengthS: number;
  readonly rampS: number;
}

/** Another tenant of the machine takes the processors: steal, wait and load. */
const NEIGHBOURS: Turns = {
  hosts: ['web-04', 'batch-06', 'web-13', 'web-21', 'batch-10', 'web-26'],
  firstS: 20,
  everyS: 10 * MINUTE_S,
  lengthS: 5 * MINUTE_S,
  rampS: 20,
};
/** An instance dies without a word, and boots again under its name. */
const OUTAGES: Turns = {
  hosts: ['web-17', 'batch-09', 'web-08', 'mysql-11', 'batch-14', 'web-23'],
  firstS: 30,
  everyS: 10 * MINUTE_S,
  lengthS: 3 * MINUTE_S,
  rampS: 0,
};
/** A backup reads a disk to its limit. */
const BACKUPS: Turns = {
  hosts: ['mysql-04', 'mysql-09', 'mysql-02'],
  firstS: 7 * MINUTE_S,
  everyS: 20 * MINUTE_S,
  lengthS: 9 * MINUTE_S,
  rampS: 30,
};
/** A new release on the whole of `web`: slower until its caches are warm. */
const RELEASE = { firstS: 150, everyS: 40 * MINUTE_S, lengthS: 12 * MINUTE_S, rampS: 45 };
const RELEASES_BEFORE = 41;

/** Disks that fill up until somebody clears them: per cent, from low to high in `everyS`. */
interface Filling {
  readonly low: number;
  readonly high: number;
  readonly everyS: number;
  /** Where it stands at the demo's first start. */
  readonly begins: number;
}

const FILLINGS: ReadonlyMap<string, Filling> = new Map([
  ['mysql-03', { low: 52, high: 95, everyS: 7 * HOUR_S, begins: 88.5 }],
  ['web-07', { low: 41, high: 93.5, everyS: 5 * HOUR_S, begins: 91.2 }],
]);

export interface Faults {
  readonly neighbour: Pulse | undefined;
  readonly outage: Pulse | undefined;
  readonly backup: Pulse | undefined;
  readonly release: Pulse | undefined;
}

/** What befalls an instance of a demo that was started first at `startS`. */
export function faultsOf({ name, role }: Pick<Instance, 'name' | 'role'>, startS: number): Faults {
  return {
    neighbour: turnOf(NEIGHBOURS, name, startS),
    outage: turnOf(OUTAGES, name, startS),
    backup: turnOf(BACKUPS, name, startS),
    release: role === 'web' ? releasePulse(startS) : undefined,
  };
}

function turnOf({ hosts, firstS, everyS, lengthS, rampS }: Turns, name: string, startS: number) {
  const turn = hosts.indexOf(name);
  if (turn < 0) return undefined;
  return { atS: startS + firstS + turn * everyS, everyS: hosts.length * everyS, lengthS, rampS };
}

function releasePulse(startS: number): Pulse {
  const { firstS, ...shape } = RELEASE;
  return { ...shape, atS: startS + firstS };
}

/** An instance boots, and registers, so long before its agent sends. */
export const BOOT_S = 8;

/** Does its cloud have it, be it that it boots or has died? */
export function isThere({ bornS, leaving }: Instance, timeS: number): boolean {
  return timeS >= bornS - BOOT_S && (leaving === undefined || timeS < leaving.atS);
}

/** Does it run, and so send? */
export function isAlive(instance: Instance, { outage }: Faults, timeS: number): boolean {
  const runs = timeS >= instance.bornS && isThere(instance, timeS);
  return runs && (outage === undefined || pulseAt(outage, timeS) === 0);
}

/** How full its fullest disk is, per cent; undefined for a disk that does not fill. */
export function fillingOf(name: string, startS: number, timeS: number): number | undefined {
  const filling = FILLINGS.get(name);
  if (filling === undefined) return undefined;
  const { low, high, everyS, begins } = filling;
  const atS = startS - (everyS * (begins - low)) / (high - low);
  const share = secondsInto({ atS, everyS, lengthS: everyS, rampS: 0 }, timeS) / everyS;
  return low + (high - low) * share;
}

/** A mark for `POST /api/v1/events`, as the demo's own deployment would send it. */
export interface DeployMark {
  readonly timeS: number;
  readonly role: Role;
  readonly text: string;
  readonly tags: readonly string[];
}

/** Releases in (afterS, throughS], oldest first. */
export function deploysBetween(startS: number, afterS: number, throughS: number): readonly DeployMark[] {
  const { atS, everyS } = releasePulse(startS);
  const marks: DeployMark[] = [];
  for (let n = Math.floor((afterS - atS) / everyS) + 1; atS + n * everyS <= throughS; n += 1) {
    marks.push({
      timeS: atS + n * everyS,
      role: 'web',
      text: `web 2.${RELEASES_BEFORE + n} deployed`,
      tags: ['release', 'demo'],
    });
  }
  return marks;
}
