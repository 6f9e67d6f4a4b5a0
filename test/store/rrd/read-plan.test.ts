import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultArchives } from '../../../src/store/rrd/archives.ts';
import { foldableStepS, planRead } from '../../../src/store/rrd/read-plan.ts';

const LAST = 1_700_000_005;
const file = { lastS: LAST, archives: defaultArchives(10) };

test.for([
  {
    name: 'an hour in samples',
    backS: 3600,
    points: 400,
    plan: { stepS: 10, widthS: 10, startS: 1_699_996_400, endS: 1_700_000_060 },
  },
  {
    name: 'an hour in 70 points',
    backS: 3600,
    points: 70,
    plan: { stepS: 10, widthS: 60, startS: 1_699_996_380, endS: 1_700_000_100 },
  },
  {
    name: 'an hour in 60 points: whole rows of an archive',
    backS: 3600,
    points: 60,
    plan: { stepS: 60, widthS: 120, startS: 1_699_996_320, endS: 1_700_000_160 },
  },
  {
    name: 'a day, finest that reaches',
    backS: 86_400,
    points: 10_000,
    plan: { stepS: 60, widthS: 60, startS: 1_699_913_580, endS: 1_700_000_100 },
  },
  {
    name: 'rows before the archive begins are left out',
    backS: 1_000_000_000,
    points: 50_000,
    plan: { stepS: 86_400, widthS: 86_400, startS: 1_636_848_000, endS: 1_700_006_400 },
  },
])('$name', ({ backS, points, plan }) => {
  expect(planRead(file, { fromS: LAST - 5 - backS, toS: LAST + 55, points })).toEqual(plan);
});

test.for([
  { name: 'an empty span', archives: file.archives, fromS: LAST - 105, toS: LAST - 105 },
  { name: 'before any archive begins', archives: file.archives, fromS: 1000, toS: 2000 },
  {
    name: 'a file without averages',
    archives: file.archives.filter((archive) => archive.cf === 'MAX'),
    fromS: LAST - 100,
    toS: LAST,
  },
])('nothing to read: $name', ({ archives, fromS, toS }) => {
  expect(planRead({ ...file, archives }, { fromS, toS, points: 100 })).toBeUndefined();
});

test('a plan has few enough rows, on its own grid, over all that is asked for', () => {
  const spans = fc.tuple(fc.nat(2_000_000), fc.integer({ min: 1, max: 500_000 }));
  fc.assert(
    fc.property(spans, fc.integer({ min: 2, max: 400 }), ([backS, spanS], points) => {
      const request = { fromS: LAST - backS, toS: LAST - backS + spanS, points };
      const plan = planRead(file, request);
      if (!plan) return;
      expect((plan.endS - plan.startS) / plan.widthS).toBeLessThanOrEqual(points);
      expect([plan.startS % plan.widthS, plan.endS % plan.widthS, plan.widthS % plan.stepS]).toEqual([
        0, 0, 0,
      ]);
      expect(plan.endS).toBeGreaterThanOrEqual(request.toS);
      expect(file.archives.map((archive) => archive.stepS)).toContain(plan.stepS);
    }),
  );
});

test.for([
  { name: 'five minutes of a day', startS: 1_699_913_400, widthS: 300, stepS: 60 },
  { name: 'a width no archive divides', startS: 1_699_913_400, widthS: 290, stepS: undefined },
  { name: 'samples', startS: 1_699_999_800, widthS: 20, stepS: 10 },
  { name: 'samples further back than they are kept', startS: 1_699_000_000, widthS: 20, stepS: undefined },
])('rows that can be folded: $name', ({ startS, widthS, stepS }) => {
  expect(foldableStepS(file, startS, widthS)).toBe(stepS);
});
