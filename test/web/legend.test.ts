import { describe, expect, test } from 'vitest';
import { axisFont } from '../../web/src/chart/axes.ts';
import { legendOrder } from '../../web/src/chart/legend-order.ts';
import { legendOf } from '../../web/src/chart/picture-legend.ts';
import { thresholdNotes } from '../../web/src/chart/value-bounds.ts';
import { chartThresholds, ownNotes } from '../../web/src/fleet/judged-lines.ts';

test.for([10.5, 11, 14.6])('a font of %s px is of whole pixels', (px) => {
  expect(axisFont(px)).toMatch(/^\d+px /);
});

describe('the legend of a picture', () => {
  const wide = legendOf([[1000], [1.5]], { kind: 'plain' }, (text) => text.length * 10);
  test('a column is as wide as its widest figure, and none reaches into another', () => {
    const [last = 0, min = 0, avg = 0, max = 0] = wide.rights;
    const widest = Math.max(...wide.figures.map((row) => (row[0] ?? '').length * 10), 40);
    expect(max).toBe(0);
    expect([avg - max, min - avg, last - min].every((gap) => gap > widest)).toBe(true);
  });
  test('the least width leaves room for a name', () => {
    expect(wide.nameRoom(wide.least)).toBeGreaterThan(200);
  });
});

test.for([
  { name: 'few lines have their own order', lasts: [1, 3, 2], order: [0, 1, 2] },
  { name: 'more stand by their last value', lasts: [1, 4, null, 3, 4], order: [1, 4, 3, 0, 2] },
])('$name', ({ lasts, order }) => expect(legendOrder(lasts, 3)).toEqual(order));

describe('thresholds of a chart of several lines', () => {
  type Ranges = { warning: string; critical: string; function?: string; service?: string };
  const judged = (label: string, ...services: Ranges[]) => ({
    label,
    services: services.map((ranges) => ({ function: '', ...ranges })),
  });
  test('one for a single line is told, not drawn', () => {
    const { drawn, own } = chartThresholds([
      judged('wait', { warning: '40', critical: '70' }),
      judged('idle'),
    ]);
    expect(drawn).toEqual([]);
    expect(ownNotes(own, { kind: 'percent' })).toEqual([
      'wait: warning above 40\u00a0%, critical above 70\u00a0%',
    ]);
  });
  test('what holds for all is drawn', () => {
    const { drawn, own } = chartThresholds([
      judged('a', { warning: '5', critical: '9' }),
      judged('b', { warning: '5', critical: '8' }),
    ]);
    expect(drawn).toEqual([{ value: 5, side: 'above', state: 'warning' }]);
    expect(own.map(({ label, threshold }) => `${label} ${threshold.value}`)).toEqual(['a 9', 'b 8']);
  });
  test('of several services on one metric each is told by its name', () => {
    const { drawn } = chartThresholds([
      judged(
        '',
        { service: 'load', warning: '8', critical: '' },
        { service: 'hot', warning: '400', critical: '' },
      ),
    ]);
    const notes = thresholdNotes([{ min: 0, max: 8 }], { kind: 'level' }, drawn);
    expect(notes).toEqual(['hot: warning above 400']);
  });
  test('those of a function of the values are in other units than the line', () => {
    const age = { warning: '', critical: '300', function: 'missing' };
    const { drawn, own } = chartThresholds([
      judged('a', { warning: '5', critical: '' }, age),
      judged('b', age),
    ]);
    expect(drawn).toEqual([]);
    expect(own.map(({ threshold }) => threshold.value)).toEqual([5]);
  });
  test('a line alone has all of its own', () => {
    expect(chartThresholds([judged('', { warning: '5', critical: '9' })]).drawn).toHaveLength(2);
  });
});
