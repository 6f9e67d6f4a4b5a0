import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { Scene } from './scene.ts';
import { ROUNDS } from './seed.ts';

/**
 * The store is away for longer than the cache can hold, and comes back. Proves that the journal holds what memory
 * does not, that points reach the store in order when it is back, and that a server which dies meanwhile loses
 * nothing either.
 *
 * The RRD directory is replaced by a file: permissions would not stop root.
 */

const SMALL = '{ max_age: 1s, jitter: 1s, max_points: 1000, journal_sync: 1s }';

test('the RRD directory is gone for a while', async () => {
  await using scene = await Scene.open('store down', { cache: SMALL });
  const { site, dice } = scene;
  const rounds = Math.ceil(ROUNDS / 4);
  for (let round = 1; round <= rounds; round += 1) {
    await scene.run(dice.whole(1000, 2500));
    away(scene.rrdDir);
    await scene.run(dice.whole(1000, 4000));
    await scene.checkBooks(`while the store is down in round ${round}`);
    const dies = round === 1 || dice.next() < 0.5;
    if (dies) {
      await site.kill();
      site.start();
      await site.listening();
      await scene.run(dice.whole(0, 2000));
    }
    back(scene.rrdDir);
    await scene.run(dice.whole(0, 2000));
    await scene.checkBooks(`with the store back in round ${round}`);
  }
  await scene.drain();
  scene.conclude(await scene.judgeRrd());
});

function away(dir: string): void {
  renameSync(dir, `${dir}.away`);
  writeFileSync(dir, '');
}

function back(dir: string): void {
  rmSync(dir);
  renameSync(`${dir}.away`, dir);
}
