import { expect, test } from 'vitest';
import { chance, seedOf } from '../../src/demo/dice.ts';
import { CrashScene } from './crash-scene.ts';

/** So many lives, from this one on: more of them than a usual run has time for. */
const LIVES = Number(process.env['MUSTER_LIVES'] ?? 6);
const FROM = Number(process.env['MUSTER_LIVES_FROM'] ?? 0);
const MIB = 1024 * 1024;

function randomOf(seed: number): () => number {
  let thrown = 0;
  return () => chance(seedOf(`crash ${seed}`), thrown++);
}

/** A random life: values come, the store goes and comes, the process ends in the middle of anything. */
async function live(seed: number): Promise<CrashScene> {
  const random = randomOf(seed);
  const pick = (n: number) => Math.floor(random() * n);
  const sources = pick(2) === 0 ? 1 : 60;
  const maxPoints = pick(2) === 0 ? 400 : 20_000;
  const scene = new CrashScene({ random, maxPoints, maxBytes: 64 * MIB });
  await scene.start();
  const records = 1 + pick(40);
  for (let step = 0; step < 150; step += 1) {
    const timeS = Math.floor(scene.nowMs / 1000);
    const what = pick(100);
    if (what < 60) {
      // Up to some seconds at once, so that segments fill.
      const seconds = 1 + pick(20);
      for (let s = 0; s < seconds; s += 1) {
        for (let r = 0; r < records; r += 1) scene.send(`p${r}`, timeS + s, sources);
      }
      await scene.pass(1000 * seconds);
    } else if (what < 63) scene.store.down = true;
    else if (what < 68) scene.store.down = false;
    else if (what < 69) scene.store.deaf = true;
    else if (what < 70) void scene.engine.hold(3000);
    else if (what < 73) scene.engine.release();
    else if (what < 79) await scene.crash(pick(2) === 0 ? 'kill' : 'power');
    else await scene.pass(1000 * pick(30));
    await scene.pass(50 * (1 + pick(60)));
    if (scene.store.deaf && pick(4) === 0) {
      // Puts that never answer go with their process.
      await scene.crash('kill');
      scene.store.deaf = false;
    }
    expect(scene.imbalance).toBe(0);
  }
  if (scene.store.deaf) await scene.crash('kill');
  return scene;
}

test.for(Array.from({ length: LIVES }, (_, i) => ({ seed: FROM + i })))(
  'nothing is lost or doubled in random life $seed',
  { timeout: 120_000 },
  async ({ seed }) => {
    const scene = await live(seed);
    expect(await scene.settle()).toBe(true);
    expect(scene.missing()).toEqual([]);
    expect(scene.lost).toEqual([]);
    expect(scene.reports.filter((text) => text.startsWith('error'))).toEqual([]);
    expect(scene.imbalance).toBe(0);
  },
);
