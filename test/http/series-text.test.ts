import { expect, test } from 'vitest';
import { seriesText } from '../../src/http/series-text.ts';

const name = { cluster: 'web', host: 'web-1', metric: 'load_one', units: '' };

test.for([
  { series: 0, values: 0, pieces: 1 },
  { series: 1, values: 3, pieces: 1 },
  { series: 3, values: 20_000, pieces: 4 },
  { series: 100, values: 1000, pieces: 6 },
])('$series series of $values values in $pieces pieces', async ({ series, values, pieces }) => {
  const columns = Array.from({ length: series }, (_, i) => ({
    ...name,
    column: Float64Array.from({ length: values }, (_value, at) => (at === 1 ? Number.NaN : i + at)),
  }));
  const texts = await Array.fromAsync(seriesText({ times: [10, 20], series: columns, leftOut: 7 }));
  expect(texts).toHaveLength(pieces);
  expect(JSON.parse(texts.join(''))).toEqual({
    times: [10, 20],
    series: columns.map(({ column }) => ({
      ...name,
      values: [...column].map((value) => (Number.isNaN(value) ? null : value)),
    })),
    left_out: 7,
  });
});

test('others have their turn between the pieces', async () => {
  const columns = Array.from({ length: 4 }, () => ({ ...name, column: new Float64Array(20_000) }));
  const order: string[] = [];
  for await (const piece of seriesText({ times: [], series: columns, leftOut: 0 })) {
    order.push(piece === '' ? '' : 'piece');
    setImmediate(() => order.push('other'));
  }
  expect(order.slice(0, 4)).toEqual(['piece', 'other', 'piece', 'other']);
});
