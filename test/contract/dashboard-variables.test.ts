import { describe, expect, test } from 'vitest';
import { choicePattern, fillVariables, variablesIn } from '../../src/contract/dashboard-variables.ts';
import { compilePattern } from '../../src/model/pattern.ts';

describe('variables in a pattern', () => {
  test.for([
    { name: 'none', pattern: 'load_.*$', found: [] },
    { name: 'alone', pattern: '$cluster', found: ['cluster'] },
    { name: 'amid', pattern: 'a-$cluster-$host|$host', found: ['cluster', 'host', 'host'] },
    { name: 'a longer name is another one', pattern: '$hosts', found: ['hosts'] },
    { name: 'an escaped dollar sign', pattern: String.raw`\$host`, found: [] },
    { name: 'a backslash, then a variable', pattern: String.raw`\\$host`, found: ['host'] },
    { name: 'the end of a line', pattern: '(a$|b$)', found: [] },
    { name: 'the environment’s spelling', pattern: '${host}', found: [] },
  ])('$name', ({ pattern, found }) => {
    expect(variablesIn(pattern)).toEqual(found);
  });
});

describe('filled in', () => {
  test.for([
    { name: 'alone: the pattern itself', pattern: '$cluster', chosen: '', filled: 'web|db' },
    { name: 'amid: a group', pattern: '$cluster-x', chosen: '', filled: '(?:web|db)-x' },
    { name: 'a name', pattern: '$cluster', chosen: 'a.b (c)', filled: String.raw`a\.b \(c\)` },
    {
      name: 'a name is no pattern',
      pattern: 'x$cluster',
      chosen: '.*|$1',
      filled: String.raw`x(?:\.\*\|\$1)`,
    },
    {
      name: 'an escape stays',
      pattern: String.raw`\$cluster\d`,
      chosen: 'a',
      filled: String.raw`\$cluster\d`,
    },
  ])('$name', ({ pattern, chosen, filled }) => {
    expect(fillVariables(pattern, () => choicePattern({ pattern: 'web|db' }, chosen))).toBe(filled);
  });

  test.for(['web', '<script>', 'é😀', String.raw`\Q^a$`, '(', 'مرحبا', '-]['])(
    '%j matches itself alone',
    (name) => {
      const compiled = compilePattern(fillVariables('$host|x', () => choicePattern({ pattern: '.*' }, name)));
      expect(compiled.ok && compiled.pattern.matches(name)).toBe(true);
      expect(compiled.ok && compiled.pattern.matches(`${name}a`)).toBe(false);
    },
  );
});
