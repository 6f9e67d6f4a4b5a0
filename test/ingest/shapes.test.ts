import { describe, expect, test } from 'vitest';
import { Shapes } from '../../src/ingest/shapes.ts';
import { StringPool } from '../../src/ingest/string-pool.ts';
import { KIND } from '../../src/model/kind.ts';
import type { DataSource } from '../../src/model/record.ts';

const source = (over: Partial<DataSource> = {}): DataSource => ({
  name: 'value',
  kind: KIND.gauge,
  min: null,
  max: null,
  ...over,
});

describe('Shapes', () => {
  test.for([
    { name: 'the same sources', a: [source()], b: [source()], same: true },
    { name: 'another kind', a: [source()], b: [source({ kind: KIND.derive })], same: false },
    { name: 'another bound', a: [source({ max: 1 })], b: [source({ max: 2 })], same: false },
    { name: 'no bound and none at 0', a: [source()], b: [source({ min: 0 })], same: false },
    { name: 'another name', a: [source()], b: [source({ name: 'rx' })], same: false },
    { name: 'one more', a: [source()], b: [source(), source()], same: false },
  ])('$name: one shape is $same', ({ a, b, same }) => {
    const shapes = new Shapes();
    expect(shapes.take(a) === shapes.take(b)).toBe(same);
    expect(shapes.count).toBe(same ? 1 : 2);
  });

  test('what it says of the sources', () => {
    const shapes = new Shapes();
    const shape = shapes.at(shapes.take([source({ kind: KIND.counter, max: 5 }), source({ min: -1 })]));
    expect([...shape.kinds]).toEqual([KIND.counter, KIND.gauge]);
    expect([...shape.min]).toEqual([-Infinity, -1]);
    expect([...shape.max]).toEqual([5, Infinity]);
    expect(shape.plain).toBe(false);
    expect(shapes.at(shapes.take([source(), source()])).plain).toBe(true);
  });

  test('a shape stays while a record has it; then its number is given again', () => {
    const shapes = new Shapes();
    const first = shapes.take([source()]);
    shapes.take([source()]);
    shapes.leave(first);
    expect(shapes.take([source()])).toBe(first);
    shapes.leave(first);
    shapes.leave(first);
    expect(shapes.count).toBe(0);
    expect(shapes.take([source({ min: 0 })])).toBe(first);
    expect(shapes.at(first).min[0]).toBe(0);
  });

  test('shapes that come and go take no room', () => {
    const shapes = new Shapes();
    for (let n = 0; n < 10_000; n += 1) shapes.leave(shapes.take([source({ max: n })]));
    expect(shapes.count).toBe(0);
    expect(shapes.take([source()])).toBe(0);
  });
});

test('a pool of strings is bounded, whatever is put in', () => {
  const pool = new StringPool(100);
  for (let n = 0; n < 1000; n += 1) {
    expect(pool.of(`metric-${n}`)).toBe(`metric-${n}`);
    expect(pool.size).toBeLessThanOrEqual(100);
  }
});
