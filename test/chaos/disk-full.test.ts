import { join } from 'node:path';
import { test } from 'vitest';
import { Scene } from './scene.ts';
import { ROUNDS } from './seed.ts';
import { SmallDisk } from './small-disk.ts';

/**
 * The disk fills up and is freed again. Proves that a full disk, below the RRD files alone or below everything
 * (journal and databases as well), ends no server, tears no file, and loses no value of those that came
 * meanwhile: the journal holds them, or memory where the journal cannot be written.
 */

const CACHE = '{ max_age: 2s, jitter: 1s, journal_sync: 0s }';
const MEBIBYTES = 32;

test.for([
  { name: 'the RRD directory is on a full disk', below: 'rrd' },
  { name: 'data_dir is on a full disk', below: '' },
])('$name', async ({ name, below }, { skip }) => {
  await using scene = await Scene.prepare(name, { cache: CACHE, hosts: 2 });
  const { site, dice } = scene;
  const mounted = SmallDisk.on(join(site.dataDir, below), MEBIBYTES);
  if (typeof mounted === 'string') return skip(mounted);
  using disk = mounted;
  if (dice.next() < 0.5) disk.fill(); // Even the first files find no room.
  if (below === '') disk.free(); // But a server that starts needs some.
  await scene.begin();
  const rounds = Math.ceil(ROUNDS / 4);
  for (let round = 1; round <= rounds; round += 1) {
    await scene.run(dice.whole(500, 2500));
    disk.fill();
    await scene.run(dice.whole(500, 4000));
    await scene.checkBooks(`on a full disk in round ${round}`);
    disk.free();
    await scene.run(dice.whole(500, 2500));
    await scene.checkBooks(`with space again in round ${round}`);
  }
  await scene.drain();
  scene.conclude(await scene.judgeRrd());
});
