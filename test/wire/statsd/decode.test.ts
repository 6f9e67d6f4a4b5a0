import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeStatsd } from '../../../src/wire/statsd/decode.ts';
import { emptySample } from '../../../src/wire/statsd/sample.ts';
import { encodeStatsd } from '../../../src/wire/statsd/encode.ts';
import type { StatsdFault, StatsdSample } from '../../../src/wire/statsd/sample.ts';

/** What a datagram says, a line for each value: `name type value[+][@rate][#tags]`, or `! fault`. */
function read(datagram: Uint8Array | string): string[] {
  const bytes = Buffer.from(datagram);
  const buffer = new Uint8Array(bytes.length + 12).fill(0x7c);
  buffer.set(bytes, 5);
  const end = 5 + bytes.length;
  const said: string[] = [];
  const text = (at: number, length: number) => {
    expect(length === 0 || (at >= 5 && at + length <= end)).toBe(true);
    return Buffer.from(buffer.subarray(at, at + length)).toString();
  };
  decodeStatsd(buffer, 5, end, emptySample(), {
    sample: (s) => void said.push(shown(s, text)),
    fault: (reason) => void said.push(`! ${reason}`),
  });
  return said;
}

function shown(s: StatsdSample, text: (at: number, length: number) => string): string {
  const value = s.type === 'set' ? text(s.memberAt, s.memberLength) : `${s.isStep ? 'by ' : ''}${s.value}`;
  const rate = s.rate === 1 ? '' : ` @${s.rate}`;
  const tags = s.tagsLength === 0 ? '' : ` #${text(s.tagsAt, s.tagsLength)}`;
  return `${text(s.nameAt, s.nameLength)} ${s.type} ${value}${rate}${tags}`;
}

describe('forms', () => {
  test.for([
    // statsd/statsd, docs/metric_types.md
    { from: 'counting', line: 'gorets:1|c', said: ['gorets counter 1'] },
    { from: 'sampling', line: 'gorets:1|c|@0.1', said: ['gorets counter 1 @0.1'] },
    { from: 'timing', line: 'glork:320|ms|@0.1', said: ['glork timer 320 @0.1'] },
    { from: 'gauges', line: 'gaugor:333|g', said: ['gaugor gauge 333'] },
    {
      from: 'gauges, steps',
      line: 'gaugor:-10|g\ngaugor:+4|g',
      said: ['gaugor gauge by -10', 'gaugor gauge by 4'],
    },
    { from: 'sets', line: 'uniques:765|s', said: ['uniques set 765'] },
    {
      from: 'several in a packet',
      line: 'gorets:1|c\nglork:320|ms\ngaugor:333|g\nuniques:765|s',
      said: ['gorets counter 1', 'glork timer 320', 'gaugor gauge 333', 'uniques set 765'],
    },
    { from: 'a counter that counts down', line: 'stock:-3|c', said: ['stock counter -3'] },
    { from: 'blanks behind the type', line: 'a:1|c \r\n', said: ['a counter 1'] },
    { from: 'a name with blanks and slashes', line: 'a b/c:1|c', said: ['a b/c counter 1'] },
    // Telegraf, inputs.statsd
    {
      from: 'names left out',
      line: 'users.current:32|g:+10|g:-10|g',
      said: ['users.current gauge 32', 'users.current gauge by 10', 'users.current gauge by -10'],
    },
    {
      from: 'names left out, the last sampled',
      line: 'deploys.test:1|c:101|c:1|c|@0.1',
      said: ['deploys.test counter 1', 'deploys.test counter 101', 'deploys.test counter 1 @0.1'],
    },
    {
      from: 'names left out, the first sampled',
      line: 'load:200|ms|@0.1:320|ms',
      said: ['load timer 200 @0.1', 'load timer 320'],
    },
    {
      from: 'sets',
      line: 'users.unique:101|s:101|s',
      said: ['users.unique set 101', 'users.unique set 101'],
    },
    { from: 'mixed types', line: 'foo:1|c:200|ms', said: ['foo counter 1', 'foo timer 200'] },
    {
      from: 'tags of Influx',
      line: 'users.current,service=payroll,region=us-west:32|g',
      said: ['users.current,service=payroll,region=us-west gauge 32'],
    },
    // Datadog, datagram format
    { from: 'a histogram', line: 'song.length:240|h|@0.5', said: ['song.length histogram 240 @0.5'] },
    { from: 'a distribution', line: 'size:1.5|d', said: ['size distribution 1.5'] },
    {
      from: 'tags and a rate',
      line: 'users.online:1|c|@0.5|#country:china,env',
      said: ['users.online counter 1 @0.5 #country:china,env'],
    },
    { from: 'tags before the rate', line: 'a:1|c|#k:v|@0.5', said: ['a counter 1 @0.5 #k:v'] },
    {
      from: '1.1, packed values',
      line: 'rtt:1:2.5:-3|h|@0.5|#k:v:w',
      said: ['rtt histogram 1 @0.5 #k:v:w', 'rtt histogram 2.5 @0.5 #k:v:w', 'rtt histogram -3 @0.5 #k:v:w'],
    },
    { from: '1.1, a set is not packed', line: 'ids:a:b|s', said: ['ids set a:b'] },
    {
      from: '1.2, a container',
      line: 'users.online:1|c|#country:china|c:83c0a99c0a54',
      said: ['users.online counter 1 #country:china'],
    },
    { from: '1.2, a container alone', line: 'a:1|c|c:83c0:a', said: ['a counter 1'] },
    {
      from: '1.3, a time',
      line: 'page.views:15|c|#env:dev|T1656581400',
      said: ['page.views counter 15 #env:dev'],
    },
    { from: 'fields of a later version', line: 'a:1|c|e:in-5|card:low|x', said: ['a counter 1'] },
    { from: 'a gauge below zero is a step', line: 'fuel:-0.5|g', said: ['fuel gauge by -0.5'] },
    { from: 'an event', line: '_e{21,4}:An exception occurred|text|#a:b', said: ['! event'] },
    {
      from: 'a service check',
      line: '_sc|Redis connection|2|#env:dev|m:timed out',
      said: ['! service-check'],
    },
    // Others
    { from: 'Librato', line: 'a#k=v,l=w:1|c', said: ['a#k=v,l=w counter 1'] },
    { from: 'Graphite', line: 'a;k=v:1|c', said: ['a;k=v counter 1'] },
    { from: 'tags of an empty list', line: 'a:1|c|#', said: ['a counter 1'] },
    { from: 'UTF-8', line: 'größe:1|g|#straße:ö', said: ['größe gauge 1 #straße:ö'] },
    {
      from: 'numbers',
      line: 'a:1.:.5:1e3:+2.5:1E-2|h',
      said: [1, 0.5, 1000, 2.5, 0.01].map((v) => `a histogram ${v}`),
    },
    { from: 'a member of anything', line: 'ids:a b/#\u0001|s', said: ['ids set a b/#\u0001'] },
    { from: 'a name that begins like a service check', line: '_score:1|c', said: ['_score counter 1'] },
    { from: 'nothing', line: '', said: [] },
    { from: 'empty lines', line: '\n\r\n \t\na:1|c\n\n', said: ['a counter 1'] },
    { from: 'a rate of 1', line: 'a:1|c|@1', said: ['a counter 1'] },
  ])('$from: $line', ({ line, said }) => {
    expect(read(line)).toEqual(said);
  });
});

