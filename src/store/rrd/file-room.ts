import { statfs } from 'node:fs/promises';
import { RRD_FREE_SHARE_MIN } from '../../limits.ts';

const LOOK_MS = 5000;

/** The free share of a directory's disk. Rejects where it cannot be asked. */
export type FreeShare = (directory: string) => Promise<number>;

/**
 * Whether a disk has room for new files. Files that are there take their points without growing, and the
 * journal and the databases need some: so whoever invents names must not fill the last of it.
 */
export class FileRoom {
  readonly #freeShare: FreeShare;
  readonly #now: () => number;
  /** By root: what was asked last, and when. */
  readonly #asked = new Map<string, { atMs: number; isLeft: Promise<boolean> }>();

  constructor(now: () => number, freeShare: FreeShare = freeShareOf) {
    this.#now = now;
    this.#freeShare = freeShare;
  }

  isLeft(root: string): Promise<boolean> {
    const before = this.#asked.get(root);
    const nowMs = this.#now();
    if (before && Math.abs(nowMs - before.atMs) < LOOK_MS) return before.isLeft;
    const isLeft = this.#look(root);
    this.#asked.set(root, { atMs: nowMs, isLeft });
    return isLeft;
  }

  /** What cannot be asked is for the making of the file to tell. */
  async #look(root: string): Promise<boolean> {
    const share = await this.#freeShare(root).catch(() => 1);
    return share >= RRD_FREE_SHARE_MIN;
  }
}

async function freeShareOf(directory: string): Promise<number> {
  const { bavail, blocks } = await statfs(directory);
  return blocks === 0 ? 1 : bavail / blocks;
}
