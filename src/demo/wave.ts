/**
 * Quantities over time whose value and whose total are both known in closed form. So a running counter can be
 * read at any second without having run up to it, and history, live values and the next start agree.
 */

/** A swing around zero. */
export interface Tone {
  readonly amplitude: number;
  readonly periodS: number;
  /** Radians. */
  readonly phase: number;
}

/** 0 rising to 1 in `rampS`, there until `lengthS`, back to 0 in `rampS`; again every `everyS`. */
export interface Pulse {
  /** Epoch seconds of one rise; the others are multiples of `everyS` before and after. */
  readonly atS: number;
  readonly everyS: number;
  readonly lengthS: number;
  /** At most `lengthS`; together they are at most `everyS`. */
  readonly rampS: number;
}

export interface Wave {
  readonly base: number;
  readonly tones: readonly Tone[];
  readonly pulses: readonly { readonly height: number; readonly pulse: Pulse }[];
}

export function valueAt({ base, tones, pulses }: Wave, timeS: number): number {
  let value = base;
  for (const { amplitude, periodS, phase } of tones) {
    value += amplitude * Math.sin((2 * Math.PI * timeS) / periodS + phase);
  }
  for (const { height, pulse } of pulses) value += height * pulseAt(pulse, timeS);
  return value;
}

/** Value × seconds over (fromS, toS]. */
export function totalOver(wave: Wave, fromS: number, toS: number): number {
  let total = wave.base * (toS - fromS);
  for (const { amplitude, periodS, phase } of wave.tones) {
    const turn = (2 * Math.PI) / periodS;
    total += (amplitude / turn) * (Math.cos(turn * fromS + phase) - Math.cos(turn * toS + phase));
  }
  for (const { height, pulse } of wave.pulses) {
    total += height * (pulseTotal(pulse, toS) - pulseTotal(pulse, fromS));
  }
  return total;
}

/** The mean of the last `overS` seconds, as a load average has it. */
export function meanOver(wave: Wave, timeS: number, overS: number): number {
  return totalOver(wave, timeS - overS, timeS) / overS;
}

export function pulseAt(pulse: Pulse, timeS: number): number {
  const { lengthS, rampS } = pulse;
  const intoS = secondsInto(pulse, timeS);
  if (intoS >= lengthS + rampS) return 0;
  if (intoS < rampS) return intoS / rampS;
  return intoS < lengthS ? 1 : 1 - (intoS - lengthS) / rampS;
}

/** Seconds since the pulse last began to rise. */
export function secondsInto({ atS, everyS }: Pulse, timeS: number): number {
  const rest = (timeS - atS) % everyS;
  return rest < 0 ? rest + everyS : rest;
}

/** The pulse's total since `atS`; each whole turn adds `lengthS`, for the two ramps are one. */
function pulseTotal(pulse: Pulse, timeS: number): number {
  const { atS, everyS, lengthS, rampS } = pulse;
  const intoS = secondsInto(pulse, timeS);
  const turns = Math.round((timeS - atS - intoS) / everyS);
  const risingS = Math.min(intoS, rampS);
  const fullS = Math.min(Math.max(0, intoS - rampS), lengthS - rampS);
  const fallingS = Math.min(Math.max(0, intoS - lengthS), rampS);
  const ramps = rampS === 0 ? 0 : (risingS ** 2 / 2 + fallingS * rampS - fallingS ** 2 / 2) / rampS;
  return turns * lengthS + fullS + ramps;
}
