import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';

/** Tells soon after something in a directory has changed, as far as its file system tells at all. */
export interface DirectoryNews extends Disposable {
  /** From now on these; one that does not exist is not watched. */
  follow(directories: readonly string[]): void;
  /** Asks to be told as if something had changed. */
  remind(): void;
}

/** An editor that saves makes several events of one change. */
const QUIET_MS = 150;

export class DirectoryWatch implements DirectoryNews {
  readonly #changed: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  follow(directories: readonly string[]): void {
    for (const known of this.#watchers.keys()) {
      if (!directories.includes(known)) this.#drop(known);
    }
    for (const directory of directories) if (!this.#watchers.has(directory)) this.#watch(directory);
  }

  remind(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#changed();
    }, QUIET_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const known of this.#watchers.keys()) this.#drop(known);
  }

  #watch(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.remind());
      // A directory that is gone, or a kernel without watches left: whoever looks now and then will see.
      watcher.on('error', () => this.#drop(directory));
      this.#watchers.set(directory, watcher);
    } catch {
      // As above.
    }
  }

  #drop(directory: string): void {
    this.#watchers.get(directory)?.close();
    this.#watchers.delete(directory);
  }
}
