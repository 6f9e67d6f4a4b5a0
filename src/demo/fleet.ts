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
}

const GIB = 2 ** 30;
const SIZES = {
  web: { count: 30, cpus: [8, 8, 8, 16], memoryGib: 2, diskGib: 60 },
  mysql: { count: 12, cpus: [8, 8, 8], memoryGib: 8, diskGib: 800 },
  batch: { count: 18, cpus: [4, 4, 8], memoryGib: 4, diskGib: 200 },
} as const;

/** Those that start while one watches, by the seconds after the demo's first start. */
const NEWCOMERS: ReadonlyMap<string, number> = new Map([
  ['web-29', 45],
  ['batch-18', 100],
  ['web-30', 170],
]);

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
  };
}

/** How far into its group an instance stands: sorted by it, no group waits for the others. */
function share({ role, name }: Instance): number {
  return Number(name.slice(-2)) / SIZES[role].count;
}
