import { TEST_SECONDS_MAX } from '../limits.ts';
import { compilePattern } from '../model/pattern.ts';
import { parseValueRow } from '../model/value-row.ts';
import { list, mapping, optional, required } from './readers.ts';
import { named } from './named.ts';
import { routeReader } from './route.ts';
import { choice, integer, parseDuration, pathText, safeName, text, textual } from './scalars.ts';
import type { Parsed } from './scalars.ts';
import type { Reader, Section } from './readers.ts';

/** The keys of a file of tests, and what may stand behind them. */

const OUTPUT_CHARS_MAX = 65_536;
const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN', 'UP', 'DOWN', 'UNREACHABLE', 'PENDING'] as const;
/** A plugin's exit status, or a host's, for what a result may be called. */
export const CODES: ReadonlyMap<string, number> = new Map([
  ...STATES.slice(0, 4).map((state, code) => [state, code] as const),
  ...STATES.slice(4, 7).map((state, code) => [state, code] as const),
  ...[0, 1, 2, 3].map((code) => [String(code), code] as const),
]);

/** The judge looks once a second. */
function wholeSeconds(leastMs: number): Reader<number> {
  return textual({
    expected: `a time of whole seconds, such as ${leastMs === 0 ? '0s, ' : ''}90s or 5m, at most 31d`,
    numbers: true,
    parse: (written): Parsed<number> => {
      const parsed = parseDuration(written);
      if (!parsed.ok) return parsed;
      if (parsed.value % 1000 !== 0) return { ok: false, fault: 'is not of whole seconds' };
      if (parsed.value < leastMs) return { ok: false, fault: 'is too short' };
      return parsed.value <= TEST_SECONDS_MAX * 1000 ? parsed : { ok: false, fault: 'is too long' };
    },
  });
}

const instant: Reader<number> = textual({
  expected: 'a time like "2026-03-09T09:00:00Z"',
  parse: (written) => {
    const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(written);
    const ms = isTime ? Date.parse(written) : Number.NaN;
    return Number.isNaN(ms) ? { ok: false, fault: 'is not a time' } : { ok: true, value: ms };
  },
});

const valueRow: Reader<readonly (number | null)[]> = textual({
  expected: 'values like "1 9x6 _ 0+10x5"',
  numbers: true,
  parse: (written) => {
    const row = parseValueRow(written);
    return row.ok ? { ok: true, value: row.values } : { ok: false, fault: `is not understood: ${row.fault}` };
  },
});

const resultCode: Reader<number> = textual({
  expected: `one of ${[...CODES.keys()].join(', ')}`,
  numbers: true,
  parse: (written) => {
    const code = CODES.get(written);
    return code === undefined ? { ok: false, fault: 'is no state of a result' } : { ok: true, value: code };
  },
});

/** Finds some part of the output, unlike the patterns of definitions, which match whole names. */
const outputPattern: Reader<string> = textual({
  expected: 'a regular expression that matches a part of the output',
  parse: (written) => {
    const compiled = compilePattern(written, { anchored: false });
    return compiled.ok ? { ok: true, value: written } : { ok: false, fault: compiled.fault };
  },
});

const FALLBACK_CLUSTER = 'test';
const facts = named('facts', text(1000));
const values = named('metrics', valueRow);
const hostKeys = {
  cluster: optional(safeName('a cluster'), FALLBACK_CLUSTER),
  name: required(safeName('a host')),
  facts: optional(facts, null),
  values: optional(values, null),
  past: optional(values, null),
};
const host = mapping(hostKeys);
export type HostSection = Section<typeof hostKeys>;

/** Null: the only host of the test, or what can be meant. */
const place = {
  cluster: optional(text(255), null),
  host: optional(text(255), null),
  service: required(text(1000)),
};

const resultKeys = {
  at: required(wholeSeconds(0)),
  ...place,
  state: required(resultCode),
  output: optional(text(OUTPUT_CHARS_MAX), ''),
};
export type ResultSection = Section<typeof resultKeys>;

const expectKeys = {
  at: required(wholeSeconds(0)),
  ...place,
  state: optional(choice([...STATES, 'NONE']), null),
  type: optional(choice(['SOFT', 'HARD']), null),
  attempt: optional(integer({ min: 1, max: 1000 }), null),
  output: optional(outputPattern, null),
};
export type ExpectSection = Section<typeof expectKeys>;

/** The last two are of Nagios' semantics. */
const PAGES = ['problem', 'reminder', 'recovery', 'closed', 'flapping-start', 'flapping-stop'] as const;

const pageKeys = {
  at: required(wholeSeconds(0)),
  ...place,
  kind: required(choice(PAGES)),
  state: optional(choice(STATES), null),
  receiver: optional(text(200), null),
};
export type PageSection = Section<typeof pageKeys>;

const testKeys = {
  name: required(text(200)),
  start: optional(instant, null),
  interval: optional(wholeSeconds(1000), null),
  until: optional(wholeSeconds(0), null),
  host: optional(host, null),
  hosts: optional(list(host), []),
  values: optional(values, null),
  past: optional(values, null),
  results: optional(list(mapping(resultKeys)), []),
  routes: optional(list(routeReader), []),
  expect: optional(list(mapping(expectKeys)), []),
  pages: optional(list(mapping(pageKeys)), null),
};
export type TestSection = Section<typeof testKeys>;

export const fileReader = mapping({
  checks: optional(list(pathText, { min: 1 }), null),
  semantics: optional(choice(['muster', 'nagios']), 'muster'),
  interval: optional(wholeSeconds(1000), 60_000),
  tests: required(list(mapping(testKeys), { min: 1 })),
});
export type FileSection = NonNullable<ReturnType<typeof fileReader.read>>;
