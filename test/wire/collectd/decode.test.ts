import { describe, expect, test } from 'vitest';
import { decodeCollectd, emptyValueList } from '../../../src/wire/collectd/decode.ts';
import { vector, vectorNames, vectorText } from '../vector-files.ts';
import { doorScene } from '../../ingest/collectd/door-scene.ts';
import { doubleWord, transcribe, transcribeBehind } from './transcript.ts';
import type { SeenValues, SeenNotification } from './transcript.ts';

interface Expected {
  file: string;
  kind: 'values' | 'notification';
  host: string;
  plugin: string;
  plugin_instance: string;
  type: string;
  type_instance: string;
  interval: number;
  dstypes: number[];
  values: (number | string)[];
  severity: number;
  message: string;
}

const LINES = vectorText('collectd/plain.expected.jsonl').trim().split('\n');
const EXPECTED = LINES.map((line) => {
  const time = /"time_cd": "?(\d+)/.exec(line)?.[1] ?? ''; // Beyond 2^53: JSON.parse would round it.
  return { ...(JSON.parse(line) as Expected), time: BigInt(time) };
});
const PLAIN = vectorNames('collectd', /^plain-.*\.bin$/);
const SENT = ['plain', 'sign', 'encrypt'] as const;
const USERS = { plain: undefined, sign: 'alice', encrypt: 'bob' };
const LEVELS = { plain: ['None'], sign: ['None', 'Sign'], encrypt: ['None', 'Sign', 'Encrypt'] } as const;

function names(e: Expected & { time: bigint }) {
  const { host, plugin, type, time } = e;
  return { host, plugin, pluginInstance: e.plugin_instance, type, typeInstance: e.type_instance, time };
}

function expectedWord(kind: number, value: number | string): bigint {
  return kind === 1
    ? doubleWord(Number(String(value).replace('inf', 'Infinity')))
    : BigInt.asUintN(64, BigInt(value));
}

function seenValues(v: SeenValues) {
  const { timeS: _, user: __, ...rest } = v;
  return rest;
}

function seenNotification(n: SeenNotification) {
  const { timeS: _, intervalS: __, user: ___, ...rest } = n;
  return rest;
}

/** The same values and notifications were sent in the clear, signed, and encrypted. */
const COPIES = SENT.flatMap((sent) =>
  PLAIN.flatMap((plain) =>
    LEVELS[sent].map((level) => ({ sent, plain, level, file: plain.replace('plain', sent) })),
  ),
);

describe('datagrams of a real collectd', () => {
  test.for(COPIES)('$file decodes bit-exactly at level $level', ({ sent, plain, level, file }) => {
    const { door } = doorScene({ securityLevel: level });
    const seen = transcribeBehind(door, vector(`collectd/${file}`));
    const mine = EXPECTED.filter((e) => e.file === plain);
    expect(seen.fault).toBeUndefined();
    expect(seen.skipped).toEqual([]);
    expect(new Set([...seen.values, ...seen.notifications].map(({ user }) => user))).toEqual(
      new Set([USERS[sent]]),
    );
    expect(seen.values.map(seenValues)).toEqual(
      mine
        .filter((e) => e.kind === 'values')
        .map((e) => ({
          ...names(e),
          intervalS: e.interval,
          kinds: e.dstypes,
          words: e.values.map((value, i) => expectedWord(e.dstypes[i] ?? -1, value)),
        })),
    );
    expect(seen.notifications.map(seenNotification)).toEqual(
      mine
        .filter((e) => e.kind === 'notification')
        .map((e) => ({ ...names(e), severity: e.severity, message: e.message })),
    );
  });

  test.for(SENT)('all 343 value lists and 8 notifications are there: %s', (sent) => {
    const { door } = doorScene();
    const files = PLAIN.map((file) => file.replace('plain', sent));
    const seen = files.map((file) => transcribeBehind(door, vector(`collectd/${file}`)));
    expect(seen.reduce((n, s) => n + s.values.length, 0)).toBe(343);
    expect(seen.reduce((n, s) => n + s.notifications.length, 0)).toBe(8);
  });

  test('cut at every length, what is whole before the cut is kept, and the rest is truncated', () => {
    for (const file of PLAIN) {
      const whole = vector(`collectd/${file}`);
      const all = transcribe(whole);
      for (let length = 0; length < whole.length; length += 1) {
        const seen = transcribe(whole.subarray(0, length));
        expect(seen.values).toEqual(all.values.slice(0, seen.values.length));
        expect(seen.fault === undefined || seen.fault === 'truncated').toBe(true);
      }
    }
  });
});

