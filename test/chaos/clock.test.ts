import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { Scene } from './scene.ts';
import { ROUNDS } from './seed.ts';

/**
 * The wall clock is set forwards and backwards by hours under load, and between a death and the next start.
 * Proves that neither the cache nor the journal nor replay go by it: every sample that brings a time of its own
 * (collectd's) is stored once, at that time.
 *
 * gmond's samples are of the second the clock shows when they arrive; with a clock that jumps there is nothing to
 * hold them against, and none are sent.
 */

const HOUR_MS = 3_600_000;
const NEVER_S = 2 ** 40;

test('the clock jumps by hours', async () => {
  const scene = await Scene.prepare('clock', { cache: '{ max_age: 2s, jitter: 1s }', gmondEveryS: NEVER_S });
  await using running = scene;
  const { site, dice } = running;
  const file = join(site.dir, 'clock');
  const setClock = (hours: number) => {
    writeFileSync(`${file}.new`, String(Math.round(hours * HOUR_MS)));
    renameSync(`${file}.new`, file);
  };
  site.change({ preload: { module: 'clock-preload.ts', env: { MUSTER_CHAOS_CLOCK: file } } });
  await scene.begin();
  for (let round = 1; round <= ROUNDS; round += 1) {
    await scene.run(dice.whole(300, 2000));
    setClock(dice.pick([-1, 1]) * dice.next() * 12);
    await scene.run(dice.whole(100, 2000));
    await scene.checkBooks(`after jump ${round}`);
    if (dice.next() < 0.5) continue;
    await site.kill();
    setClock(dice.pick([-1, 1]) * dice.next() * 12);
    site.start();
    await site.listening();
  }
  setClock(0);
  await scene.drain();
  scene.conclude(await scene.judgeRrd());
});
