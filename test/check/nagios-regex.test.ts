import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileDefinitions } from '../../src/check/definitions.ts';
import { Matcher } from '../../src/check/matcher.ts';
import { definition, knownHost } from './definition.ts';
import type { Exclusion } from '../../src/contract/checks.ts';

interface Case {
  title: string;
  use_true_regexp_matching: number;
  hosts: string[];
  service_lines: string[];
  config_ok: boolean;
  expands_to: string[] | null;
}
const { cases } = JSON.parse(
  readFileSync(new URL('../vectors/nagios/regex_cases.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

/** The hosts that a definition has which is written as these lines are; its pattern may match any part. */
function hostsOf(pattern: string, hosts: readonly string[], exclude: string[] = []): string[] | string {
  const exclusions = exclude.map((host): Exclusion => ({ cluster: '.*', host, facts: [], metric: null }));
  const subject = { kind: 'passive', service: null, command: null } as const;
  const outcome = compileDefinitions([
    definition({ subject, host: pattern, anchored: false, exclude: exclusions, critical: '' }),
  ]);
  if (!outcome.ok) return outcome.faults.join('\n');
  const matcher = new Matcher(outcome.definitions);
  return hosts.filter((name) => matcher.ofHost(knownHost('web', name)).length > 0).toSorted();
}

/** Every pattern is one here, as `use_true_regexp_matching` has it; a list is written with `|`. */
const SAME = [
  'web.* no anchors',
  'web1 with true=1 (substring!)',
  'web[12] true=1',
  String.raw`cache\.a1`,
  'cache.a1 true=1',
  'case WEB.*',
  '(web1|db1)+',
];

describe('as nagios expands host_name, not anchored', () => {
  const chosen = cases.filter(({ title }) => SAME.includes(title));
  test('every one named is there', () => expect(chosen.map(({ title }) => title)).toEqual(SAME));

  test.for(chosen)('$title', ({ hosts, service_lines: lines, expands_to: expected }) => {
    const pattern = (lines[0] ?? '').replace('host_name ', '');
    // Where Nagios refuses its whole configuration, Muster matches nothing, which is a note.
    expect(hostsOf(pattern, hosts)).toEqual(expected ?? []);
  });
});

describe('where muster differs from nagios on purpose', () => {
  const hosts = cases[0]?.hosts ?? [];
  test('a star alone is no pattern, and is refused', () => {
    expect(hostsOf('*', hosts)).toContain('missing argument to repetition operator');
  });

  test('a list of patterns is one with bars, and none makes the others match parts', () => {
    expect(hostsOf('^db1$|web.*', hosts)).toEqual(['db1', 'web1', 'web10', 'web2', 'webx']);
  });

  test('an exclusion may be a regular expression, in any place', () => {
    expect(hostsOf('.*', hosts, ['db1|cache.*'])).toEqual(['db2', 'web1', 'web10', 'web2', 'webx']);
  });

  test('a comma belongs to the pattern', () => {
    expect(hostsOf('web.{1,2}$', hosts)).toEqual(['web1', 'web10', 'web2', 'webx']);
  });

  test('a name without metacharacters is a pattern, too', () => {
    expect(hostsOf('web', hosts)).toEqual(['web1', 'web10', 'web2', 'webx']);
  });
});
