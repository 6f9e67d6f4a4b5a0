import { isMap, isScalar } from 'yaml';
import { parsePeriodLine } from '../check/time-period/time-period-text.ts';
import { CHECK_PATTERN_CHARS_MAX } from '../limits.ts';
import { nearest } from '../model/nearest.ts';
import { compilePattern } from '../model/pattern.ts';
import { parseTemplate } from '../model/placeholder.ts';
import { parseRange } from '../model/range.ts';
import { describe, placeOf } from './readers.ts';
import { patternFault, rangeFault, safeName, textual } from './scalars.ts';
import type { FactPattern } from '../contract/facts.ts';
import type { Reader } from './readers.ts';
import type { Parsed } from './scalars.ts';

/** Readers of values that only files of checks have. */

/** Hosts and metrics are chosen before anything is filled in. */
const PLACEHOLDER = /\{\{[^{}]*\}\}/;
const HAS_PLACEHOLDER =
  'has a placeholder, and a pattern is never filled in: facts: chooses hosts by what they say of themselves, and ' +
  'cluster: and host: by their names';

const TOO_MANY = `is one too many: all patterns together have more than ${CHECK_PATTERN_CHARS_MAX} characters`;

/** Regular expressions over names. One reader for all files of a set: each text is compiled once. */
export function patternReader(): Reader<string> {
  const known = new Map<string, Parsed<string>>();
  let chars = 0;
  return textual({
    expected: 'a regular expression, such as "web-.*"',
    parse: (source) => {
      let parsed = known.get(source);
      if (parsed !== undefined) return parsed;
      if (source === '') return { ok: false, fault: 'is empty, and matches no name', nearest: '.*' };
      if (PLACEHOLDER.test(source)) return { ok: false, fault: HAS_PLACEHOLDER };
      if (chars > CHECK_PATTERN_CHARS_MAX) return { ok: false, fault: TOO_MANY };
      const compiled = compilePattern(source);
      if (!compiled.ok || compiled.pattern.names === null) chars += source.length;
      parsed = compiled.ok ? { ok: true, value: source } : patternFault(source, compiled.fault);
      known.set(source, parsed);
      return parsed;
    },
  });
}

/** A text in which placeholders may stand. */
export function templated(reader: Reader<string>): Reader<string> {
  return {
    ...reader,
    read: (place, reading) => {
      const value = reader.read(place, reading);
      if (value === undefined || !value.includes('{{')) return value;
      const parsed = parseTemplate(value);
      if (parsed.ok) return value;
      return reading.fault(place.offset, `${reading.quote(value, place.offset)} ${parsed.fault}`);
    },
  };
}

const NAME = safeName('a name');

/** The name of a service: placeholders, but no other brackets. */
export const serviceName: Reader<string> = templated({
  ...NAME,
  read: (place, reading) => {
    const name = NAME.read(place, reading);
    if (name === undefined || !/[[\]]/.test(name)) return name;
    return reading.fault(place.offset, `${reading.quote(name, place.offset)} has a bracket`, {
      expected: 'a name without brackets, which tell apart the services of one definition',
    });
  },
});

const RANGE = 'a Nagios range such as "10", "10:", "~:10", "10:20" or "@10:20"';

const STAND_INS = ['0', '1000000000000', '-1000000000000'];

/** A Nagios plugin range as it is written, placeholders in place of numbers; empty: none. */
export const threshold: Reader<string> = templated(
  textual({
    expected: RANGE,
    numbers: true,
    parse: (value) => {
      if (value === '') return { ok: true, value };
      // Which bound is the greater one shows only when they are filled in.
      const outcomes = STAND_INS.map((number) => parseRange(value.replaceAll(/\{\{[^{}]*\}\}/g, number)));
      const [bad] = outcomes;
      if (outcomes.some(({ ok }) => ok) || bad?.ok !== false) return { ok: true, value };
      return { ok: false, fault: rangeFault(value, bad.fault) };
    },
  }),
);

/** True and false, also as Nagios writes them. */
export const flag: Reader<boolean> = {
  expected: 'true or false',
  emptyIsDefault: false,
  read: (place, reading) => {
    const opened = reading.resolve(place);
    if (opened === undefined) return undefined;
    const value = isScalar(opened.node) ? opened.node.value : undefined;
    if (value === true || value === 1) return true;
    if (value === false || value === 0) return false;
    return reading.fault(opened.offset, `${describe(opened.node)} stands here`, {
      expected: 'true or false',
    });
  },
};

