import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alternatives, readSeries, selectionsOf, SeriesIndex } from '../../../src/store/line/read-series.ts';
import { describe } from '../batch.ts';

const NAMING = { multivalue: 'split', integers: 'float' } as const;
const place = (name: string, field: string) => ({ name, field });
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from('a.|\\/"\'(){}[]^$*+?-_ ,=~\u00e4\u{1f600}')) }),
  fc.string({ unit: 'grapheme' }),
);

test('a list of names matches these names and no other', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), name, (names, other) => {
      const pattern = new RegExp(`^(?:${alternatives(names)})$`, 'u');
      for (const one of names) expect(pattern.test(one)).toBe(true);
      expect(pattern.test(other)).toBe(names.includes(other));
    }),
  );
});

test('nothing in a list of names ends a string, a regular expression or a statement', () => {
  fc.assert(
    fc.property(name, (one) => {
      expect(alternatives([one])).not.toMatch(/["'/;\n]/);
    }),
  );
});

test('selections find every series, and none that was not asked for', () => {
  const record = fc.record({
    host: fc.constantFrom('a', 'b', 'c', ''),
    metric: fc.constantFrom('cpu-0/cpu-idle', 'cpu-1/cpu-idle', 'cpu-0/cpu-user', 'load/load', 'x'),
    cluster: fc.constantFrom('one', 'two'),
  });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), (given) => {
      const series = readSeries(
        given.map((one) => describe({ ...one, protocol: 'collectd' })),
        NAMING,
        place,
      );
      const found = selectionsOf(series, 3, String).flatMap(({ names, field, tags }) =>
        names.flatMap((one) =>
          products(tags.map(([, values]) => values)).map((t) => [one, field, ...t].join()),
        ),
      );
      const asked = series.map((one) => [one.name, one.field, ...one.tags].join());
      expect(found.toSorted()).toEqual([...new Set(asked)].toSorted());
    }),
  );
});

function products(lists: readonly (readonly string[])[]): string[][] {
  const [first = [], ...rest] = lists;
  if (lists.length === 0) return [[]];
  return first.flatMap((value) => products(rest).map((others) => [value, ...others]));
}

test('an answer is found by the tags Muster writes, whatever others are there', () => {
  const series = readSeries([describe({ host: 'a' }), describe({ host: 'b' })], NAMING, place);
  const index = new SeriesIndex(series);
  const labels = { host: 'b', cluster: 'web', datacentre: 'x', rollup: 'min' };
  expect(index.find('load_one', 'value', labels).map(({ at }) => at)).toEqual([1]);
  expect(index.find('load_one', 'value', { ...labels, instance: '0' })).toEqual([]);
  expect(index.find('load_one', 'other', labels)).toEqual([]);
  expect(index.find('load_one', 'value', { __proto__: labels } as never)).toEqual([]);
});
