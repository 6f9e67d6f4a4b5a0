import { chance, seedOf } from './dice.ts';

export type Role = 'web' | 'mysql' | 'batch';
export const ROLES: readonly Role[] = ['web', 'mysql', 'batch'];

/** One simulated instance: what it is, not how it does. */
export interface Instance {
  readonly role: Role;
  readonly name: string;
  readonly agent: 'gmond' | 'collectd';
  /** Of the loopback network, so that each has an address of its own. */
  readonly address: string;
  readonly seed: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** Instances that start while one watches were not there before this second; 0: always there. */
  readonly bornS: number;
  /** Instances that leave while one watches; undefined: it stays. */
  readonly leaving: Leaving | undefined;
}

/** When an instance leaves, and what is said of it. */
export interface Leaving {
  /** Epoch seconds. */
  readonly atS: number;
  /** What it says at its end; null: nothing, and its cloud's list is the first that does not have it. */
  readonly reason: string | null;
}

const GIB = 2 ** 30;
const SIZES = {
  web: { count: 31, cpus: [8, 8, 8, 16], memoryGib: 2, diskGib: 60 },
  mysql: { count: 12, cpus: [8, 8, 8], memoryGib: 8, diskGib: 800 },
  batch: { count: 19, cpus: [4, 4, 8], memoryGib: 4, diskGib: 200 },
} as const;

/** Those that start while one watches, by the seconds after the demo's first start. */
const NEWCOMERS: ReadonlyMap<string, number> = new Map([
  ['web-29', 45],
  ['batch-18', 100],
  ['web-30', 170],
]);

/** Those that leave while one watches, likewise. */
const LEAVERS: ReadonlyMap<string, { readonly afterS: number; readonly reason: string | null }> = new Map([
  ['web-12', { afterS: 50, reason: 'scale-in' }],
  ['batch-05', { afterS: 80, reason: null }],
]);

/** The instances that stay, newcomers among them. */
export const STAYING = ROLES.reduce((sum, role) => sum + SIZES[role].count, 0) - LEAVERS.size;

/** The fleet of a demo that was started first at `startS`, the roles interleaved. */
export function fleetOf(startS: number): readonly Instance[] {
  const instances = ROLES.flatMap((role) =>
    Array.from({ length: SIZES[role].count }, (_, i) => instanceOf(role, i + 1, startS)),
  );
  return instances.toSorted((a, b) => share(a) - share(b));
}

function instanceOf(role: Role, number: number, startS: number): Instance {
  const { cpus, memoryGib, diskGib } = SIZES[role];
  const name = `${role}-${String(number).padStart(2, '0')}`;
  const seed = seedOf(name);
  const bornAfterS = NEWCOMERS.get(name);
  const leaver = LEAVERS.get(name);
  const cpuCount = cpus[Math.floor(chance(seed, 1) * cpus.length)] ?? cpus[0];
  return {
    role,
    name,
    agent: role === 'mysql' || (role === 'batch' && number % 2 === 1) ? 'collectd' : 'gmond',
    address: `127.16.${ROLES.indexOf(role) + 1}.${number}`,
    seed,
    cpus: cpuCount,
    memoryBytes: cpuCount * memoryGib * GIB,
    diskBytes: diskGib * GIB,
    bornS: bornAfterS === undefined ? 0 : startS + bornAfterS,
    leaving: leaver && { atS: startS + leaver.afterS, reason: leaver.reason },
  };
}

/** How far into its group an instance stands: sorted by it, no group waits for the others. */
function share({ role, name }: Instance): number {
  return Number(name.slice(-2)) / SIZES[role].count;
}
