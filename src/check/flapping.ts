import type { Flaps, Status } from '../model/service-state.ts';

/**
 * Flap detection as Nagios has it (base/flapping.c): how much of the last 21 states is change, the newest
 * weighed most. Pure.
 */

export interface FlapRules {
  readonly flapDetectionEnabled: boolean;
  readonly lowFlapThreshold: number;
  readonly highFlapThreshold: number;
  /** Letters of the states that are recorded; none: all of them. */
  readonly flapDetectionOptions: readonly string[];
}

/** All has been well for as long as it looks back. */
export const STEADY: Flaps = { history: 0, percent: 0, isFlapping: false, recordedMs: 0 };

const STATES = 21;
const CHANGES = STATES - 1;
const BASE = 4;
const FULL = BASE ** STATES;
/** Weights of the oldest and the newest change. */
const WEIGHT = { oldest: 0.75, newest: 1.25 } as const;

/** After another state was found. A state that is not looked at leaves the history as it is. */
export function recordState(flaps: Flaps, status: Status, rules: FlapRules, nowMs: number): Flaps {
  const { flapDetectionOptions: options } = rules;
  const isRecorded = options.length === 0 || options.includes(letterOf(status));
  const history = isRecorded ? ((flaps.history * BASE) % FULL) + digitOf(status) : flaps.history;
  return judged({ ...flaps, history, recordedMs: isRecorded ? nowMs : flaps.recordedMs }, rules);
}

/** The same history by these rules: after a reload, or a restart. */
export function judged(flaps: Flaps, rules: FlapRules): Flaps {
  const percent = percentOf(flaps.history);
  return { ...flaps, percent, isFlapping: rules.flapDetectionEnabled && isOver(percent, flaps, rules) };
}

/** Whether the newest state of the history is this one. */
export function endsWith(flaps: Flaps, status: Status): boolean {
  return flaps.history % BASE === digitOf(status);
}

/** One newest change is 6.25 %, and every one before it a little less. */
export function percentOf(history: number): number {
  let sum = 0;
  let newer = history % BASE;
  let rest = Math.floor(history / BASE);
  for (let change = CHANGES; change >= 1; change -= 1) {
    const older = rest % BASE;
    rest = Math.floor(rest / BASE);
    if (older !== newer) {
      sum += WEIGHT.oldest + ((change - 1) * (WEIGHT.newest - WEIGHT.oldest)) / (CHANGES - 1);
    }
    newer = older;
  }
  return (sum * 100) / CHANGES;
}

function isOver(percent: number, before: Flaps, rules: FlapRules): boolean {
  if (percent <= rules.lowFlapThreshold) return false;
  return percent >= rules.highFlapThreshold || before.isFlapping;
}

const DIGITS = { WARNING: 1, CRITICAL: 2, UNKNOWN: 3, DOWN: 1, UNREACHABLE: 2 } as const;
const LETTERS = { WARNING: 'w', CRITICAL: 'c', UNKNOWN: 'u', DOWN: 'd', UNREACHABLE: 'u' } as const;

function digitOf(status: Status): number {
  return status.kind === 'ok' ? 0 : DIGITS[status.problem];
}

/** Nagios' letter for a state: `o w c u` of services, `o d u` of hosts. */
export function letterOf(status: Status): string {
  return status.kind === 'ok' ? 'o' : LETTERS[status.problem];
}
