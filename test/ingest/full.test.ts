import { expect, test } from 'vitest';
import { chance, seedOf } from '../../src/demo/dice.ts';
import { CrashScene } from './crash-scene.ts';

/** So many lives, from this one on. */
const LIVES = Number(process.env['MUSTER_LIVES'] ?? 4);
const FROM = Number(process.env['MUSTER_LIVES_FROM'] ?? 0);
const MIB = 1024 * 1024;
const SOURCES = 60;

interface Life {
  readonly seed: number;
  /** The clock is set while it lasts. */
  readonly jumps: boolean;
}

/** A store that is away for longer than the journal lasts, and groups that come and go. */
async function live({ seed, jumps }: Life): Promise<CrashScene> {
  let thrown = 0;
  const random = () => chance(seedOf(`full ${seed}`), thrown++);
  const pick = (n: number) => Math.floor(random() * n);
  const scene = new CrashScene({ random, maxPoints: 300, maxBytes: 3 * MIB });
  await scene.start();
  let wallS = Math.floor(scene.nowMs / 1000);
  for (let step = 0; step < 80; step += 1) {
    const what = pick(100);
    if (what < 70) {
      for (let s = 0; s < 10; s += 1) {
        wallS += 1;
        for (let r = 0; r < 10; r += 1) scene.send(`p${r}`, wallS, SOURCES);
        await scene.pass(50);
      }
    } else if (what < 80) scene.store.down = true;
    else if (what < 84) scene.store.down = false;
    else if (what < 86) await scene.regroup();
    else if (what < 92 && jumps) wallS += pick(2) === 0 ? 300 : -Math.min(300, step);
    await scene.pass(50 * (1 + pick(100)));
    wallS = jumps ? wallS : Math.max(wallS, Math.floor(scene.nowMs / 1000));
    expect(scene.imbalance).toBe(0);
  }
  return scene;
}

test.for(Array.from({ length: LIVES }, (_, i): Life => ({ seed: FROM + i, jumps: i % 2 === 1 })))(
  'what is missing is counted, in random life $seed (clock set: $jumps)',
  { timeout: 120_000 },
  async ({ seed, jumps }) => {
    const scene = await live({ seed, jumps });
    expect(await scene.settle(7_200_000)).toBe(true);
    const missing = scene.missing().length * SOURCES;
    const lost = scene.lost.reduce((sum, [, values]) => sum + values, 0) - scene.refusedValues;
    // A second that came twice may be lost once and stored once.
    if (jumps) expect(missing).toBeLessThanOrEqual(lost);
    else expect(missing).toBe(lost);
    expect(scene.imbalance).toBe(0);
  },
);
