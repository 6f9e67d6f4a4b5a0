import { basename, join } from 'node:path';
import { JOURNAL_DAMAGED_MAX } from '../../limits.ts';
import { faultOf } from './disk.ts';
import { segmentId } from './format.ts';
import type { Disk } from './disk.ts';
import type { Report } from './report.ts';

/** Where damaged segments are kept for whoever wants to look at them; a bounded number. */
export class Aside {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #report: Report;
  /** Where those of this run are now. */
  readonly paths: string[] = [];

  /** `directory`: the journal's. */
  constructor(disk: Disk, directory: string, report: Report) {
    this.#disk = disk;
    this.#directory = join(directory, 'damaged');
    this.#report = report;
  }

  /** Moves a segment's file there. Rejects with what the operating system says. */
  async take(path: string, why: string): Promise<void> {
    const moved = join(this.#directory, basename(path));
    const names = await this.#disk.list(this.#directory);
    await this.#disk.rename(path, moved);
    this.paths.push(moved);
    if (this.paths.length > JOURNAL_DAMAGED_MAX) this.paths.shift();
    this.#report('error', 'a journal segment was damaged and is set aside; the rest is used', {
      path: moved,
      cause: why,
    });
    await this.#prune([...names, basename(path)]);
  }

  async #prune(names: readonly string[]): Promise<void> {
    const segments = names.filter((name) => segmentId(name) !== undefined).toSorted();
    for (const name of segments.slice(0, -JOURNAL_DAMAGED_MAX)) {
      const path = join(this.#directory, name);
      try {
        await this.#disk.remove(path);
        this.#report('warn', 'too many damaged journal segments are kept: the oldest is removed', { path });
      } catch (error) {
        this.#report('warn', 'a damaged journal segment cannot be removed', { path, cause: faultOf(error) });
      }
    }
  }
}
