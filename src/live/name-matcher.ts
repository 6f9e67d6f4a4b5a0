import { PATTERN_BUDGET_MS, PATTERN_MEMO_MAX } from '../limits.ts';
import { compilePattern } from '../model/pattern.ts';
import type { Pattern } from '../model/pattern.ts';

/**
 * A compiled pattern over whole names; `literal` when it can match that one name only. `spent`: it has taken
 * all the time it may, and what it says of further names counts for nothing.
 */
export interface NameMatcher {
  readonly literal: string | null;
  readonly spent: boolean;
  matches(name: string): boolean;
}

/** Milliseconds that only ever grow. */
export type Stopwatch = () => number;

/** What patterns have taken of the time that they have together, ms. */
export interface MatchTime {
  takenMs: number;
}

/** This thread's own time on a processor: on a busy machine an innocent pattern waits, and must not pay. */
export const threadMs: Stopwatch = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** The matcher, or what is wrong with the pattern. `time`: shared with other patterns. */
export function compileMatcher(
  source: string,
  stopwatch: Stopwatch = threadMs,
  time: MatchTime = { takenMs: 0 },
): NameMatcher | string {
  const compiled = compilePattern(source);
  if (!compiled.ok) return compiled.fault;
  const { pattern } = compiled;
  if (source === '.*') return { literal: null, spent: false, matches: () => true };
  if (pattern.names === null) return new MeasuredMatcher(pattern, stopwatch, time);
  const [only = ''] = pattern.names;
  return {
    literal: pattern.names.size === 1 ? only : null,
    spent: false,
    matches: (name) => pattern.matches(name),
  };
}

/**
 * Metric names repeat from host to host: a look into a map is some fifty times cheaper than the linear-time
 * engine, and a selection runs on a thread that others wait for. Only the engine's time is measured.
 */
class MeasuredMatcher implements NameMatcher {
  readonly literal = null;
  readonly #pattern: Pattern;
  readonly #stopwatch: Stopwatch;
  readonly #time: MatchTime;
  readonly #memo = new Map<string, boolean>();

  constructor(pattern: Pattern, stopwatch: Stopwatch, time: MatchTime) {
    this.#pattern = pattern;
    this.#stopwatch = stopwatch;
    this.#time = time;
  }

  get spent(): boolean {
    return this.#time.takenMs > PATTERN_BUDGET_MS;
  }

  matches(name: string): boolean {
    const known = this.#memo.get(name);
    if (known !== undefined) return known;
    if (this.spent) return false;
    const startMs = this.#stopwatch();
    const answer = this.#pattern.matches(name);
    this.#time.takenMs += this.#stopwatch() - startMs;
    if (this.#memo.size < PATTERN_MEMO_MAX) this.#memo.set(name, answer);
    return answer;
  }
}
