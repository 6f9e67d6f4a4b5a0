import type { Disk, DiskFile } from '../../src/ingest/journal/disk.ts';

interface Kept {
  bytes: Buffer;
  /** What a loss of power leaves of it. */
  synced: Buffer;
}

/**
 * Files in memory that take their time: every operation comes to pass at some moment between its call and its
 * answer. A crash ends it in between; what a process leaves behind, or a loss of power, is the next run's.
 */
export class CrashDisk implements Disk {
  readonly #files: Map<string, Kept>;
  readonly #random: () => number;
  #dead = false;
  /** Writes under way: a crash leaves any part of them. */
  readonly #writing = new Set<(part: number) => void>();

  constructor(random: () => number, files: ReadonlyMap<string, Kept> = new Map()) {
    this.#random = random;
    this.#files = new Map(files);
  }

  /** The disk as the next run finds it; this one answers no more. */
  crash(how: 'kill' | 'power'): CrashDisk {
    this.#dead = true;
    for (const write of this.#writing) write(this.#random());
    const left = new Map<string, Kept>();
    for (const [path, { bytes, synced }] of this.#files) {
      // Of what was not forced, the page cache may have written any part.
      const torn = synced.length + Math.floor(this.#random() * Math.max(0, bytes.length - synced.length));
      const now = how === 'kill' ? bytes : Buffer.from(bytes.subarray(0, Math.max(synced.length, torn)));
      left.set(path, { bytes: now, synced: now });
    }
    return new CrashDisk(this.#random, left);
  }

  get segments(): string[] {
    return [...this.#files.keys()].toSorted();
  }

  list(directory: string): Promise<readonly string[]> {
    const inside = [...this.#files.keys()].filter((path) => path.startsWith(`${directory}/`));
    const names = inside.map((path) => path.slice(directory.length + 1).split('/')[0] ?? '');
    return Promise.resolve([...new Set(names)]);
  }

  open(path: string, how: 'read' | 'write' | 'new'): Promise<DiskFile> {
    return this.#later(() => {
      if (how === 'new') this.#files.set(path, { bytes: Buffer.alloc(0), synced: Buffer.alloc(0) });
      return this.#file(this.#of(path));
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#later(() => {
      this.#files.set(to, this.#of(from));
      this.#files.delete(from);
    });
  }

  remove(path: string): Promise<void> {
    return this.#later(() => {
      this.#files.delete(path);
    });
  }

  syncDirectory(): Promise<void> {
    return this.#later(() => undefined);
  }

  #file(kept: Kept): DiskFile {
    return {
      bytes: kept.bytes.length,
      read: (into, at) => this.#later(() => kept.bytes.copy(into, 0, at, at + into.length)),
      write: (buffers, at) => {
        const bytes = Buffer.concat(buffers);
        const write = (part: number) => {
          const taken = Math.floor(part * bytes.length);
          const after = Buffer.alloc(Math.max(kept.bytes.length, at + taken));
          kept.bytes.copy(after);
          bytes.copy(after, at, 0, taken);
          kept.bytes = after;
        };
        this.#writing.add(write);
        return this.#later(() => {
          this.#writing.delete(write);
          write(1);
          return bytes.length;
        });
      },
      truncate: (length) =>
        this.#later(() => {
          kept.bytes = kept.bytes.subarray(0, length);
        }),
      sync: () => {
        const { bytes } = kept;
        return this.#later(() => {
          kept.synced = bytes;
        });
      },
      close: () => Promise.resolve(),
    };
  }

  #of(path: string): Kept {
    const kept = this.#files.get(path);
    if (!kept) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    return kept;
  }

  async #later<T>(act: () => T): Promise<T> {
    await this.#turns();
    const done = act();
    await this.#turns();
    return done;
  }

  async #turns(): Promise<void> {
    for (let n = Math.floor(this.#random() * 3); n > 0; n -= 1) await turn();
    // Nobody hears from a machine that is off.
    if (this.#dead) await new Promise(() => undefined);
  }
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
