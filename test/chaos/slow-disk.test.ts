import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Scene } from './scene.ts';
import { ROUNDS } from './seed.ts';

/**
 * The journal's disk is slow by seconds. Proves that it holds up neither the sockets nor the pump: datagrams are
 * read as they come and the kernel drops none. With slow syncs alone a kill -9 still costs nothing older than
 * 100 ms, as the operating system has what was handed over; with slow writes nothing is lost as long as the
 * process lives.
 */

const SLOW_MS = 2000;
/** An event loop that waited for one write would be deaf for longer, some time. */
const UNREAD_MAX_MS = SLOW_MS / 2;
const CACHE = '{ max_age: 3s, jitter: 1s, journal_sync: 0s }';

test('syncs take seconds, and the server is killed', async () => {
  const env = { MUSTER_CHAOS_SYNC_MS: String(SLOW_MS) };
  const preload = { module: 'slow-disk-preload.ts', env };
  await using scene = await Scene.open('slow syncs', { cache: CACHE, preload });
  const { site, dice } = scene;
  for (let round = 1; round <= Math.ceil(ROUNDS / 2); round += 1) {
    await scene.run(dice.whole(500, 3000));
    await scene.checkBooks(`in round ${round}`);
    await site.kill();
    site.start();
    await site.listening();
  }
  await scene.drain();
  scene.conclude(await scene.judgeRrd());
});

test('writes take seconds', async () => {
  const env = { MUSTER_CHAOS_SYNC_MS: String(SLOW_MS), MUSTER_CHAOS_WRITE_MS: String(SLOW_MS) };
  const preload = { module: 'slow-disk-preload.ts', env };
  await using scene = await Scene.open('slow writes', { cache: CACHE, preload, tickMs: 50 });
  const { site, dice } = scene;
  site.watch.forgetUnread();
  for (let round = 1; round <= ROUNDS; round += 1) {
    await scene.run(dice.whole(1000, 2000));
    await scene.checkBooks(`in round ${round}`);
  }
  const { unreadMs } = site.watch;
  if (unreadMs > UNREAD_MAX_MS) scene.faults.push(`datagrams waited ${unreadMs} ms to be read`);
  expect(existsSync(join(site.dataDir, 'journal'))).toBe(true);
  await scene.drain();
  scene.conclude(await scene.judgeRrd(), `datagrams waited ${unreadMs} ms at most`);
});
