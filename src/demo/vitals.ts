import { chance, flutter } from './dice.ts';
import { bootedS } from './behaviour.ts';
import { fillingOf } from './scenario.ts';
import { meanOver, totalOver, valueAt } from './wave.ts';
import type { Behaviour } from './behaviour.ts';

/** Everything there is to measure of an instance at one second; both agents tell parts of it. */
export interface Vitals {
  readonly timeS: number;
  readonly bootedS: number;
  /** Share of the processors at work, 0…1, and what disturbs it, 0…1 each. */
  readonly work: number;
  readonly stall: number;
  readonly backup: number;
  readonly release: number;
  /** Means over 1, 5 and 15 minutes. */
  readonly load: readonly [number, number, number];
  /** Per cent of all processors; together 100. */
  readonly cpu: Readonly<Record<'user' | 'system' | 'wait' | 'steal' | 'idle', number>>;
  /** Bytes; together the instance's memory. */
  readonly memory: Readonly<Record<'used' | 'cached' | 'buffered' | 'free', number>>;
  /** Per cent of the root disk and of the one data lies on. */
  readonly rootUsed: number;
  readonly dataUsed: number;
  /** Seconds of full work, and of backups, since it was booted: what counters are made of. */
  readonly workedS: number;
  readonly backedUpS: number;
}

/** Two instances of one size and one hour differ by noise alone, of which the seed decides. */
export function vitalsOf(behaviour: Behaviour, timeS: number): Vitals {
  const { instance } = behaviour;
  const { seed } = instance;
  const stall = valueAt(behaviour.stall, timeS);
  const backup = valueAt(behaviour.backup, timeS);
  const release = valueAt(behaviour.release, timeS);
  const work = clamp(valueAt(behaviour.work, timeS) * (1 + 0.07 * flutter(seed, timeS)), 0.02, 0.97);
  const booted = bootedS(behaviour, timeS);
  return {
    timeS,
    bootedS: booted,
    work,
    stall,
    backup,
    release,
    load: [loadOver(behaviour, timeS, 60), loadOver(behaviour, timeS, 300), loadOver(behaviour, timeS, 900)],
    cpu: cpuOf({ work, stall, backup }, seed, timeS),
    memory: memoryOf(instance.memoryBytes, seed, work),
    rootUsed: 24 + 34 * chance(seed, 4) + 0.15 * flutter(seed + 1, timeS / 600),
    dataUsed:
      fillingOf(instance.name, behaviour.startS, timeS) ??
      38 + 30 * chance(seed, 5) + 6 * valueAt(behaviour.work, timeS),
    workedS: totalOver(behaviour.work, booted, timeS),
    backedUpS: totalOver(behaviour.backup, booted, timeS),
  };
}

/** Those that want a processor: its own work, and what queues up behind a neighbour or a disk. */
function loadOver({ instance, work, stall, backup }: Behaviour, timeS: number, overS: number): number {
  const { cpus, seed } = instance;
  const own = strainOf(instance) * cpus * meanOver(work, timeS, overS);
  const queued = (13 + 0.7 * cpus) * meanOver(stall, timeS, overS);
  const waiting = 4 * meanOver(backup, timeS, overS);
  const noise = 1 + (0.06 * 60 * flutter(seed + 2, timeS)) / overS;
  return (own + queued + waiting) * noise;
}

/** Tasks that want a processor for each that has one: most instances queue little, a few queue much. */
function strainOf({ cpus, seed }: Behaviour['instance']): number {
  return (0.65 + 1.7 * chance(seed, 51) ** 2) * Math.min(1, 8 / cpus);
}

function cpuOf(
  of: { work: number; stall: number; backup: number },
  seed: number,
  timeS: number,
): Vitals['cpu'] {
  const rough = (n: number) => 1 + 0.12 * flutter(seed + 2 + n, timeS);
  const asked = {
    user: 78 * of.work * rough(1),
    system: (15 * of.work + 6 * of.stall + 4 * of.backup) * rough(2),
    wait: (0.5 + 1.5 * of.work + 5 * of.stall + 54 * of.backup) * rough(3),
    steal: (0.15 + 31 * of.stall) * rough(4),
  };
  const sum = asked.user + asked.system + asked.wait + asked.steal;
  const squeeze = Math.min(1, 99.4 / sum);
  const [user, system, wait, steal] = [asked.user, asked.system, asked.wait, asked.steal].map(
    (percent) => percent * squeeze,
  ) as [number, number, number, number];
  return { user, system, wait, steal, idle: 100 - user - system - wait - steal };
}

function memoryOf(bytes: number, seed: number, work: number): Vitals['memory'] {
  const used = 0.34 + 0.16 * chance(seed, 6) + 0.16 * work;
  const cached = 0.22 + 0.1 * chance(seed, 7);
  const buffered = 0.02 + 0.02 * chance(seed, 8);
  return {
    used: used * bytes,
    cached: cached * bytes,
    buffered: buffered * bytes,
    free: (1 - used - cached - buffered) * bytes,
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