// Parts: host "h", plugin "p", type "gauge", time 2^30 × 4 s, one gauge 1.0.
const HOST = '0000 0006 6800';
const PLUGIN = '0002 0006 7000';
const TYPE = '0004 000a 676175676500';
const TIME = '0008 000c 0000000100000000';
const GAUGE = '0006 000f 0001 01 000000000000f03f';
const ALL = `${HOST}${PLUGIN}${TYPE}${TIME}`;
const SEVERITY = '0101 000c 0000000000000002';
const MESSAGE = '0100 0006 6d00';
const long = (bytes: number) => '61'.repeat(bytes);

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe('parts', () => {
  test.for([
    { name: 'empty', hex: '', values: 0 },
    { name: 'one value list', hex: ALL + GAUGE, values: 1 },
    { name: 'values carry the state on', hex: ALL + GAUGE + GAUGE, values: 2 },
    { name: 'unknown part skipped', hex: `7777 0007 010203${ALL}7777 0004${GAUGE}`, values: 1 },
    { name: 'no host', hex: PLUGIN + TYPE + TIME + GAUGE, values: 0, skipped: ['incomplete'] },
    { name: 'no plugin', hex: HOST + TYPE + TIME + GAUGE, values: 0, skipped: ['incomplete'] },
    { name: 'no type', hex: HOST + PLUGIN + TIME + GAUGE, values: 0, skipped: ['incomplete'] },
    { name: 'no time', hex: HOST + PLUGIN + TYPE + GAUGE, values: 0, skipped: ['incomplete'] },
    { name: 'an empty string clears', hex: `${ALL}0000 0005 00${GAUGE}`, values: 0, skipped: ['incomplete'] },
    { name: 'no values', hex: `${ALL}0006 0006 0000${GAUGE}`, values: 1, skipped: ['no-values'] },
    { name: 'three bytes after the end', hex: `${ALL}${GAUGE}000000`, values: 1, fault: 'truncated' },
    { name: 'zero padding', hex: `${ALL}${GAUGE}${'00'.repeat(40)}`, values: 1, fault: 'truncated' },
    {
      name: 'a part longer than the rest',
      hex: `${ALL}${GAUGE}0005 0008 6100`,
      values: 1,
      fault: 'truncated',
    },
    {
      name: 'a part shorter than its header',
      hex: `${ALL}${GAUGE}0005 0003 6100`,
      values: 1,
      fault: 'part-short',
    },
    {
      name: 'string of length 4',
      hex: `${ALL}${GAUGE}0005 0004${GAUGE}`,
      values: 1,
      fault: 'string-unterminated',
    },
    {
      name: 'string without NUL',
      hex: `${ALL}${GAUGE}0005 0006 6161`,
      values: 1,
      fault: 'string-unterminated',
    },
    { name: 'name of 127 bytes', hex: `${ALL}0005 0084${long(127)}00${GAUGE}`, values: 1 },
    {
      name: 'name of 128 bytes',
      hex: `${ALL}${GAUGE}0005 0085${long(128)}00`,
      values: 1,
      fault: 'string-too-long',
    },
    { name: 'number of length 4', hex: `${ALL}${GAUGE}0008 0004${GAUGE}`, values: 1, fault: 'number-length' },
    {
      name: 'number of length 16',
      hex: `${ALL}0008 0010${'00'.repeat(12)}${GAUGE}`,
      values: 0,
      fault: 'number-length',
    },
    { name: 'values of length 5', hex: `${ALL}0006 0005 00`, values: 0, fault: 'values-length' },
    {
      name: 'count beyond the part',
      hex: `${ALL}0006 000f 0002 01 000000000000f03f`,
      values: 0,
      fault: 'values-length',
    },
    {
      name: 'count whose size wraps 16 bits',
      hex: `${ALL}0006 0008 1c72 0000`,
      values: 0,
      fault: 'values-length',
    },
    {
      name: 'kind 4',
      hex: `${ALL}${GAUGE}0006 000f 0001 04 0000000000000000`,
      values: 1,
      fault: 'unknown-kind',
    },
    {
      name: 'a signature that nobody checks is passed over, and what was known stays known',
      hex: `${ALL}${GAUGE}0200 0025${'00'.repeat(32)}75${GAUGE}`,
      values: 2,
    },
    {
      name: 'signature without a user',
      hex: `${ALL}${GAUGE}0200 0024${'00'.repeat(32)}${GAUGE}`,
      values: 1,
      fault: 'signature-length',
    },
    {
      name: 'encryption without room for parts',
      hex: `${ALL}${GAUGE}0210 002b 0001 75 ${'00'.repeat(36)}${GAUGE}`,
      values: 1,
      fault: 'encryption-length',
    },
    {
      name: 'encryption whose user is longer than the part',
      hex: `${ALL}${GAUGE}0210 002c 0002 75 ${'00'.repeat(37)}${GAUGE}`,
      values: 1,
      fault: 'encryption-length',
    },
    {
      name: 'encryption without a user',
      hex: `${ALL}${GAUGE}0210 002c 0000 ${'00'.repeat(38)}${GAUGE}`,
      values: 1,
      fault: 'encryption-length',
    },
    {
      name: 'encryption where there are no keys',
      hex: `${ALL}${GAUGE}0210 002c 0001 75 ${'00'.repeat(37)}${GAUGE}`,
      values: 1,
      fault: 'no-auth-file',
    },
    { name: 'notification', hex: TIME + SEVERITY + MESSAGE, values: 0, notifications: 1 },
    { name: 'notification without time', hex: SEVERITY + MESSAGE, values: 0, skipped: ['incomplete'] },
    { name: 'notification without severity', hex: TIME + MESSAGE, values: 0, skipped: ['bad-severity'] },
    {
      name: 'severity 3',
      hex: `${TIME}0101 000c 0000000000000003${MESSAGE}`,
      values: 0,
      skipped: ['bad-severity'],
    },
    {
      name: 'severity 2^32 + 2',
      hex: `${TIME}0101 000c 0000000100000002${MESSAGE}`,
      values: 0,
      skipped: ['bad-severity'],
    },
    { name: 'empty message', hex: `${TIME}${SEVERITY}0100 0005 00`, values: 0, skipped: ['empty-message'] },
    {
      name: 'message of 255 bytes',
      hex: `${TIME}${SEVERITY}0100 0104${long(255)}00`,
      values: 0,
      notifications: 1,
    },
    {
      name: 'message of 256 bytes',
      hex: `${TIME}${SEVERITY}0100 0105${long(256)}00`,
      values: 0,
      fault: 'string-too-long',
    },
  ])('$name', ({ hex, values, notifications = 0, skipped = [], fault }) => {
    const seen = transcribe(bytes(hex));
    expect(seen.fault).toBe(fault);
    expect(seen.skipped).toEqual(skipped);
    expect(seen.values).toHaveLength(values);
    expect(seen.notifications).toHaveLength(notifications);
    for (const list of seen.values) expect(list.words).toEqual([doubleWord(1)]);
  });

  test.for([
    {
      name: 'TIME in seconds',
      hex: '0001 000c 000000006b002943',
      timeS: 0x6b002943,
      time: 0x6b002943n << 30n,
    },
    {
      name: 'the later of TIME and TIME_HR',
      hex: `${TIME}0001 000c 0000000000000001`,
      timeS: 1,
      time: 1n << 30n,
    },
    { name: 'TIME_HR after TIME', hex: `0001 000c 0000000000000001${TIME}`, timeS: 4, time: 1n << 32n },
    {
      name: 'a fraction',
      hex: '0008 000c 1ac00a22a0b6aec4',
      timeS: 1795172490.5111501,
      time: 0x1ac00a22a0b6aec4n,
    },
    { name: 'TIME beyond 64 bits', hex: '0001 000c ffffffffffffffff', timeS: 2 ** 34, time: 2n ** 64n - 1n },
  ])('time: $name', ({ hex, timeS, time }) => {
    const [list] = transcribe(bytes(HOST + PLUGIN + TYPE + hex + GAUGE)).values;
    expect(list?.time).toBe(time);
    expect(list?.timeS).toBe(timeS);
  });

  test.for([
    { name: 'absent', hex: '', intervalS: 0 },
    { name: 'INTERVAL', hex: '0007 000c 000000000000000a', intervalS: 10 },
    { name: 'INTERVAL_HR', hex: '0009 000c 0000000020000000', intervalS: 0.5 },
  ])('interval: $name', ({ hex, intervalS }) => {
    expect(transcribe(bytes(ALL + hex + GAUGE)).values[0]?.intervalS).toBe(intervalS);
  });

  test('a NUL inside a string ends it', () => {
    expect(transcribe(bytes(`${ALL}0005 0009 6162006300${GAUGE}`)).values[0]?.typeInstance).toBe('ab');
  });

  test('nothing carries over from one datagram to the next', () => {
    const list = emptyValueList();
    const skipped: string[] = [];
    const sink = {
      values: () => {},
      notification: () => {},
      skipped: (reason: string) => skipped.push(reason),
      sender: () => {},
    };
    const first = bytes(ALL + GAUGE);
    decodeCollectd(first, 0, first.length, list, sink);
    const second = bytes(GAUGE);
    decodeCollectd(second, 0, second.length, list, sink);
    expect(skipped).toEqual(['incomplete']);
  });

  test('a datagram of 65507 bytes is read to its end', () => {
    const head = bytes(ALL);
    const part = bytes(GAUGE);
    const count = Math.floor((65_507 - head.length) / part.length);
    const whole = new Uint8Array(head.length + count * part.length);
    whole.set(head);
    for (let i = 0; i < count; i += 1) whole.set(part, head.length + i * part.length);
    expect(transcribe(whole).values).toHaveLength(count);
  });
});
