import fc from 'fast-check';
import { expect, test } from 'vitest';
import { described, Run, START_S, wordsOf } from './harness.ts';

/** What a test does to a journal; the record is one of few, so that numbers come again. */
type Act =
  | { readonly kind: 'append'; readonly record: number }
  | { readonly kind: 'settle'; readonly record: number }
  | { readonly kind: 'redefine'; readonly record: number }
  | { readonly kind: 'reuse'; readonly record: number }
  | { readonly kind: 'commit' };

const record = fc.nat({ max: 3 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: record.map((r) => ({ kind: 'append' as const, record: r })) },
  { weight: 2, arbitrary: record.map((r) => ({ kind: 'settle' as const, record: r })) },
  { weight: 1, arbitrary: record.map((r) => ({ kind: 'redefine' as const, record: r })) },
  { weight: 1, arbitrary: record.map((r) => ({ kind: 'reuse' as const, record: r })) },
  { weight: 2, arbitrary: fc.constant({ kind: 'commit' as const }) },
);

/** Plays acts on a run; the points that have to come back, as `metric title second`, in their order. */
async function play(run: Run, acts: readonly Act[], staged: boolean): Promise<Set<string>> {
  const expected = new Map<string, { metric: string; timeS: number }>();
  const newest = new Map<string, number>();
  let made = 0;
  const describe = (r: number) => (run.descriptions[r] = described(`m${(made += 1)}x${(r % 2) + 1}`));
  for (let r = 0; r <= 3; r += 1) describe(r);
  let timeS = START_S;
  for (const { kind, ...rest } of acts) {
    if (kind === 'commit') {
      await run.commit();
      continue;
    }
    const r = 'record' in rest ? rest.record : 0;
    const description = run.descriptions[r] ?? describe(r);
    const { metric } = description;
    switch (kind) {
      case 'append':
        timeS += 1;
        run.journal.append(r, timeS, 0, wordsOf(timeS, description.sources.length), staged);
        expected.set(`${metric} ${description.title} ${timeS}`, { metric, timeS });
        newest.set(metric, timeS);
        break;
      case 'settle': {
        const upToS = newest.get(metric);
        if (upToS === undefined) break;
        const point = { timeS: upToS, words: wordsOf(upToS, description.sources.length) };
        run.settledPoints.set(r, point);
        run.journal.settle(r, point);
        for (const [key, p] of expected) if (p.metric === metric && p.timeS <= upToS) expected.delete(key);
        break;
      }
      case 'redefine':
        made += 1;
        run.descriptions[r] = { ...description, title: `${description.title}, ${made}` };
        run.journal.redefine(r);
        break;
      case 'reuse':
        run.settledPoints.delete(r);
        run.journal.forget(r);
        describe(r);
        break;
    }
  }
  await run.commit();
  return new Set(expected.keys());
}

const told = (run: Run) => run.read.map((p) => `${p.metric} ${p.title} ${p.timeS}`);

/** Every point has the words that were given for it, and they are as many as its record has sources. */
function expectRight(run: Run): void {
  for (const { metric, timeS, words } of run.read) {
    expect(words).toEqual([...wordsOf(timeS, Number(metric.at(-1)))]);
  }
}

test('every point comes back under its own definition, unless it is settled', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 80 }), fc.integer({ min: 1, max: 9 }), async (acts, step) => {
      const first = await Run.open();
      await first.readAll();
      const expected = await play(first, acts, true);
      const second = await Run.open({ disk: first.disk });
      await second.readAll(step);
      expect(new Set(told(second))).toEqual(expected);
      expect(second.read).toHaveLength(expected.size);
      expectRight(second);
      expect(second.lost).toEqual([]);
      expect(second.journal.figures()).toMatchObject({ earlierValues: 0, unreadValues: 0 });
    }),
    { numRuns: 60 },
  );
});

test('what nobody else has is read in the same run, whenever it is read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (acts, step) => {
      const appended = acts.filter(({ kind }) => kind !== 'settle');
      const run = await Run.open();
      // Its own numbers: reading must not change those that the test gives out.
      const reader = await Run.open({ disk: run.disk });
      const expected = await play(run, appended, false);
      while ((await run.journal.read(step, reader.sink)) === 'more');
      expect(run.journal.catchUp(1000, reader.sink)).toBe(true);
      expect(told(reader)).toEqual([...expected]);
      expectRight(reader);
      expect(run.journal.figures().unreadValues).toBe(0);
    }),
    { numRuns: 60 },
  );
});
