import { join } from 'node:path';
import { test } from 'vitest';
import { FlakyProxy } from './flaky-proxy.ts';
import { Scene } from './scene.ts';
import { Dice, ROUNDS } from './seed.ts';
import { storeAt, Victoria } from './victoria.ts';
import type { Moods } from './flaky-proxy.ts';
import type { SentValue } from './truth.ts';

/**
 * VictoriaMetrics is down, overloaded, silent, or cut off between a write and its acknowledgement, and the server
 * is killed now and then. Proves that every sample gets there, at its time, and that a query shows it once, however
 * often it was written; and that a cache smaller than what waits leaves the rest to the journal.
 */

const SMALL = '{ max_age: 1s, jitter: 1s, max_points: 1000, journal_sync: 1s }';
const LARGE = '{ max_age: 2s, jitter: 1s, journal_sync: 1s }';
const NARROW = '{ max_age: 1s, jitter: 1s, max_points: 1000, journal_max: 1MiB }';
/** Samples of each series that come to more than the journal may hold. */
const FULL_STEPS = 1500;
const MIXED: Moods = ['pass', 'refuse', 'wait', 'cut', 'swallow'];
const FAULTY: readonly [Moods, ...Moods[]] = [['refuse'], ['wait'], ['hang'], ['swallow'], MIXED, MIXED];

test('VictoriaMetrics comes and goes', async () => {
  const scene = await Scene.prepare('VictoriaMetrics', { cache: LARGE, gmondEveryS: 3 });
  await using running = scene;
  const { site, dice } = running;
  await using victoria = await Victoria.start(join(site.dir, 'store'));
  await using proxy = await FlakyProxy.before(() => victoria.url, new Dice('proxy'));
  site.change({ store: storeAt(proxy.url) });
  await scene.begin();
  for (let round = 1; round <= ROUNDS; round += 1) {
    await scene.run(dice.whole(500, 2000));
    const isDown = dice.next() < 0.25;
    if (isDown) await victoria.stop();
    else proxy.moods = dice.pick(FAULTY);
    await scene.run(dice.whole(500, 5000));
    await scene.checkBooks(`while the store is faulty in round ${round}`);
    if (dice.next() < 0.5) {
      await site.kill();
      site.change({ cache: dice.pick([SMALL, LARGE]) });
      site.start();
      await site.listening();
    }
    if (isDown) await victoria.start();
    proxy.moods = dice.next() < 0.5 ? ['pass'] : MIXED;
  }
  proxy.moods = ['pass'];
  await scene.drain();
  const { verdict, doubled } = await victoria.judge(scene.truth);
  scene.conclude(verdict, `${doubled} samples written again; requests ${told(proxy)}`);
});

/**
 * With a journal that is too small for the outage, values are lost by intent. Proves that the counter of lost
 * values is exact, and that it is the oldest that go.
 */
test('the store is down until the journal is full', async () => {
  const scene = await Scene.prepare('journal full', { cache: NARROW, gmondEveryS: 3 });
  await using running = scene;
  const { site, sender } = running;
  await using victoria = await Victoria.start(join(site.dir, 'store'));
  site.change({ store: storeAt(victoria.url) });
  await scene.begin();
  sender.pause();
  await victoria.stop();
  await sender.rush(FULL_STEPS);
  await scene.run(500);
  await victoria.start();
  const books = await scene.drain({ mayLose: true });
  const { verdict } = await victoria.judge(scene.truth);
  const { missing } = verdict;
  if (books?.lost === 0) scene.faults.push('the journal was not full: the test proves nothing');
  if (missing.length !== books?.lost) {
    scene.faults.push(`${missing.length} values are missing, ${books?.lost} are counted as lost`);
  }
  const torn = [...Map.groupBy(missing, ({ series }) => series).values()].filter((lost) => !isOneRun(lost));
  if (torn.length > 0) scene.faults.push(`${torn.length} series have lost others than their oldest`);
  scene.conclude({ ...verdict, missing: [] }, `${missing.length} lost and counted`);
});

/** Are these samples of a series neighbours, as when the oldest of what waited went? */
function isOneRun(lost: readonly SentValue[]): boolean {
  const numbers = lost.map(({ n }) => n);
  return Math.max(...numbers) - Math.min(...numbers) === numbers.length - 1;
}

function told({ counts }: FlakyProxy): string {
  return [...counts].map(([mood, count]) => `${mood} ${count}`).join(', ');
}
