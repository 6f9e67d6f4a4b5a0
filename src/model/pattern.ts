import { RE2JS } from 're2js';
import type { Matcher } from 're2js';
import {
  PATTERN_CHARS_MAX,
  PATTERN_PROGRAM_MAX,
  PATTERN_REPEAT_MAX,
  PATTERN_NAMES_CHARS_MAX,
} from '../limits.ts';

/** A user's regular expression over names, on an engine whose time is linear in the name. */
export interface Pattern {
  readonly source: string;
  /**
   * The names it can match and no others, where it is plain names between `|`; null for any other pattern.
   */
  readonly names: ReadonlySet<string> | null;
  /** What every name begins with that it matches; empty where that is not known. */
  readonly prefix: string;
  /** Numbers and names of what `captures` has: `0` first. */
  readonly groups: readonly string[];
  matches(name: string): boolean;
  /** What its groups caught, by number (`0`: all) and by name; null where it does not match. */
  captures(name: string): ReadonlyMap<string, string> | null;
}

type Compiled = { ok: true; pattern: Pattern } | { ok: false; fault: string };

/**
 * Compiles a pattern that is matched against the whole name or, not `anchored`, against any part of it.
 * Never throws: what is wrong is the `fault`, in words.
 *
 * Linear in the name is also linear in the program: one of 400 instructions takes 3 ms a name, one of 3600
 * takes 80 ms, honest ones have some 30. So the program is bounded, and before it is compiled the counted
 * repeats that swell it.
 */
export function compilePattern(source: string, { anchored = true } = {}): Compiled {
  if (source === '.*') return { ok: true, pattern: plain(source, () => true) };
  const names = namesOf(source);
  if (names !== null) return compileNames(source, names, anchored);
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
    return { ok: true, pattern: anchored ? wholePattern(source, compiled) : partPattern(source, compiled) };
  } catch (error) {
    return { ok: false, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** The engine takes a microsecond a name, so what the prefix decides is not asked of it. */
function wholePattern(source: string, compiled: RE2JS): Pattern {
  const prefix = prefixOf(source);
  const onlyPrefix = source.length === prefix.length + 2 && source.endsWith('.*');
  return {
    source,
    names: null,
    prefix,
    groups: groupNames(compiled),
    matches: onlyPrefix
      ? (name) => name.startsWith(prefix) && !name.includes('\n', prefix.length)
      : (name) => name.startsWith(prefix) && compiled.matches(name),
    captures: (name) => {
      const matcher = compiled.matcher(name);
      return matcher.matches() ? groupsOf(compiled, matcher) : null;
    },
  };
}

function partPattern(source: string, compiled: RE2JS): Pattern {
  return {
    source,
    names: null,
    prefix: '',
    groups: groupNames(compiled),
    matches: (name) => compiled.test(name),
    captures: (name) => {
      const matcher = compiled.matcher(name);
      return matcher.find() ? groupsOf(compiled, matcher) : null;
    },
  };
}

function groupNames(compiled: RE2JS): string[] {
  const numbers = Array.from({ length: compiled.groupCount() + 1 }, (_, i) => String(i));
  return [...numbers, ...Object.keys(compiled.namedGroups())];
}

function groupsOf(compiled: RE2JS, matcher: Matcher): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (let i = 0; i <= compiled.groupCount(); i += 1) groups.set(String(i), matcher.group(i) ?? '');
  for (const [name, i] of Object.entries(compiled.namedGroups())) groups.set(name, matcher.group(i) ?? '');
  return groups;
}

/** A pattern without groups. */
function plain(source: string, matches: Pattern['matches'], names: Pattern['names'] = null): Pattern {
  const captures = (name: string) => (matches(name) ? new Map([['0', name]]) : null);
  const [only = ''] = names?.size === 1 ? names : [];
  return { source, names, prefix: only, groups: ['0'], matches, captures };
}

/** Names alone need no engine: the page asks for whole groups of metrics this way. */
function compileNames(source: string, names: ReadonlySet<string>, anchored: boolean): Compiled {
  if (source.length > PATTERN_NAMES_CHARS_MAX) return tooLong(source, PATTERN_NAMES_CHARS_MAX);
  if (anchored) return { ok: true, pattern: plain(source, (name) => names.has(name), names) };
  const parts = [...names];
  return { ok: true, pattern: plain(source, (name) => parts.some((part) => name.includes(part))) };
}

/** What a pattern over whole names begins with that stands for itself. */
function prefixOf(source: string): string {
  if (alternates(source)) return '';
  const letters = /^[^\\^$.|?*+()[\]{}]*/u.exec(source)?.[0] ?? '';
  const quantified = /^[?*{]/.test(source.slice(letters.length));
  return quantified ? letters.replace(/.$/su, '') : letters; // `ab?` begins with `a`.
}

/** Whether it has a `|` that is in no group and in no class. Where that is hard to say, it has. */
function alternates(source: string): boolean {
  if (!source.includes('|')) return false;
  if (/[\\[]/.test(source)) return true;
  let depth = 0;
  for (const letter of source) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === '|' && depth === 0) return true;
  }
  return false;
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
