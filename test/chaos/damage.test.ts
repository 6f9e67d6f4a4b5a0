import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { Scene } from './scene.ts';
import { ROUNDS } from './seed.ts';
import { storeAt, Victoria } from './victoria.ts';
import type { Dice } from './seed.ts';

/**
 * The journal is damaged while no server runs: bytes are changed, rubbish is appended. Proves that the start takes
 * place all the same, that the damaged segment is kept aside, that everything outside the damage is stored, and
 * that what is missing is counted as lost, to the value.
 */

/** Nothing is written before the end, so that all the journal has is needed. */
const LAZY = '{ max_age: 300s, jitter: 0s }';
/** Behind a segment's head, which tells what the file is. */
const HEAD_BYTES = 32;

test('damaged journal segments', async () => {
  const scene = await Scene.prepare('damage', { cache: LAZY, gmondEveryS: 3 });
  await using running = scene;
  const { site, dice } = running;
  await using victoria = await Victoria.start(join(site.dir, 'store'));
  site.change({ store: storeAt(victoria.url) });
  await scene.begin();
  let lost = 0;
  const rounds = Math.ceil(ROUNDS / 4);
  for (let round = 1; round <= rounds; round += 1) {
    await scene.run(dice.whole(1500, 3000));
    await site.kill();
    const segments = segmentsBelow(join(site.dataDir, 'journal'));
    const segment = dice.pick(segments as [string, ...string[]]);
    const isHarmless = dice.next() < 0.3;
    if (isHarmless) appendFileSync(segment, rubbish(dice));
    else change(segment, dice);
    site.start();
    await site.ready();
    await scene.run(dice.whole(0, 1000));
    const { code, books } = await site.stop();
    if (code !== 0 || !books) scene.faults.push(`round ${round} ended with ${code}`);
    lost += books?.lost ?? 0;
    if (!isHarmless && !existsSync(join(segment, '../damaged'))) {
      scene.faults.push(`round ${round}: no damaged segment is kept`);
    }
    site.start();
    await site.ready();
  }
  await scene.run(500);
  await scene.drain();
  const { verdict } = await victoria.judge(scene.truth);
  // Of what came right before a death nobody knows whether it was in the journal that was damaged then.
  const missing = verdict.missing.filter(({ sent, n }) => !site.watch.excuses(sent.sentMs[n] ?? 0));
  if (lost < missing.length || lost > verdict.missing.length) {
    scene.faults.push(`${missing.length} are missing, ${lost} counted as lost`);
  }
  const excused = verdict.missing.filter((value) => !missing.includes(value));
  scene.conclude({ ...verdict, missing: excused }, `${lost} lost and counted`);
});

function segmentsBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.journal') && !name.includes('damaged'))
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).size > 4 * HEAD_BYTES);
}

function rubbish(dice: Dice): Buffer {
  return Buffer.from(Array.from({ length: dice.whole(1, 500) }, () => dice.whole(0, 255)));
}

/** Changes a few neighbouring bytes. */
function change(path: string, dice: Dice): void {
  const bytes = readFileSync(path);
  const at = dice.whole(HEAD_BYTES, bytes.length - 1);
  for (let i = at; i < Math.min(bytes.length, at + 4); i += 1)
    bytes[i] = (bytes[i] ?? 0) ^ dice.whole(1, 255);
  writeFileSync(path, bytes);
}