describe('faults', () => {
  test.for([
    { line: 'abc', fault: 'no-value' },
    { line: 'abc|c', fault: 'no-value' },
    { line: 'abc|c:1', fault: 'no-value' },
    { line: ':1|c', fault: 'no-name' },
    { line: ':', fault: 'no-name' },
    { line: 'a:1', fault: 'no-type' },
    { line: 'a:', fault: 'no-type' },
    { line: 'a:1|', fault: 'no-type' },
    { line: 'a:1||@0.1', fault: 'no-type' },
    { line: 'a:1|x', fault: 'unknown-type' },
    { line: 'a:1|cc', fault: 'unknown-type' },
    { line: 'a:1|C', fault: 'unknown-type' },
    { line: 'a:1|m', fault: 'unknown-type' },
    { line: 'a:1|kv', fault: 'unknown-type' },
    { line: 'a:|c', fault: 'bad-value' },
    { line: 'a:|s', fault: 'bad-value' },
    { line: 'a:one|c', fault: 'bad-value' },
    { line: 'a:NaN|g', fault: 'bad-value' },
    { line: 'a:inf|g', fault: 'bad-value' },
    { line: 'a:-Infinity|g', fault: 'bad-value' },
    { line: 'a:1e999|c', fault: 'bad-value' },
    { line: 'a:0x10|c', fault: 'bad-value' },
    { line: 'a:+-5|g', fault: 'bad-value' },
    { line: 'a:++5|g', fault: 'bad-value' },
    { line: 'a:+|g', fault: 'bad-value' },
    { line: 'a:-|g', fault: 'bad-value' },
    { line: 'a:1,5|g', fault: 'bad-value' },
    { line: 'a:-1|ms', fault: 'bad-value' },
    { line: `a:${'9'.repeat(500)}|c`, fault: 'bad-value' },
    { line: 'a:1|c|@0', fault: 'bad-rate' },
    { line: 'a:1|c|@', fault: 'bad-rate' },
    { line: 'a:1|c|@-0.5', fault: 'bad-rate' },
    { line: 'a:1|c|@1.5', fault: 'bad-rate' },
    { line: 'a:1|c|@nan', fault: 'bad-rate' },
    { line: 'a:1|c|@half', fault: 'bad-rate' },
    { line: 'a\u0000b:1|c', fault: 'bad-name' },
    { line: 'a\u001Bb:1|c', fault: 'bad-name' },
    { line: 'a:1|c|#k:\u0007', fault: 'bad-name' },
    { line: `${'n'.repeat(501)}:1|c`, fault: 'name-too-long' },
    { line: `a:1|c|#${'t'.repeat(500)}`, fault: 'name-too-long' },
    { line: `a:${'1:'.repeat(4100)}1|c`, fault: 'line-too-long' },
  ])('$fault: $line', ({ line, fault }) => {
    expect(read(line)).toEqual([`! ${fault}`]);
  });

  test('a line with a fault costs only itself, and keeps what came before the fault', () => {
    expect(read('a:1|c\nb:1|q\nc:1|c:x|c\nd:1:2:z:4|h\n\ne:1|c')).toEqual([
      'a counter 1',
      '! unknown-type',
      'c counter 1',
      '! bad-value',
      'd histogram 1',
      'd histogram 2',
      '! bad-value',
      'e counter 1',
    ]);
  });

  test('the longest name, and the longest line', () => {
    expect(read(`${'n'.repeat(500)}:1|c`)).toHaveLength(1);
    expect(read(`a:${'1:'.repeat(4000)}1|c`)).toHaveLength(4001);
  });
});

