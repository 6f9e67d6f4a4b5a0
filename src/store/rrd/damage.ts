import { lstat, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RRD_SET_ASIDE_PER_MINUTE } from '../../limits.ts';
import { asideSuffix } from '../../model/set-aside.ts';
import { refusal, refused } from './fault.ts';
import { isFull } from './tree.ts';
import type { SetAside } from '../../model/set-aside.ts';
import type { Refusal } from './fault.ts';

/**
 * What rrdtool 1.7 says of a file whose content is no RRD any more, each in its own words: another file, one
 * cut off in the header or in the rows, an empty one, a spoilt definition; and one on which it crashes, which
 * `Crew` tells. A file of another version of RRDtool or another architecture is whole: `rrdtool dump` there and
 * `rrdtool restore` here move it.
 */
const DAMAGED = [
  /' is not an RRD file$/,
  /' is too small \(should be -?\d+ bytes\)$/,
  /(reached EOF|short read) while (loading|reading) header/,
  /^mmaping file '[^]*': Invalid argument$/,
  /unknown (consolidation|data acquisition) function '/,
  /^rrdtool crashed \d+ times on this file/,
];

const ELSEWHERE = /created on another architecture|can't handle RRD file version/;
const MINUTE_MS = 60_000;

/** Whether rrdtool's answer about a file means that its content is damaged. */
export function isDamaged(text: string): boolean {
  return DAMAGED.some((words) => words.test(text.trimEnd()));
}

/** What to do about a file that is whole but cannot be read here; empty for other answers. */
export function cureElsewhere(text: string): string {
  return ELSEWHERE.test(text) ? ': `rrdtool dump` it where it was made, and `rrdtool restore` it here' : '';
}

/** Moves damaged files out of the way, beside where they were, so many a minute at most. */
export class DamagedFiles {
  readonly #now: () => number;
  readonly #told: (aside: SetAside) => void;
  #lately: number[] = [];

  /** `now`: epoch milliseconds. */
  constructor(now: () => number, told: (aside: SetAside) => void) {
    this.#now = now;
    this.#told = told;
  }

  /** Undefined: `path` is free for a new file. Else why the file stays, and its points wait. */
  async setAside(path: string, found: string): Promise<Refusal | undefined> {
    const nowMs = this.#now();
    this.#lately = this.#lately.filter((timeMs) => timeMs <= nowMs && nowMs - timeMs < MINUTE_MS);
    if (this.#lately.length >= RRD_SET_ASIDE_PER_MINUTE) {
      const many = `${RRD_SET_ASIDE_PER_MINUTE} damaged files were set aside within a minute`;
      return refused(
        'store_refused',
        true,
        `${path}: ${found}; ${many}: this one waits. Is its disk failing?`,
      );
    }
    this.#lately.push(nowMs);
    try {
      const file = await lstat(path);
      if (!file.isFile()) return refused('store_refused', false, `${path}: ${found}: it is no plain file`);
      if (await isFull(dirname(path))) return refused('store_full', true, `${path}: ${found}: no space left`);
      const moved = path + asideSuffix(nowMs);
      await rename(path, moved);
      this.#told({
        what: `an RRD file was damaged (${withoutPath(found, path)}); a new one begins`,
        path,
        moved,
      });
      return undefined;
    } catch (error) {
      return refusal(`${path}: ${found}: it cannot be set aside: ${String(error)}`);
    }
  }
}

function withoutPath(text: string, path: string): string {
  return text.trimEnd().replaceAll(`'${path}'`, 'it').replaceAll(path, 'it');
}
