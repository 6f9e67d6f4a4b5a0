import { chance, seedOf } from './dice.ts';
import { faultsOf } from './scenario.ts';
import { secondsInto } from './wave.ts';
import type { Faults } from './scenario.ts';
import type { Instance, Role } from './fleet.ts';
import type { Pulse, Tone, Wave } from './wave.ts';

const DAY_S = 86_400;
/** The busiest second of the day: 15:00 UTC. */
const PEAK_S = 15 * 3600;

/** Share of the processors at work: the base, and the swing of the day around it. */
const RHYTHMS: Readonly<Record<Role, { base: number; day: number; jobs: number }>> = {
  web: { base: 0.38, day: 0.17, jobs: 0 },
  mysql: { base: 0.33, day: 0.1, jobs: 0 },
  batch: { base: 0.5, day: 0.03, jobs: 0.17 },
};
/** What a group does together, and what each instance does by itself. No period divides another. */
const TOGETHER_S = [311, 1277, 4517, 9973];
const ALONE_S = [47, 113, 271, 641, 1567, 3727];
const TOGETHER_SHARE = 0.045;
const ALONE_SHARE = 0.05;
const JOBS_EVERY_S = 2700;

/** How an instance lives: quantities over time, and what befalls it. */
export interface Behaviour {
  readonly instance: Instance;
  readonly startS: number;
  readonly faults: Faults;
  /** Share of its processors at work for itself. */
  readonly work: Wave;
  /** 0…1 each: processors taken by a neighbour, the disk by a backup, the newness of a release. */
  readonly stall: Wave;
  readonly backup: Wave;
  readonly release: Wave;
}

export function behaviourOf(instance: Instance, startS: number): Behaviour {
  const faults = faultsOf(instance, startS);
  return {
    instance,
    startS,
    faults,
    work: workOf(instance, faults.release),
    stall: fromPulse(faults.neighbour),
    backup: fromPulse(faults.backup),
    release: fromPulse(faults.release),
  };
}

function workOf({ role, seed }: Instance, release: Pulse | undefined): Wave {
  const { base, day, jobs } = RHYTHMS[role];
  const own = 0.8 + 0.4 * chance(seed, 2);
  const group = seedOf(role);
  return {
    base: base * own,
    tones: [
      { amplitude: day * own, periodS: DAY_S, phase: Math.PI / 2 - (2 * Math.PI * PEAK_S) / DAY_S },
      ...tonesOf(TOGETHER_S, group, TOGETHER_SHARE),
      ...tonesOf(ALONE_S, seed, ALONE_SHARE),
      ...jobTones(seed, jobs),
    ],
    pulses: release === undefined ? [] : [{ height: 0.08, pulse: release }],
  };
}

/** Tones whose amplitudes together are `share`. */
function tonesOf(periodsS: readonly number[], seed: number, share: number): Tone[] {
  const amplitude = share / periodsS.length;
  return periodsS.map((periodS, i) => ({
    amplitude,
    periodS: periodS * (0.9 + 0.2 * chance(seed, 10 + i)),
    phase: 2 * Math.PI * chance(seed, 20 + i),
  }));
}

/** Work that comes in jobs: a square with its corners off, made of its first two tones. */
function jobTones(seed: number, amplitude: number): Tone[] {
  if (amplitude === 0) return [];
  const periodS = JOBS_EVERY_S * (0.7 + 0.6 * chance(seed, 30));
  const phase = 2 * Math.PI * chance(seed, 31);
  return [
    { amplitude, periodS, phase },
    { amplitude: amplitude / 3, periodS: periodS / 3, phase: 3 * phase },
  ];
}

function fromPulse(pulse: Pulse | undefined): Wave {
  return { base: 0, tones: [], pulses: pulse === undefined ? [] : [{ height: 1, pulse }] };
}

/** The second it was booted: days before the demo's first start, or when it was born or replaced. */
export function bootedS({ instance, faults, startS }: Behaviour, timeS: number): number {
  const firstS = instance.bornS || Math.floor(startS - DAY_S * (3 + 40 * chance(instance.seed, 3)));
  if (faults.outage === undefined) return firstS;
  const { atS, lengthS } = faults.outage;
  const backS = timeS - secondsInto({ ...faults.outage, atS: atS + lengthS }, timeS);
  return Math.max(firstS, Math.round(backS));
}
