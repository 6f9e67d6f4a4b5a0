import { RE2JS } from 're2js';
import {
  PATTERN_CHARS_MAX,
  PATTERN_PROGRAM_MAX,
  PATTERN_REPEAT_MAX,
  PATTERN_NAMES_CHARS_MAX,
} from '../limits.ts';

/** A user's regular expression over whole names, on an engine whose time is linear in the name. */
export interface Pattern {
  readonly source: string;
  /**
   * The names it can match and no others, where it is plain names between `|`; null for any other pattern.
   */
  readonly names: ReadonlySet<string> | null;
  matches(name: string): boolean;
}

type Compiled = { ok: true; pattern: Pattern } | { ok: false; fault: string };

/**
 * Compiles a pattern matched against the whole name. Never throws: what is wrong is the `fault`, in words.
 *
 * Linear in the name is also linear in the program: one of 400 instructions takes 3 ms a name, one of 3600
 * takes 80 ms, honest ones have some 30. So the program is bounded, and before it is compiled the counted
 * repeats that swell it.
 */
export function compilePattern(source: string): Compiled {
  if (source === '.*') return { ok: true, pattern: { source, names: null, matches: () => true } };
  const names = namesOf(source);
  if (names !== null) return compileNames(source, names);
  if (source.length > PATTERN_CHARS_MAX) return tooLong(source, PATTERN_CHARS_MAX);
  if (greatestRepeat(source) > PATTERN_REPEAT_MAX) {
    return {
      ok: false,
      fault: `a counted repeat may go to ${PATTERN_REPEAT_MAX}, as in {0,${PATTERN_REPEAT_MAX}}`,
    };
  }
  try {
    const compiled = RE2JS.compile(source);
    if (compiled.programSize() > PATTERN_PROGRAM_MAX) {
      return { ok: false, fault: 'it is too large once its repeats are written out' };
    }
    return { ok: true, pattern: { source, names: null, matches: (name) => compiled.matches(name) } };
  } catch (error) {
    return { ok: false, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Names alone need no engine: the page asks for whole groups of metrics this way. */
function compileNames(source: string, names: ReadonlySet<string>): Compiled {
  if (source.length > PATTERN_NAMES_CHARS_MAX) return tooLong(source, PATTERN_NAMES_CHARS_MAX);
  return { ok: true, pattern: { source, names, matches: (name) => names.has(name) } };
}

function tooLong(source: string, max: number): Compiled {
  return { ok: false, fault: `a pattern may have ${max} characters, this has ${source.length}` };
}

const ESCAPED_PUNCTUATION = /\\[!-/:-@[-^`{-~]/gu;

/** The names of a pattern without operators but `|`, `\.` taken as a dot; null for any other pattern. */
function namesOf(source: string): ReadonlySet<string> | null {
  const plain = source.replaceAll(ESCAPED_PUNCTUATION, '');
  if (/[\\.+*?()[\]{}^$]/u.test(plain)) return null;
  const names = [''];
  for (const [token] of source.matchAll(/\\?[^]/gu)) {
    if (token === '|') names.push('');
    else
      names.push((names.pop() ?? '') + (token.length > 1 && token.startsWith('\\') ? token.slice(1) : token));
  }
  return new Set(names);
}

function greatestRepeat(source: string): number {
  const counts = source.replaceAll(ESCAPED_PUNCTUATION, '').matchAll(/\{(\d+)(?:,(\d*))?\}/gu);
  return Math.max(0, ...[...counts].flatMap(([, from, to]) => [Number(from), Number(to ?? 0)]));
}
