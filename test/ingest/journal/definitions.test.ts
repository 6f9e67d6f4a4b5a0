import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Definitions } from '../../../src/ingest/journal/definitions.ts';
import type { RecordDescription } from '../../../src/model/record.ts';

const text = fc.oneof(
  fc.constantFrom('', 'a', 'load_one', '"', '\\', '\u2028'),
  fc.string({ unit: 'binary' }),
);
const description = fc.record<RecordDescription>({
  cluster: text,
  host: text,
  metric: fc.constantFrom('load_one', 'cpu-0/cpu-idle', '"'),
  protocol: fc.constantFrom('collectd', 'ganglia'),
  sources: fc.array(
    fc.record({
      name: fc.constantFrom('rx', 'tx'),
      kind: fc.constantFrom(0, 1, 2, 3),
      min: fc.constantFrom(null, 0),
      max: fc.constantFrom(null, 5),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  intervalS: fc.constantFrom(10, 0.5),
  tmaxS: fc.constantFrom(0, 60),
  dmaxS: fc.constant(0),
  slope: fc.constantFrom('both', 'zero'),
  units: fc.constantFrom('', 'bytes'),
  title: text,
  group: fc.constant(''),
  description: fc.constant(''),
  provisional: fc.boolean(),
});

test('whatever was written before, a definition says what the description says', () => {
  fc.assert(
    fc.property(fc.array(description, { minLength: 1, maxLength: 20 }), (all) => {
      const definitions = new Definitions();
      for (const one of [...all, ...all]) expect(JSON.parse(definitions.json(one))).toEqual(one);
    }),
  );
});