test('cut anywhere, a datagram is read up to the cut, without a step outside', () => {
  const whole = Buffer.from('a.b,x=y:1:2|c|@0.5|#k:v,l|c:9\ngröße:+4|g:320|ms|@0.1\nu:765|s\n_e{1,1}:a|b\n');
  const all = read(whole);
  for (let length = 0; length < whole.length; length += 1) {
    const part = read(whole.subarray(0, length));
    expect(part.length).toBeLessThanOrEqual(all.length + 1);
  }
  expect(all.at(-1)).toBe('! event');
});

test('any bytes at all: a fault a line at most, every view inside', () => {
  const piece = fc.constantFrom(
    ':',
    '|',
    '#',
    '@',
    ',',
    '=',
    '\n',
    'c',
    'ms',
    'g',
    's',
    '1',
    '-',
    '+',
    '.',
    'e9',
    '_e{',
  );
  const texts = fc.array(piece, { maxLength: 60 }).map((parts) => Buffer.from(parts.join('')));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), texts), (bytes) => {
      const faults = read(bytes).filter((said) => said.startsWith('! '));
      expect(faults.length).toBeLessThanOrEqual(Buffer.from(bytes).toString('latin1').split('\n').length);
    }),
    { numRuns: 500 },
  );
});

test('what is encoded is read as it was', () => {
  const kinds = { c: 'counter', g: 'gauge', ms: 'timer', h: 'histogram', d: 'distribution', s: 'set' };
  const word = fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}$/);
  const type = fc.constantFrom<keyof typeof kinds>('c', 'g', 'ms', 'h', 'd', 's');
  fc.assert(
    fc.property(
      word,
      fc.integer({ min: 0 }),
      type,
      fc.array(fc.tuple(word, word), { maxLength: 5 }),
      (name, n, type, tags) => {
        const line = encodeStatsd({ name, value: String(n), type, sampleRate: 0.25, tags });
        const tagged = tags.length === 0 ? '' : ` #${tags.map((t) => t.join(':')).join(',')}`;
        expect(read(line)).toEqual([`${name} ${kinds[type]} ${n} @0.25${tagged}`]);
      },
    ),
  );
});

test('every fault is documented, with what mends it', () => {
  const faults = {
    'line-too-long': 1,
    'no-name': 1,
    'name-too-long': 1,
    'bad-name': 1,
    'tags-max': 1,
    'no-value': 1,
    'bad-value': 1,
    'no-type': 1,
    'unknown-type': 1,
    'bad-rate': 1,
    event: 1,
    'service-check': 1,
  } satisfies Record<StatsdFault, 1>;
  const rows = readFileSync('docs/PROTOCOLS.md', 'utf8').match(/^\| statsd \|.*$/gm) ?? [];
  const reasons = [...Object.keys(faults), 'type-mismatch', 'limit-buckets', 'limit-hosts'];
  expect(reasons.filter((reason) => !rows.some((row) => row.includes(`\`${reason}\``)))).toEqual([]);
});
