import type { Disk, DiskFile } from '../../../src/ingest/journal/disk.ts';

type Operation = 'open' | 'read' | 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'list';

/** Files in memory, with the faults that real disks have. */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, Buffer>();
  /** Bytes that all files may have; a write beyond is cut short, as Linux does, and the next one fails. */
  capacity = Number.POSITIVE_INFINITY;
  /** Faults by operation: the error code that it rejects with, or none; `path` says of which file. */
  fault: (operation: Operation, path: string) => string | undefined = () => undefined;
  /** While it is set, writes wait for it. */
  hung: Promise<void> | undefined;
  /** The same of syncs. */
  hungSync: Promise<void> | undefined;
  writes = 0;
  syncs = 0;
  openFiles = 0;
  /** Paths in the order in which they were removed. */
  readonly removed: string[] = [];

  get bytes(): number {
    let bytes = 0;
    for (const file of this.files.values()) bytes += file.length;
    return bytes;
  }

  /** Paths of the segments in a directory, as their names sort. */
  segments(directory = '/j'): string[] {
    return [...this.files.keys()].filter((path) => path.lastIndexOf('/') === directory.length).toSorted();
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#do('list', directory, () => {
      const inside = [...this.files.keys()].filter((path) => path.startsWith(`${directory}/`));
      return [...new Set(inside.map((path) => path.slice(directory.length + 1).split('/')[0] ?? ''))];
    });
  }

  open(path: string, how: 'read' | 'write' | 'new'): Promise<DiskFile> {
    return this.#do('open', path, () => {
      const there = this.files.get(path);
      if (how === 'new' && there) throw fault('EEXIST');
      if (how !== 'new' && !there) throw fault('ENOENT');
      if (how === 'new') this.files.set(path, Buffer.alloc(0));
      this.openFiles += 1;
      return this.#file(path, there?.length ?? 0);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do('rename', from, () => {
      this.files.set(to, this.#bytesOf(from));
      this.files.delete(from);
    });
  }

  remove(path: string): Promise<void> {
    return this.#do('remove', path, () => {
      this.files.delete(path);
      this.removed.push(path);
    });
  }

  async syncDirectory(): Promise<void> {}

  #file(path: string, bytes: number): DiskFile {
    return {
      bytes,
      read: (into, at) =>
        this.#do('read', path, () => this.#bytesOf(path).copy(into, 0, at, at + into.length)),
      write: async (buffers, at) => {
        await this.hung;
        return this.#do('write', path, () => this.#write(path, Buffer.concat(buffers), at));
      },
      truncate: (length) =>
        this.#do('truncate', path, () => {
          this.files.set(path, this.#bytesOf(path).subarray(0, length));
        }),
      sync: async () => {
        await this.hungSync;
        return this.#do('sync', path, () => {
          this.syncs += 1;
        });
      },
      close: () => {
        this.openFiles -= 1;
        return Promise.resolve();
      },
    };
  }

  #write(path: string, bytes: Buffer, at: number): number {
    this.writes += 1;
    const before = this.files.get(path) ?? Buffer.alloc(0);
    const grows = Math.max(0, at + bytes.length - before.length);
    const room = Math.max(0, this.capacity - this.bytes);
    const taken = bytes.length - Math.max(0, grows - room);
    if (taken <= 0) throw fault('ENOSPC');
    const after = Buffer.alloc(Math.max(before.length, at + taken));
    before.copy(after);
    bytes.copy(after, at, 0, taken);
    this.files.set(path, after);
    return taken;
  }

  #bytesOf(path: string): Buffer {
    const bytes = this.files.get(path);
    if (!bytes) throw fault('ENOENT');
    return bytes;
  }

  async #do<T>(operation: Operation, path: string, act: () => T): Promise<T> {
    const code = this.fault(operation, path);
    if (code !== undefined) throw fault(code);
    return act();
  }
}

function fault(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants it`), { code });
}
