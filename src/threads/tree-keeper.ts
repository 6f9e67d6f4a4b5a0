import { realpath, unlink } from 'node:fs/promises';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { SILENT_TREES_MAX } from '../limits.ts';
import { asideFiles, hostDirectories, inspectTree, removeTree } from '../store/rrd/host-trees.ts';
import { isShort, removalsOf } from '../store/rrd/retired.ts';
import type { HostDirectory } from '../store/rrd/host-trees.ts';
import type { Removal, RemovalRule, SilentTree } from '../store/rrd/retired.ts';

/** What is free on a disk. */
export interface Room {
  readonly bytes: number;
  /** 0 … 1. */
  readonly share: number;
}

export interface TreeKeeperOptions {
  /** store.rrd.dir. */
  readonly root: string;
  /** Adopted trees, which belong to others as well: never touched. */
  readonly adopted: readonly string[];
  readonly room: () => Promise<Room>;
  readonly log: {
    info(detail: object, message: string): void;
    warn(detail: object, message: string): void;
  };
  readonly nowMs: () => number;
}

export interface TreeRule extends Omit<RemovalRule, 'short'> {
  /** Whether a directory is that of a group this server has, or had. */
  readonly isOurs: (cluster: string) => boolean;
  /** When a host was last heard, epoch ms; both named as their directories. */
  readonly lastHeardMs: (cluster: string, host: string) => number;
  /** The free share of the disk below which trees go for want of room. */
  readonly minimum: number;
}

/** Takes away the RRD trees of hosts that are gone: one at a time, between other work. */
export class TreeKeeper {
  /** Trees taken away since the start. */
  removed = 0;
  /** Room is short, and no tree is left that may go. */
  exhausted = false;
  readonly #o: TreeKeeperOptions;
  readonly #silent = new Map<string, SilentTree>();
  readonly #foreign = new Set<string>();
  #short = false;
  #stopped = false;

  constructor(options: TreeKeeperOptions) {
    this.#o = options;
  }

  /** Whether trees have to go for want of room. */
  get short(): boolean {
    return this.#short;
  }

  /** Measures the room; true where it is short. */
  async measure(minimum: number): Promise<boolean> {
    const { share } = await this.#o.room();
    this.#short = isShort(this.#short, { share, minimum });
    if (!this.#short) this.exhausted = false;
    return this.#short;
  }

  /** Takes away what has outlived its time, and what stands in the way of room, the longest silent first. */
  async look(rule: TreeRule): Promise<void> {
    const root = await this.#root();
    if (root === undefined) return;
    await this.measure(rule.minimum);
    await this.#walk(root, rule);
    for (const removal of removalsOf(this.#silent.values(), { ...rule, short: this.#short })) {
      if (this.#stopped) return;
      if (removal.why === 'no-room' && !(await this.measure(rule.minimum))) break;
      await unhurried(() => this.#remove(removal, rule));
    }
    this.exhausted = await this.measure(rule.minimum);
  }

  /** Deletes damaged RRD files that were set aside before `beforeMs` (epoch). */
  async sweep(beforeMs: number, isOurs: TreeRule['isOurs']): Promise<void> {
    const root = await this.#root();
    if (root === undefined || !Number.isFinite(beforeMs)) return;
    const isOpen = await this.#open(isOurs);
    for await (const directory of hostDirectories(root)) {
      if (this.#stopped) return;
      if (!isOpen(directory)) continue;
      for (const path of await asideFiles(directory.path, beforeMs)) {
        await unlink(path).catch(() => {});
        this.#o.log.info({ path }, 'retention: a damaged file set aside long ago was removed');
      }
      await turn();
    }
  }

  /** What is under way ends with the tree it is at. */
  stop(): void {
    this.#stopped = true;
  }

  /** Undefined where the trees are not ours alone, or there are none yet. */
  async #root(): Promise<string | undefined> {
    const root = await realpath(this.#o.root).catch(() => undefined);
    return root === undefined || (await this.#adopted()).some((dir) => isWithin(root, dir))
      ? undefined
      : root;
  }

  /** Which directories may be touched: of this server's groups, and no part of an adopted tree. */
  async #open(isOurs: TreeRule['isOurs']): Promise<(directory: HostDirectory) => boolean> {
    const adopted = await this.#adopted();
    return ({ path, cluster }) =>
      isOurs(cluster) && !adopted.some((dir) => isWithin(path, dir) || isWithin(dir, path));
  }

  async #adopted(): Promise<string[]> {
    return Promise.all(this.#o.adopted.map((dir) => realpath(dir).catch(() => dir)));
  }

  /** Looks for hosts that are silent; of those known to be it reads nothing again. */
  async #walk(root: string, rule: TreeRule): Promise<void> {
    const isOpen = await this.#open(rule.isOurs);
    for await (const directory of hostDirectories(root)) {
      if (this.#stopped) return;
      const { path, cluster, host } = directory;
      if (!isOpen(directory)) continue;
      const heardMs = rule.lastHeardMs(cluster, host);
      const limitMs = Math.max(rule.retiredBeforeMs, this.#short ? rule.goneBeforeMs(cluster) : 0);
      if (heardMs >= limitMs || !Number.isFinite(limitMs)) this.#silent.delete(path);
      else if (!this.#silent.has(path)) await unhurried(() => this.#inspect(directory, heardMs));
      await turn();
    }
  }

  async #inspect(directory: HostDirectory, heardMs: number): Promise<void> {
    const found = await inspectTree(directory.path);
    if (found.kind === 'foreign') this.#tellForeign(found.path);
    if (found.kind !== 'ours' || this.#silent.size >= SILENT_TREES_MAX) return;
    const { newestMs, bytes } = found;
    this.#silent.set(directory.path, { ...directory, heardMs: Math.max(heardMs, newestMs), bytes });
  }

  async #remove({ tree, why }: Removal, rule: TreeRule): Promise<void> {
    this.#silent.delete(tree.path);
    const beforeMs = why === 'retired' ? rule.retiredBeforeMs : rule.goneBeforeMs(tree.cluster);
    if (rule.lastHeardMs(tree.cluster, tree.host) >= beforeMs) return;
    try {
      const bytes = await removeTree(tree, beforeMs);
      if (bytes === undefined) return;
      this.removed += 1;
      const silentDays = Number(((this.#o.nowMs() - tree.heardMs) / 86_400_000).toFixed(1));
      const message =
        why === 'retired'
          ? 'retention: the history of a host that is gone was removed'
          : 'retention: the disk is short of room, the history of a host that is gone was removed';
      this.#o.log.warn({ path: tree.path, silentDays, bytes }, message);
    } catch (error) {
      this.#o.log.warn({ path: tree.path, fault: String(error) }, 'retention: a tree could not be removed');
    }
  }

  #tellForeign(path: string): void {
    if (this.#foreign.has(path) || this.#foreign.size >= 100) return;
    this.#foreign.add(path);
    this.#o.log.info({ path }, 'retention: a tree is left alone: it holds what is none of Muster');
  }
}

/** Rests as long as the work took (40 µs a file): so it has half of the thread, which answers people too. */
async function unhurried(work: () => Promise<void>): Promise<void> {
  const beganMs = performance.now();
  await work();
  await delay(performance.now() - beganMs);
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
