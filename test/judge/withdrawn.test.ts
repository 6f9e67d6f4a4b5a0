import { expect, test } from 'vitest';
import { covers } from '../alert/quiet/rules.ts';
import { definition } from '../check/definition.ts';
import { bench, MemoryStore, Pager, START_MS } from './fleet.ts';

const DOWN = { ok: false, retryable: true, detail: 'HTTP 503' } as const;
const WELL = { ok: true, detail: 'HTTP 200' } as const;

test('a page taken back and made again in the next turn is one, waits, and goes once', async () => {
  const [store, pager] = [new MemoryStore(), new Pager()];
  const { fleet, judge, at, run } = bench({ store, pager, definitions: [definition()] });
  const outcomes = () => [...store.pages.values()].map(({ outcome }) => outcome);
  pager.outcome = DOWN;
  fleet.sample('w1', 'load_one', 9, 1);
  await at(1);
  await at(2);
  const time = { kind: 'fixed', fromMs: START_MS, toMs: START_MS + 3_600_000 } as const;
  const [comment, author] = ['disks', 'ann'];
  judge.ask({ kind: 'quieten', covers: covers({ host: 'w1' }), time, comment, author }, START_MS + 2500);
  await at(3);
  judge.ask({ kind: 'end-quiet', id: 'd1', by: author }, START_MS + 3500);
  await at(4);
  await at(5);
  expect(outcomes()).toEqual(['pending']);
  pager.outcome = WELL;
  for (let second = 6; second < 60; second += 1) {
    fleet.sample('w1', 'load_one', 9, second);
    await run(second);
  }
  expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
  expect(outcomes()).toEqual(['delivered']);
});
