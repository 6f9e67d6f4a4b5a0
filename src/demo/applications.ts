import { chance, flutter } from './dice.ts';
import type { Instance, Role } from './fleet.ts';
import type { Vitals } from './vitals.ts';

/** Something an application measures of itself. */
export interface Measured {
  readonly name: string;
  /** As in statsd: counter, gauge, timer, set. */
  readonly type: 'c' | 'g' | 'ms' | 's';
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** Events a second, a gauge's value, a usual time in ms, or distinct members in a flush interval. */
  readonly read: (v: Vitals, i: Instance) => number;
}

type Read = Measured['read'];

const counter = (name: string, read: Read, tags: Measured['tags'] = []) => measured(name, 'c', read, tags);
const gauge = (name: string, read: Read) => measured(name, 'g', read);
const timer = (name: string, read: Read) => measured(name, 'ms', read);
const set = (name: string, read: Read) => measured(name, 's', read);

function measured(name: string, type: Measured['type'], read: Read, tags: Measured['tags'] = []): Measured {
  return { name, type, tags, read };
}

/** The application that runs on instances of each role. */
const APPLICATIONS: Readonly<Record<Role, readonly Measured[]>> = {
  web: [
    counter('shop.requests', (v, i) => 34 * i.cpus * v.work),
    counter('shop.orders', (v, i) => 0.9 * i.cpus * v.work, [['payment', 'card']]),
    counter('shop.orders', (v, i) => 0.2 * i.cpus * v.work, [['payment', 'invoice']]),
    timer('shop.checkout.time', (v) => 95 + 140 * v.work + 420 * v.stall + 160 * v.release),
    gauge('shop.sessions', (v, i) => Math.round(180 * i.cpus * v.work)),
    set('shop.customers', (v, i) => Math.round(9 * i.cpus * v.work)),
  ],
  mysql: [
    counter('pool.queries', (v, i) => 61 * i.cpus * v.work),
    timer('pool.wait', (v) => 2 + 9 * v.work + 60 * v.backup),
    gauge('pool.connections', (v) => Math.round(20 + 60 * v.work + 25 * v.backup)),
  ],
  batch: [
    counter('jobs.done', (v, i) => 0.9 * i.cpus * v.work),
    timer('jobs.time', (v) => 900 + 2600 * v.work + 4000 * v.stall),
    gauge('jobs.waiting', (v) => Math.round(90 * v.work * v.work)),
  ],
};

/** The instances whose applications tell something of themselves; the others' have not learnt it yet. */
const TELLING = new Set(
  'web-01 web-02 web-03 web-04 web-17 mysql-01 mysql-04 batch-01 batch-02 batch-09'.split(' '),
);

/** What the application on an instance measures; nothing where it does not. */
export function measuredOf({ role, name }: Instance): readonly Measured[] {
  return TELLING.has(name) ? APPLICATIONS[role] : [];
}

/** How far times are spread around their middle: the deviation of their logarithm. */
const SPREAD = 0.4;

/** One of the times that an application measures, from a usual one: most a little less, a few much more. */
export function timeAround(usual: number, seed: number, timeS: number, n: number): number {
  const uniform = (k: number) => chance(seed + 200 + 3 * n + k, timeS);
  // The sum of three is near enough to a bell.
  const bell = 2 * (uniform(0) + uniform(1) + uniform(2) - 1.5);
  return usual * Math.exp(SPREAD * bell);
}

/**
 * What some thirty such times come to, as shares of the usual one: those of a logarithmic bell of that
 * spread.
 */
export const TIMES_COME_TO = {
  mean: 1.083,
  median: 1,
  std: 0.451,
  lower: 0.44,
  upper: 2.26,
  upper_50: 1,
  mean_50: 0.747,
  upper_90: 1.67,
  mean_90: 0.976,
  upper_95: 1.93,
  mean_95: 1.02,
  upper_99: 2.26,
  mean_99: 1.083,
} as const;

/** A number with what the moment adds to it. */
export function aboutNow(value: number, seed: number, timeS: number): number {
  return value * (1 + 0.06 * flutter(seed, timeS));
}
