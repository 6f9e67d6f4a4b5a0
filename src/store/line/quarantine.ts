import { constants } from 'node:fs';
import { appendFile, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { QUARANTINE_BYTES_MAX } from '../../limits.ts';

export interface QuarantineOptions {
  /** Absolute; made with the first lines. */
  readonly dir: string;
  /** The store's name, the beginning of its files'. */
  readonly store: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly bytesMax?: number;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
/** A named pipe in the place of a file would keep the store waiting for a reader. */
const HOW = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK;

/**
 * Where lines stand that a database refuses for good: a file a day, `<store>-<date>.lp`, each lot behind a
 * comment with time and reason, so that the file can be written to a database when the reason is mended.
 * Several threads may append to one file.
 */
export class Quarantine {
  readonly #o: QuarantineOptions;

  constructor(options: QuarantineOptions) {
    this.#o = options;
  }

  /** Keeps lines; answers where they stand, or why they stand nowhere. Never rejects. */
  async keep(lines: string, reason: string): Promise<string> {
    const { dir, store, now, bytesMax = QUARANTINE_BYTES_MAX } = this.#o;
    const time = new Date(now()).toISOString();
    const name = `${store}-${time.slice(0, 10)}.lp`;
    const text = `# ${time} ${reason.replaceAll('\n', ' ')}\n${lines}`;
    try {
      await mkdir(dir, { recursive: true });
      if ((await this.#bytes()) + Buffer.byteLength(text) > bytesMax) return `not kept, ${dir} is full`;
      await appendFile(join(dir, name), text, { flag: HOW, mode: 0o600 });
      return `kept in ${join(dir, name)}`;
    } catch (error) {
      return `not kept: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async #bytes(): Promise<number> {
    const { dir, store } = this.#o;
    const names = (await readdir(dir)).filter((name) => name.startsWith(`${store}-`) && name.endsWith('.lp'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}
