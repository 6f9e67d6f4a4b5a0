import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHead } from '../../../src/store/rrd/file-head.ts';
import { parseInfo } from '../../../src/store/rrd/info.ts';
import { rrdtool, temporaryDirectory } from './directory.ts';

const T = 1_700_000_000;

/** What is in a file, by what it is made of. */
const SHAPES: Record<string, readonly string[]> = {
  'one source, one archive': ['DS:value:GAUGE:20:U:U', 'RRA:AVERAGE:0.5:1:10'],
  'as collectd makes them': [
    'DS:rx:DERIVE:20:0:U',
    'DS:tx:DERIVE:20:0:U',
    'RRA:AVERAGE:0.1:1:1200',
    'RRA:MIN:0.1:1:1200',
    'RRA:MAX:0.1:1:1200',
    'RRA:AVERAGE:0.1:7:1235',
  ],
  'with a prediction between': [
    'DS:value:GAUGE:20:U:U',
    'RRA:AVERAGE:0.5:1:50',
    'RRA:HWPREDICT:100:0.1:0.0035:20',
    'RRA:LAST:0.5:6:7',
  ],
  'counters as doubles, version 0005': ['DS:value:DCOUNTER:20:U:U', 'RRA:AVERAGE:0.5:1:10'],
  'longest names': [`DS:${'a'.repeat(19)}:COMPUTE:1,2,+`, 'DS:b:GAUGE:20:U:U', 'RRA:AVERAGE:0.5:1:10'],
};

async function bytesOf(shape: readonly string[]) {
  await using dir = await temporaryDirectory();
  await rrdtool(dir.path, 'create', 'f.rrd', '--start', String(T), '--step', '10', ...shape);
  const bytes = await readFile(join(dir.path, 'f.rrd'));
  return { bytes, text: await rrdtool(dir.path, 'info', 'f.rrd') };
}

test.each(Object.entries(SHAPES))('%s: the head says what `rrdtool info` does', async (_, shape) => {
  const { bytes, text } = await bytesOf(shape);
  const answer = decodeHead(bytes);
  if (answer.kind !== 'head') throw new Error(JSON.stringify(answer));
  const { headBytes, fileBytes, ...head } = answer.head;
  expect(fileBytes).toBe(bytes.length);
  expect(headBytes).toBe(Number(/^header_size = (\d+)$/m.exec(text)?.[1]));
  const newest = head.archives.map((archive) => archive.newest);
  const said = [...text.matchAll(/cf = "(?:AVERAGE|MIN|MAX|LAST)"\n.*rows.*\n.*cur_row = (\d+)/g)];
  expect(newest).toEqual(said.map(([, row]) => Number(row)));
  const info = parseInfo(text);
  expect(head.archives).toMatchObject(info?.archives ?? []);
  expect(head).toMatchObject({ stepS: info?.stepS, lastS: info?.lastS });
  // A computed source has no heartbeat to say.
  const words = [...text.matchAll(/^ds\[(.+)\]\.type = "(\w+)"$/gm)].map(([, name, type]) => [name, type]);
  expect(head.sources.map(({ name, type }) => [name, type])).toEqual(words);
});

const REFUSED: Record<string, readonly [string, (bytes: Buffer) => void]> = {
  'no cookie': ['not-rrd', (bytes) => bytes.write('X', 0)],
  'an older version': ['other-version', (bytes) => bytes.write('0001', 4)],
  'a newer version': ['other-version', (bytes) => bytes.write('0006', 4)],
  'the other byte order': ['other-machine', (bytes) => void bytes.subarray(16, 24).swap64()],
  'no sources': ['out-of-bounds', (bytes) => void bytes.writeBigUInt64LE(0n, 24)],
  'too many sources': ['too-large', (bytes) => void bytes.writeBigUInt64LE(2n ** 63n, 24)],
  'too many archives': ['too-large', (bytes) => void bytes.writeBigUInt64LE(100_000n, 32)],
  'no step': ['out-of-bounds', (bytes) => void bytes.writeBigUInt64LE(0n, 40)],
  'an endless step': ['out-of-bounds', (bytes) => void bytes.writeBigUInt64LE(2n ** 60n, 40)],
  'no rows': ['out-of-bounds', (bytes) => void bytes.writeBigUInt64LE(0n, 128 + 120 + 24)],
  'rows beyond any disk': [
    'out-of-bounds',
    (bytes) => void bytes.writeBigUInt64LE(2n ** 50n, 128 + 120 + 24),
  ],
  'a row of none': ['out-of-bounds', (bytes) => void bytes.writeBigUInt64LE(0n, 128 + 120 + 32)],
  'its newest row after the last': [
    'out-of-bounds',
    (bytes) => void bytes.writeBigUInt64LE(10n, 128 + 120 + 120 + 16 + 112 + 80),
  ],
};

test.each(Object.entries(REFUSED))('%s is refused', async (_, [fault, spoil]) => {
  const { bytes } = await bytesOf(SHAPES['one source, one archive'] ?? []);
  spoil(bytes);
  expect(decodeHead(bytes)).toEqual({ kind: 'fault', fault });
});

test('of a part of it, it is said how much is needed', async () => {
  const { bytes } = await bytesOf(SHAPES['as collectd makes them'] ?? []);
  const whole = decodeHead(bytes);
  const needed = whole.kind === 'head' ? whole.head.headBytes : 0;
  for (let length = 0; length < needed; length += 1) {
    const { kind } = decodeHead(bytes.subarray(0, length));
    expect(kind).toBe(length < 128 ? 'fault' : 'short');
  }
  expect(decodeHead(bytes.subarray(0, needed))).toEqual(whole);
});

test('whatever stands there, it answers', async () => {
  const { bytes } = await bytesOf(SHAPES['one source, one archive'] ?? []);
  const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 255 })));
  fc.assert(
    fc.property(changes, (changed) => {
      const copy = Buffer.from(bytes);
      for (const [at, byte] of changed) copy[at] = byte;
      const answer = decodeHead(copy);
      if (answer.kind !== 'head') return;
      for (const { atByte, rows, newest } of answer.head.archives) {
        expect(newest).toBeLessThan(rows);
        expect(atByte).toBeLessThan(answer.head.fileBytes);
      }
    }),
  );
});
