import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of its own in memory, which can be filled up and freed again. */
export class SmallDisk implements Disposable {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Mounts it on `dir`, which is made; or says why that may not be. */
  static on(dir: string, mebibytes: number): SmallDisk | string {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const options = `size=${mebibytes}m,mode=0700`;
    const { status, stderr, error } = spawnSync('/usr/bin/mount', [
      '-t',
      'tmpfs',
      '-o',
      options,
      'tmpfs',
      dir,
    ]);
    if (status === 0) return new SmallDisk(dir);
    return `a tmpfs cannot be mounted here: ${error?.message ?? stderr.toString().trim()}`;
  }

  /** Takes all the space there is. */
  fill(): void {
    const file = openSync(this.#ballast, 'a');
    for (let bytes = 1024 * 1024; bytes >= 1; bytes /= 2) while (took(file, bytes));
    closeSync(file);
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  [Symbol.dispose](): void {
    spawnSync('/usr/bin/umount', ['-l', this.#dir]);
  }

  get #ballast(): string {
    return join(this.#dir, 'ballast');
  }
}

function took(file: number, bytes: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(bytes)) > 0;
  } catch {
    return false;
  }
}
