/** Every host's work swings over so many seconds, each with a start of its own. */
const SWING_S = 1800;
const TURN_PER_S = (2 * Math.PI) / SWING_S;
const LEVEL = 0.5;
const SWING = 0.4;
const NOISE = 0.05;
/** Hosts, metrics and turns step through the table by primes, so that no two go alike. */
const NOISE_SIZE = 1024;
const SCALES = [1, 10, 100, 1000, 100_000] as const;

/** What every which metric is: a running total, the others are levels. */
const COUNTER_EVERY = 4;

export function isCounter(metric: number): boolean {
  return metric % COUNTER_EVERY === COUNTER_EVERY - 1;
}

/**
 * Values that look like a host's: levels swing with its work and flicker, totals only grow, and go on where
 * an earlier run was. Both are known in closed form, so that nothing is kept a series.
 */
export class HostValues {
  readonly #noise = Float64Array.from({ length: NOISE_SIZE }, (_, i) => NOISE * Math.sin(i * i));
  #level = 0;
  #workedS = 0;
  #noiseAt = 0;

  /** What is read from now on is this host's, at this time. */
  set(host: number, timeS: number): void {
    const angle = TURN_PER_S * timeS + host;
    this.#level = LEVEL + SWING * Math.sin(angle);
    this.#workedS = LEVEL * timeS - (SWING / TURN_PER_S) * Math.cos(angle);
    this.#noiseAt = host * 37 + Math.floor(timeS) * 11;
  }

  /** A level between 0 and 1 times the metric's scale. */
  gauge(metric: number): number {
    const noise = this.#noise[(this.#noiseAt + metric * 101) & (NOISE_SIZE - 1)] ?? 0;
    return scaleOf(metric) * (this.#level + noise);
  }

  /** A whole number below 2^53 that never falls. */
  counter(metric: number): number {
    return Math.floor(scaleOf(metric) * this.#workedS);
  }
}

function scaleOf(metric: number): number {
  return SCALES[metric % SCALES.length] ?? 1;
}
