import { test } from 'vitest';
import { Scene } from './scene.ts';
import { ROUNDS } from './seed.ts';

/**
 * Ends while the journal is read back: kill -9 at every moment of it, and SIGTERM. Proves that reading back may
 * be broken off and begun again as often as one likes: what was stored is not stored twice, what was not is not
 * forgotten, and a stop in the middle exits 0 with everything in the store or still in the journal.
 */

/** A cache that holds everything for long, so that a death leaves much to read back. */
const LAZY = '{ max_age: 300s, jitter: 0s, journal_sync: 1s }';
const EAGER = '{ max_age: 2s, jitter: 1s, journal_sync: 1s }';
const STEPS = 200;

test('kill -9 during replay, and SIGTERM during replay', async () => {
  await using scene = await Scene.open('replay', { hosts: 4, metrics: 8, cache: LAZY });
  const { site, sender, dice } = scene;
  sender.pause();
  await sender.rush(STEPS);
  await site.until('everything read', () => site.watch.waitingBytes === 0);
  await scene.run(150);
  await site.kill();
  sender.start();
  for (let round = 1; round <= ROUNDS; round += 1) {
    site.change({ cache: dice.pick([LAZY, EAGER]) });
    site.start();
    const asked = dice.next() < 0.3;
    if (asked || dice.next() < 0.7) await site.listening();
    await scene.run(dice.whole(0, 1200));
    if (!asked) await site.kill();
    else {
      const { code } = await site.stop();
      if (code !== 0) scene.faults.push(`SIGTERM in round ${round}: exit code ${code}`);
    }
  }
  site.change({ cache: EAGER });
  site.start();
  await site.ready();
  await scene.run(1000);
  await scene.drain();
  scene.conclude(await scene.judgeRrd());
});
