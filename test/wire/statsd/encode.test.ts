import { expect, test } from 'vitest';
import { bucketName } from '../../../src/wire/statsd/bucket-name.ts';
import { decodeStatsd } from '../../../src/wire/statsd/decode.ts';
import { encodeStatsd } from '../../../src/wire/statsd/encode.ts';
import { emptySample } from '../../../src/wire/statsd/sample.ts';
import type { OutgoingStatsd } from '../../../src/wire/statsd/encode.ts';

test.for<{ said: OutgoingStatsd; line: string; read: object }>([
  {
    said: { name: 'a.b', value: '3', type: 'c' },
    line: 'a.b:3|c',
    read: { type: 'counter', value: 3, rate: 1, isStep: false, name: 'a.b', host: '' },
  },
  {
    said: { name: 'a', value: '1.5', type: 'ms', sampleRate: 0.25 },
    line: 'a:1.5|ms|@0.25',
    read: { type: 'timer', value: 1.5, rate: 0.25, isStep: false, name: 'a', host: '' },
  },
  {
    said: {
      name: 'a',
      value: '-2',
      type: 'g',
      tags: [
        ['host', 'web-1'],
        ['zone', 'x'],
      ],
    },
    line: 'a:-2|g|#host:web-1,zone:x',
    read: { type: 'gauge', value: -2, rate: 1, isStep: true, name: 'a,zone=x', host: 'web-1' },
  },
])('$line', ({ said, line, read }) => {
  expect(encodeStatsd(said)).toBe(line);
  const bytes = new Uint8Array(Buffer.from(line));
  const seen: object[] = [];
  decodeStatsd(bytes, 0, bytes.length, emptySample(), {
    sample: (sample) => {
      const { type, value, rate, isStep } = sample;
      const named = bucketName(sample);
      seen.push({ type, value, rate, isStep, ...(typeof named === 'string' ? { fault: named } : named) });
    },
    fault: (reason) => seen.push({ reason }),
  });
  expect(seen).toEqual([read]);
});