/** Any number. */
export const number: Reader<number> = textual({
  expected: 'a number, such as 100 or 0.5',
  numbers: true,
  parse: (written) => {
    const value = /^[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?$/.test(written)
      ? Number(written)
      : Number.NaN;
    return Number.isFinite(value) ? { ok: true, value } : { ok: false, fault: 'is not a number' };
  },
});

/** From 0 to 100, with or without its sign. */
export const percent: Reader<number> = textual({
  expected: 'a percentage from 0 to 100, such as 20',
  numbers: true,
  parse: (written) => {
    const value = Number(/^(\d{1,3}(?:\.\d{1,6})?)\s?%?$/.exec(written)?.[1] ?? Number.NaN);
    return value <= 100 ? { ok: true, value } : { ok: false, fault: 'is not a percentage' };
  },
});

const FACT_NAME_CHARS_MAX = 1000;

/** Tags of a cloud and fields of InfluxDB have slashes and colons in their names. */
export const factName: Reader<string> = textual({
  expected: `the name of a fact, of at most ${FACT_NAME_CHARS_MAX} characters`,
  numbers: true,
  parse: (name) => {
    if (name === '') return { ok: false, fault: 'is empty' };
    return name.length > FACT_NAME_CHARS_MAX
      ? { ok: false, fault: 'is too long' }
      : { ok: true, value: name };
  },
});

/** Facts a host must have, by name, and what their values must match. */
export function factsReader(pattern: Reader<string>): Reader<readonly FactPattern[]> {
  const expected = 'a mapping of facts to regular expressions, such as { os_name: Linux }';
  return {
    expected,
    emptyIsDefault: false,
    read: (place, reading) => {
      const opened = reading.resolve(place);
      if (opened === undefined) return undefined;
      if (!isMap(opened.node)) {
        return reading.fault(opened.offset, `${describe(opened.node)} stands here`, { expected });
      }
      return opened.node.items.flatMap((pair) => {
        const key = placeOf(pair.key, opened.offset);
        const fact = factName.read(key, reading);
        const value = pattern.read(placeOf(pair.value, key.offset), reading);
        return fact === undefined || value === undefined ? [] : [{ fact, pattern: value }];
      });
    },
  };
}

const ARGUMENT_CHARS_MAX = 8192;

/** One argument of a command. */
export const argument: Reader<string> = templated({
  ...textual({
    expected: `an argument of at most ${ARGUMENT_CHARS_MAX} characters`,
    numbers: true,
    parse: (value) => {
      if (value.includes('\0')) return { ok: false, fault: 'has a NUL character' };
      return value.length > ARGUMENT_CHARS_MAX ? { ok: false, fault: 'is too long' } : { ok: true, value };
    },
  }),
});

/** A line of a time period. */
export const periodLine: Reader<string> = textual({
  expected: 'days and times such as "monday 09:00-17:00"',
  parse: (line) => {
    const parsed = parsePeriodLine(line);
    if (parsed.ok) return { ok: true, value: line };
    const [what = parsed.fault] = parsed.fault.replace(`"${line.trim()}": `, '').split('; expected like');
    return { ok: false, fault: what };
  },
});

/** What Nagios counts in minutes has to say its unit here. */
export function nagiosMinutes(reader: Reader<number>): Reader<number> {
  return {
    ...reader,
    read: (place, reading) => {
      const { node, offset } = place;
      if (isScalar(node) && typeof node.value === 'number' && node.value > 0) {
        return reading.fault(offset, `${node.value} has no unit`, {
          expected: reader.expected,
          nearest: `${node.value}m`,
        });
      }
      return reader.read(place, reading);
    },
  };
}

/** Nagios' letters for states, and the words that say the same. */
const STATE_LETTERS = new Map(
  Object.entries({
    ok: 'o',
    up: 'o',
    recovery: 'o',
    warning: 'w',
    critical: 'c',
    unknown: 'u',
    unreachable: 'u',
    down: 'd',
    pending: 'p',
  }),
);

/** The same for what is told of them. */
const NOTICE_LETTERS = new Map(
  Object.entries({
    warning: 'w',
    critical: 'c',
    unknown: 'u',
    unreachable: 'u',
    down: 'd',
    recovery: 'r',
    flapping: 'f',
    downtime: 's',
  }),
);

/** `w,c`, `warning`, or `n` for none: as letters. */
export function stateLetters(known: string): (text: string) => Parsed<readonly string[]> {
  return lettersOf(STATE_LETTERS, known, 'is no state here');
}

/** The same of notification_options: `w,u,c,r`, `recovery`, or `n` for none. */
export const noticeLetters = lettersOf(NOTICE_LETTERS, 'wucdrfs', 'is nothing that is told');

function lettersOf(
  words: ReadonlyMap<string, string>,
  known: string,
  fault: string,
): (text: string) => Parsed<readonly string[]> {
  return (written) => {
    const letters: string[] = [];
    for (const part of written.split(',').map((each) => each.trim().toLowerCase())) {
      const letter = part.length === 1 ? part : (words.get(part) ?? '');
      if (part === 'n' || part === 'none') continue;
      if (letter === '' || !known.includes(letter)) {
        return { ok: false, fault, nearest: nearest(part, words.keys()) };
      }
      letters.push(letter);
    }
    return { ok: true, value: letters };
  };
}
