import { readdir, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { asideTimeMs } from '../model/set-aside.ts';
import { createOncePer } from '../ops/log.ts';
import { WatchedTime } from '../ops/watched-time.ts';
import { encodePart } from '../store/rrd/path.ts';
import { isShort } from '../store/rrd/retired.ts';
import { keepRetention, recallRetention } from './retention-memory.ts';
import { TreeKeeper } from './tree-keeper.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { HostEntry } from '../live/entries.ts';
import type { DiskStats } from '../contract/stats.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { Room, TreeRule } from './tree-keeper.ts';

const ROOM_MS = 60_000;
const LOOK_MS = 3_600_000;
const SWEEP_MS = 24 * 3_600_000;
/** Before that, a host that is there may not have been heard yet. */
const FIRST_REMOVAL_MS = 10 * 60_000;
/** While nothing is left that may go, so often it is looked again. */
const EXHAUSTED_MS = 10 * 60_000;
/** A removed group's, whose own is not known any more. */
const HOST_DMAX_MS = 24 * 3_600_000;
const FAULT_LOG_MS = 3_600_000;

interface RetentionLog {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
  error(detail: object, message: string): void;
}

/** Who forgets rows by age. Times are epoch ms: what is older goes, −∞ for nothing. Never throws. */
interface Forgetful {
  prune(before: { readonly eventsMs: number; readonly auditMs: number; readonly retiredMs: number }): void;
}

export interface RetentionOptions {
  /** As it is now: `retention` changes with a reload. */
  readonly config: () => MusterConfig;
  readonly catalogue: Catalogue;
  readonly log: RetentionLog;
  /** Epoch ms; the system's unless told. */
  readonly nowMs?: () => number;
  /** Milliseconds that only ever go on; the process's unless told. */
  readonly ticksMs?: () => number;
  /** What is free on a directory's disk; the system's answer unless told. */
  readonly room?: (directory: string) => Promise<Room>;
}

/**
 * What is deleted, and when (`retention` in the configuration): old events and audit entries, trees of hosts
 * that are gone, and files that were set aside. Ages count in time this server has watched.
 */
export class Retention {
  readonly #o: RetentionOptions & Required<Pick<RetentionOptions, 'ticksMs' | 'room'>>;
  readonly #file: string;
  readonly #watched: WatchedTime;
  readonly #clusters: Set<string>;
  /** Undefined where the store is none of RRD files. */
  readonly #trees: TreeKeeper | undefined;
  readonly #once = createOncePer(Date.now);
  readonly #startedMs: number;
  #free: readonly { readonly directory: DiskStats['free'][number]['directory']; readonly room: Room }[] = [];
  #dataShort = false;
  #rowsMs = Number.NEGATIVE_INFINITY;
  #treesMs = Number.NEGATIVE_INFINITY;
  #sweptMs = Number.NEGATIVE_INFINITY;
  #busy: Promise<void> | undefined;

  constructor(options: RetentionOptions) {
    const { config, log, nowMs = Date.now, ticksMs = () => performance.now(), room = roomOf } = options;
    const { dataDir, store, groups } = config();
    this.#o = { ...options, ticksMs, room };
    this.#file = join(dataDir, 'retention.json');
    const { watched, clusters } = recallRetention(this.#file);
    this.#clusters = new Set(clusters);
    this.#watched = new WatchedTime(watched, { nowMs, ticksMs });
    this.#startedMs = ticksMs();
    if (store.type !== 'rrd') return;
    const adopted = groups.flatMap(({ rrdDir }) => (rrdDir === null ? [] : [rrdDir]));
    this.#trees = new TreeKeeper({ root: store.dir, adopted, room: () => room(store.dir), log, nowMs });
  }

  /** At a start, before hosts are loaded: those silent for `retired` are not remembered any more. */
  forgetHosts(kept: { forget(beforeMs: number): number }): void {
    const hosts = kept.forget(this.#watched.cutoffMs(this.#o.config().retention.retiredMs));
    if (hosts > 0) this.#o.log.info({ hosts }, 'retention: hosts that are gone were forgotten');
  }

  /** Looks at the room every minute, and at everything every hour. */
  start(forgetful: readonly Forgetful[]): Disposable {
    const run = () => void this.minute(forgetful);
    run();
    const timer = setInterval(run, ROOM_MS);
    timer.unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** What is due now. Never rejects; while one is under way, that one is waited for. */
  minute(forgetful: readonly Forgetful[]): Promise<void> {
    this.#busy ??= this.#minute(forgetful)
      .catch((error: unknown) => this.#tell('retention: could not look at what is to go', error))
      .finally(() => {
        this.#busy = undefined;
      });
    return this.#busy;
  }

  /** A tree that is being removed is finished; nothing further begins. */
  async stop(): Promise<void> {
    this.#trees?.stop();
    await this.#busy;
    this.#keep();
  }

  get stats(): Omit<DiskStats, 'filesSetAside'> {
    return {
      free: this.#free.map(({ directory, room }) => ({ directory, bytes: room.bytes })),
      treesRemoved: this.#trees?.removed ?? 0,
    };
  }

  /** What whoever runs the server should know; names nothing of the fleet. */
  notes(): string[] {
    const minimum = percent(this.#o.config().retention.minFreeDisk);
    const what = (directory: string) => {
      const share = this.#free.find((one) => one.directory === directory)?.room.share ?? 0;
      const name = directory === 'store' ? 'store.rrd.dir' : 'data_dir';
      return `the disk of ${name} has ${percent(share)} free, retention.min_free_disk is ${minimum}`;
    };
    if (this.#trees?.short) {
      return this.#trees.exhausted
        ? [`${what('store')}, and no tree is left that may go: make room on it, or give it a larger disk`]
        : [`${what('store')}: histories of hosts that are gone are being removed, the oldest first`];
    }
    return this.#dataShort ? [`${what('data_dir')}: make room on it`] : [];
  }

  async #minute(forgetful: readonly Forgetful[]): Promise<void> {
    const broke = this.#watched.look();
    if (broke === 'clock' || broke === 'away') {
      const why = broke === 'clock' ? 'the clock was set' : 'Muster was not running';
      this.#o.log.info({}, `retention: ${why}: the time that counts for what is deleted begins anew`);
    }
    await this.#measure();
    const ticksMs = this.#o.ticksMs();
    if (ticksMs - this.#rowsMs >= LOOK_MS) {
      this.#rowsMs = ticksMs;
      this.#keep();
      const { eventsMs, auditMs, retiredMs } = this.#o.config().retention;
      const before = {
        eventsMs: this.#watched.cutoffMs(eventsMs),
        auditMs: this.#watched.cutoffMs(auditMs),
        retiredMs: this.#watched.cutoffMs(retiredMs),
      };
      for (const one of forgetful) one.prune(before);
    }
    if (ticksMs - this.#startedMs < FIRST_REMOVAL_MS) return;
    if (ticksMs - this.#treesMs >= this.#lookEveryMs()) {
      this.#treesMs = ticksMs;
      await this.#trees?.look(await this.#rule());
    }
    if (ticksMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = ticksMs;
    await this.#sweep();
  }

  #lookEveryMs(): number {
    if (!this.#trees?.short) return LOOK_MS;
    return this.#trees.exhausted ? EXHAUSTED_MS : 0;
  }

  async #measure(): Promise<void> {
    const { dataDir, retention, store } = this.#o.config();
    const { room } = this.#o;
    const data = await room(dataDir);
    this.#dataShort = isShort(this.#dataShort, { share: data.share, minimum: retention.minFreeDisk });
    this.#free = [{ directory: 'data_dir', room: data }];
    if (store.type !== 'rrd') return;
    await this.#trees?.measure(retention.minFreeDisk);
    this.#free = [...this.#free, { directory: 'store', room: await room(store.dir) }];
  }

  async #rule(): Promise<TreeRule> {
    const { catalogue, config } = this.#o;
    const { groups, retention } = config();
    const goneMs = new Map(groups.map(({ name, hostDmaxMs }) => [encodePart(name), hostDmaxMs]));
    const heard = await this.#hosts();
    return {
      retiredBeforeMs: this.#watched.cutoffMs(retention.retiredMs),
      goneBeforeMs: (cluster) => this.#watched.cutoffMs(goneMs.get(cluster) ?? HOST_DMAX_MS),
      isOurs: this.#ours(),
      lastHeardMs: (cluster, host) => {
        const entry = heard.get(`${cluster}/${host}`);
        return entry ? catalogue.pulse(entry).lastSeenMs : 0;
      },
      minimum: retention.minFreeDisk,
    };
  }

  /** The hosts there are, by their directories. */
  async #hosts(): Promise<ReadonlyMap<string, HostEntry>> {
    const hosts = new Map<string, HostEntry>();
    for (const host of this.#o.catalogue.hosts()) {
      hosts.set(`${encodePart(host.cluster)}/${encodePart(host.name)}`, host);
      if (hosts.size % 5000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return hosts;
  }

  /** Whether a directory is that of a group there is, or was. */
  #ours(): (cluster: string) => boolean {
    const ours = new Set([...this.#clusters].map(encodePart));
    return (cluster) => ours.has(cluster);
  }

  /** Files set aside earlier than `retired`: in the trees, in data_dir, lines a database refused. */
  async #sweep(): Promise<void> {
    const beforeMs = this.#watched.cutoffMs(this.#o.config().retention.retiredMs);
    if (!Number.isFinite(beforeMs)) return;
    await this.#trees?.sweep(beforeMs, this.#ours());
    const { dataDir } = this.#o.config();
    const isOld = (name: string) => (asideTimeMs(name) ?? Number.POSITIVE_INFINITY) < beforeMs;
    await this.#removeFrom(dataDir, isOld);
    for (const directory of await setAsideDirectories(dataDir)) {
      await this.#removeFrom(directory, async (name) => {
        const file = await stat(join(directory, name)).catch(() => undefined);
        return file?.isFile() === true && file.mtimeMs < beforeMs;
      });
    }
  }

  async #removeFrom(directory: string, isOld: (name: string) => boolean | Promise<boolean>): Promise<void> {
    for (const name of await readdir(directory).catch(() => [])) {
      if (!(await isOld(name))) continue;
      const path = join(directory, name);
      try {
        await unlink(path);
        this.#o.log.info({ path }, 'retention: a file set aside long ago was removed');
      } catch (error) {
        this.#tell('retention: a file could not be removed', error);
      }
    }
  }

  #keep(): void {
    for (const { name } of this.#o.config().groups) {
      this.#clusters.delete(name);
      this.#clusters.add(name);
    }
    try {
      keepRetention(this.#file, this.#watched.kept, this.#clusters);
    } catch (error) {
      this.#tell('retention.json cannot be written: after a restart the ages begin anew', error);
    }
  }

  #tell(message: string, error: unknown): void {
    const fault = error instanceof Error ? error.message : String(error);
    if (this.#once(message, FAULT_LOG_MS)) this.#o.log.error({ fault }, message);
  }
}

/** Where damaged journal segments and refused lines stand. */
async function setAsideDirectories(dataDir: string): Promise<string[]> {
  const journal = join(dataDir, 'journal');
  const workers = await readdir(journal).catch(() => []);
  const damaged = workers.map((worker) => join(journal, worker, 'damaged'));
  return [join(journal, 'damaged'), ...damaged, join(dataDir, 'quarantine')];
}

async function roomOf(directory: string): Promise<Room> {
  const { bavail, bsize, blocks } = await statfs(directory);
  return { bytes: bavail * bsize, share: blocks === 0 ? 1 : bavail / blocks };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
