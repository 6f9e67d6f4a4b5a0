import { RE2JS } from 're2js';

const PATTERN_LENGTH_MAX = 1000;

/** A user's regular expression over whole names, on an engine whose time is linear in the name. */
export interface Pattern {
  readonly source: string;
  matches(name: string): boolean;
}

const EVERYTHING: Pattern = { source: '.*', matches: () => true };

/**
 * Compiles a pattern matched against the whole name. Never throws: what is wrong is the `fault`, in words.
 */
export function compilePattern(
  source: string,
): { ok: true; pattern: Pattern } | { ok: false; fault: string } {
  if (source === '.*') return { ok: true, pattern: EVERYTHING };
  if (source.length > PATTERN_LENGTH_MAX) {
    return {
      ok: false,
      fault: `a pattern may have ${PATTERN_LENGTH_MAX} characters, this has ${source.length}`,
    };
  }
  try {
    const compiled = RE2JS.compile(source);
    return { ok: true, pattern: { source, matches: (name) => compiled.matches(name) } };
  } catch (error) {
    return { ok: false, fault: error instanceof Error ? error.message : String(error) };
  }
}
