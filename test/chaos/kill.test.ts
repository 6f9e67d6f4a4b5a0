import { test } from 'vitest';
import { Scene } from './scene.ts';
import { ROUNDS } from './seed.ts';

/**
 * kill -9 under load, again and again on one data directory. Proves that a value received 100 ms before a death
 * is in its RRD file once the server has run again; that values received while earlier ones are read back are
 * stored as well, in order; and that the books of every run balance with nothing lost.
 */

test('kill -9 under load: nothing older than 100 ms is lost', async () => {
  await using scene = await Scene.open('kill -9', { hosts: 4 });
  const { site, dice } = scene;
  for (let round = 1; round <= ROUNDS; round += 1) {
    await scene.run(dice.whole(200, 2500));
    await scene.checkBooks(`in round ${round}`);
    await site.kill();
    if (dice.next() < 0.5) await scene.run(dice.whole(0, 1000));
    const [ageS, syncS] = [dice.whole(2, 20), dice.whole(0, 1)];
    site.change({ cache: `{ max_age: ${ageS}s, jitter: ${dice.whole(0, 2)}s, journal_sync: ${syncS}s }` });
    site.start();
    await site.listening();
    if (dice.next() < 0.5) await site.ready();
  }
  await scene.run(1000);
  await scene.drain();
  scene.conclude(await scene.judgeRrd());
});
