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
  /** By root: what was seen last, and when. */
  readonly #seen = new Map<string, { atMs: number; isLeft: boolean }>();

  constructor(now: () => number, freeShare: FreeShare = freeShareOf) {
    this.#now = now;
    this.#freeShare = freeShare;
  }

  async isLeft(root: string): Promise<boolean> {
    const seen = this.#seen.get(root);
    if (seen && Math.abs(this.#now() - seen.atMs) < LOOK_MS) return seen.isLeft;
    // Others do not ask meanwhile; what cannot be asked is for the making of the file to tell.
    const asked = { atMs: this.#now(), isLeft: seen?.isLeft ?? true };
    this.#seen.set(root, asked);
    const share = await this.#freeShare(root).catch(() => 1);
    asked.isLeft = share >= RRD_FREE_SHARE_MIN;
    return asked.isLeft;
  }
}

async function freeShareOf(directory: string): Promise<number> {
  const { bavail, blocks } = await statfs(directory);
  return blocks === 0 ? 1 : bavail / blocks;
}
