import { test } from 'vitest';
import { Scene } from './scene.ts';
import { ROUNDS } from './seed.ts';
import { without } from './verdict.ts';

/**
 * rrdtool itself dies or stands still while the server writes. Proves that every point a dead rrdtool did not
 * acknowledge is written by the next one, once, and that one that is stopped for a while costs nothing.
 *
 * A kill may leave the one file that was being written with its rows one off (docs/decisions/0002, Limits): as
 * many files may be wrong as there were kills, and no value of any other.
 */

test('kill -9 of rrdtool in the middle of writing', async () => {
  await using scene = await Scene.open('rrdtool killed', { cache: '{ max_age: 1s, jitter: 1s }' });
  const { site, dice } = scene;
  let kills = 0;
  for (let round = 1; round <= 5 * ROUNDS; round += 1) {
    await scene.run(dice.whole(50, 700));
    for (const pid of site.rrdtools()) {
      if (dice.next() < 0.5) continue;
      process.kill(pid, 'SIGKILL');
      kills += 1;
    }
  }
  await scene.run(1000);
  await scene.drain();
  const verdict = await scene.judgeRrd();
  const torn = new Set(verdict.wrong.map(({ record }) => record));
  if (torn.size > kills) scene.faults.push(`${torn.size} files are wrong after ${kills} kills`);
  scene.conclude(without(verdict, torn), `${kills} kills tore ${torn.size} files`);
});

test('rrdtool stands still for a while', async () => {
  await using scene = await Scene.open('rrdtool stopped', { cache: '{ max_age: 1s, jitter: 1s }' });
  const { site, dice } = scene;
  for (let round = 1; round <= ROUNDS; round += 1) {
    await scene.run(dice.whole(50, 700));
    const stopped = site.rrdtools().filter(() => dice.next() < 0.7);
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    await scene.run(dice.whole(200, 2500));
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
  }
  await scene.drain();
  scene.conclude(await scene.judgeRrd());
});
