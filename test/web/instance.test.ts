import { expect, test } from 'vitest';
import { factsOf } from '../../web/src/fleet/fact.ts';
import { bootLine, enrolLine } from '../../web/src/fleet/first-lines.ts';
import { hostHasWords } from '../../web/src/fleet/host-words.ts';
import { isAwaited, knownByWords, tagsOf } from '../../web/src/fleet/instance.ts';
import { withoutFact } from '../../web/src/fleet/link.ts';
import type { HostView } from '../../src/contract/api.ts';
import type { InstanceView } from '../../src/contract/instances.ts';

const instance: InstanceView = {
  instance_id: 'i-0a1',
  standing: 'here',
  since_ms: 1000,
  region: 'eu-1',
  zone: 'eu-1a',
  tags: { role: 'db.1', 'aws:asg': 'a|b' },
  addresses: ['10.0.0.1'],
  known_by: ['registration'],
  says: '',
  left_ms: null,
};
const host: HostView = {
  cluster: 'web',
  name: 'web-1',
  address: '10.0.0.1',
  state: 'PENDING',
  last_seen_ms: 0,
  silence_limit_ms: 0,
  clock_skew_ms: null,
  agent: 'collectd',
  conflict: null,
  facts: {
    role: 'db.1',
    'aws:asg': 'a|b',
    instance_id: 'i-0a1',
    zone: 'eu-1a',
    region: 'eu-1',
    os_name: 'Linux',
  },
  metrics: 0,
  registered: true,
  instance,
  retired_reason: null,
  worst_state: 'OK',
};

test('tags lead to the hosts that have them too, taken literally', () => {
  expect(tagsOf(host)).toEqual([
    { name: 'aws:asg', value: 'a|b', href: '/clusters/web?fact=aws%5C%3Aasg%3Aa%5C%7Cb' },
    { name: 'role', value: 'db.1', href: '/clusters/web?fact=role%3Adb%5C.1' },
  ]);
  expect(tagsOf({ ...host, instance: null })).toEqual([]);
});

test('what the instance tells is no fact beside it', () => {
  expect(factsOf(host, []).map(({ text }) => text)).toEqual(['Linux']);
  expect(factsOf({ ...host, instance: null }, [])).toHaveLength(6);
});

test.for([
  { knownBy: ['registration'], words: 'its registration' },
  { knownBy: ['cloud'], words: 'the list cloud' },
  { knownBy: ['registration', 'cloud'], words: 'its registration and the list cloud' },
  { knownBy: ['registration', 'a', 'b'], words: 'its registration, the lists a and b' },
  { knownBy: [], words: '' },
])('known by $words', ({ knownBy, words }) => {
  expect(knownByWords({ ...instance, known_by: knownBy })).toBe(words);
});

test('awaited is what registered and was not heard', () => {
  expect(isAwaited(host)).toBe(true);
  expect(isAwaited({ ...host, last_seen_ms: 1 })).toBe(false);
  expect(isAwaited({ ...host, state: 'RETIRED' })).toBe(false);
  expect(isAwaited({ ...host, registered: false })).toBe(false);
});

test.for([
  { words: 'role:db', has: true },
  { words: 'ROLE:DB web', has: true },
  { words: 'role:1', has: false },
  { words: 'role', has: false },
  { words: 'aws:asg:a', has: true },
  { words: 'linux 10.0', has: true },
  { words: '', has: true },
])('a filter "$words": $has', ({ words, has }) => {
  expect(hostHasWords(host, words)).toBe(has);
});

test('one fact less in the address, the others stay', () => {
  const search = new URLSearchParams('q=a&fact=role:db&fact=zone:x');
  expect(withoutFact('/clusters/web', search, 'role:db')).toBe('/clusters/web?q=a&fact=zone%3Ax');
  expect(withoutFact('/c', new URLSearchParams('fact=a:b'), 'a:b')).toBe('/c');
});

test('the lines for instances quote a group that sh would read otherwise', () => {
  expect(enrolLine("it's")).toBe(String.raw`muster token create --role enrol --group 'it'\''s'`);
  expect(bootLine('https://m', "it's ($x)", false)).toBe(
    String.raw`curl -sS --fail-with-body 'https://m/boot/it'\''s%20(%24x)' >muster-boot.sh ||
  { cat muster-boot.sh; false; } &&
  sudo sh muster-boot.sh`,
  );
  expect(bootLine('https://m', 'web', true)).toContain(' -K - https://m/boot/web >muster-boot.sh ||');
});
