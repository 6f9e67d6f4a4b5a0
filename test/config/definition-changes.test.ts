import { expect, test } from 'vitest';
import { definitionNews, periodNews } from '../../src/config/definition-changes.ts';
import { loadFiles } from './checks-folder.ts';

function newsBetween(old: string, next: string) {
  const [before, after] = [old, next].map((text) => {
    const { rules, errors } = loadFiles({ 'a.yaml': text });
    if (errors.length > 0) throw new Error(errors.join('\n'));
    return rules;
  });
  if (!before || !after) throw new Error('two sets of rules');
  return { news: Object.fromEntries(definitionNews(before, after)), periods: periodNews(before, after) };
}

/** Two services called a that differ. */
const BETWEEN = (old: string, next: string) =>
  newsBetween(`services: [{ name: a, ${old} }]`, `services: [{ name: a, ${next} }]`).news;

test.for([
  {
    name: 'ranges and a duration',
    old: 'metric: m, critical: 8',
    next: 'metric: m, critical: 9, warning: "7", retry_interval: 90s',
    keys: ['warning none → 7', 'critical 8 → 9', 'retry_interval 15 s → 90 s'],
  },
  {
    name: 'arguments of a command, which may hold a password',
    old: 'command: [/bin/true, -p, geheim]',
    next: 'command: [/bin/true, -p, anders]',
    keys: ['command changed'],
  },
  {
    name: 'another kind',
    old: 'metric: m',
    next: 'passive: true',
    keys: ['metric → passive', 'max_check_attempts 3 → 1'],
  },
  {
    name: 'a function',
    old: 'metric: m, critical: 8',
    next: 'metric: m, critical: 8, rate_of_change: { over: 5m }',
    keys: ['function none → rate_of_change'],
  },
  {
    name: 'notes and addresses',
    old: 'metric: m, notes: old, runbook: "https://a.example/?key=geheim"',
    next: 'metric: m, notes: new, runbook: "https://a.example/?key=anders"',
    keys: ['notes changed', 'runbook changed'],
  },
  {
    name: 'more than a few',
    old: 'metric: m, critical: 8',
    next: 'metric: n, critical: 9, host: web, cluster: web, max_check_attempts: 5, is_volatile: true',
    keys: ['metric m → n', 'cluster .* → web', 'host .* → web', 'critical 8 → 9', 'and 2 more'],
  },
  {
    name: 'a long pattern',
    old: 'metric: m',
    next: `metric: ${'m'.repeat(60)}`,
    keys: [`metric m → ${'m'.repeat(39)}…`],
  },
])('changed: $name', ({ old, next, keys }) => {
  expect(BETWEEN(old, next)).toEqual({ a: { kind: 'changed', keys } });
});

test('defaults, by cluster', () => {
  const service = 'services: [{ name: a, metric: m }]\n';
  const [three, five, none] = [3, 5]
    .map((n) => `${service}defaults: [{ cluster: "web.*", max_check_attempts: ${n} }]`)
    .concat(service) as [string, string, string];
  expect(newsBetween(three, five).news).toEqual({
    a: { kind: 'changed', keys: ['max_check_attempts of web.* 3 → 5'] },
  });
  expect(newsBetween(none, five).news).toEqual({
    a: { kind: 'changed', keys: ['max_check_attempts by defaults changed'] },
  });
});

test('definitions that come and go, and one that only stands elsewhere', () => {
  const old = 'services: [{ name: a, metric: m }, { name: b, metric: m }]';
  const next = '# a word\nservices:\n  - { name: c, metric: m }\n  - { name: b, metric: m }';
  expect(newsBetween(old, next).news).toEqual({ c: { kind: 'added' }, a: { kind: 'removed' } });
});

test('time periods', () => {
  const period = (name: string, to: string) => `{ name: ${name}, times: ["monday 09:00-${to}"] }`;
  const old = `timeperiods: [${period('a', '17:00')}, ${period('b', '17:00')}]`;
  const next = `timeperiods: [${period('b', '18:00')}, ${period('c', '17:00')}]`;
  expect(newsBetween(old, next).periods).toEqual([
    'time period a removed',
    'time period b changed',
    'time period c added',
  ]);
});
