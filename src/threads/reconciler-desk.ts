import { durationWords } from '../model/duration.ts';
import { fileSource } from '../reconciler/file.ts';
import { httpSource } from '../reconciler/http.ts';
import { ListWatch } from '../reconciler/list-watch.ts';
import { Pace } from '../reconciler/pace.ts';
import { reconcilerView, shrinkWords } from './reconciler-words.ts';
import type { ListFigures } from '../contract/stats.ts';
import type { ListedGroup, RosterNews } from '../model/instance.ts';
import type { ListedRoster, Outcome } from '../reconciler/list-watch.ts';
import type { ListSource } from '../reconciler/source.ts';
import type { MusterConfig, ReconcilerConfig } from '../contract/config.ts';
import type { PaceClock } from '../reconciler/pace.ts';
import type { ReconcilerView } from '../contract/instances.ts';
import type { Reconcilers } from '../http/ports.ts';

export interface ReconcilerDeskOptions {
  readonly roster: ListedRoster;
  /** How the lists stand now, for whoever judges their groups. */
  readonly told: (groups: readonly ListedGroup[]) => void;
  readonly nowMs: () => number;
  readonly log: {
    info(detail: object, message: string): void;
    warn(detail: object, message: string): void;
  };
  /** Other than the machine's, for tests. */
  readonly clock?: PaceClock;
  readonly sourceOf?: (config: ReconcilerConfig['source']) => ListSource;
}

interface Watched {
  readonly config: ReconcilerConfig;
  readonly source: ListSource;
  readonly watch: ListWatch;
  readonly pace: Pace;
  readonly reads: Map<Outcome, number>;
}

/** Reads the lists of instances, each at its pace, and holds the roster against them. */
export class ReconcilerDesk implements Reconcilers, Disposable {
  readonly #o: ReconcilerDeskOptions;
  readonly #clock: PaceClock;
  #lists: ReadonlyMap<string, Watched> = new Map();
  #groups: ReadonlySet<string> = new Set();

  constructor(options: ReconcilerDeskOptions) {
    this.#o = options;
    this.#clock = options.clock ?? MACHINE;
  }

  /**
   * Reads what this configuration names, at once and from now on; what it names no more is let go. How a list
   * stands is kept where it is read from the same place as before.
   */
  use({ reconcilers, groups }: Pick<MusterConfig, 'reconcilers' | 'groups'>): void {
    const before = this.#lists;
    this.#groups = new Set(groups.map(({ name }) => name));
    for (const { pace } of before.values()) pace[Symbol.dispose]();
    this.#lists = new Map(
      reconcilers.map((config) => [config.name, this.#watched(config, before.get(config.name))]),
    );
    this.#release();
    this.#tell();
  }

  /** Lists of these groups are read soon. */
  hasten(clusters: readonly string[]): void {
    for (const { config, pace } of this.#lists.values()) {
      if (clusters.some((cluster) => this.#speaksFor(config, cluster))) pace.hasten();
    }
  }

  /** An instance that no list has yet may have begun since the lists were read. */
  heard(news: readonly RosterNews[]): void {
    const unlisted = news.flatMap((one) => {
      const isUnlisted = one.kind === 'member' && one.member.standing.kind === 'here';
      return isUnlisted && one.member.standing.says === '' ? [one.member.cluster] : [];
    });
    if (unlisted.length > 0) this.hasten([...new Set(unlisted)]);
  }

  list(): readonly ReconcilerView[] {
    return [...this.#lists.values()].map(({ config, source, watch }) =>
      reconcilerView(config, source.name, watch.state),
    );
  }

  confirm(name: string, digest: string): ReturnType<Reconcilers['confirm']> {
    const listed = this.#lists.get(name);
    if (!listed) return 'unknown';
    const gone = listed.watch.state.hold?.missing.length;
    const outcome = listed.watch.confirm(name, digest);
    if (outcome !== 'confirmed') return outcome;
    this.#o.log.info({ reconciler: name, gone }, 'a held list was confirmed');
    this.#tell();
    return outcome;
  }

  notes(): string[] {
    const nowMs = this.#o.nowMs();
    return [...this.#lists].flatMap(([name, { watch }]) => {
      const { fault, failingMs, readMs, hold } = watch.state;
      const rest = readMs === 0 ? 'it has not been read yet' : 'what it last said stands';
      const lasted = durationWords(Math.max(0, nowMs - failingMs));
      const failing = `list ${name} has failed for ${lasted}: it ${fault}; ${rest}`;
      const held =
        hold && `${shrinkWords(name, hold)}: held until confirmed: muster reconciler confirm ${name}`;
      return [...(fault === '' ? [] : [failing]), ...(held === undefined ? [] : [held])];
    });
  }

  figures(): ListFigures[] {
    const nowMs = this.#o.nowMs();
    return [...this.#lists].map(([name, { watch, reads }]) => {
      const { readMs, hold } = watch.state;
      const ageS = readMs === 0 ? null : Math.max(0, nowMs - readMs) / 1000;
      const counts = [...reads].map(([reason, count]) => ({ reason, count }));
      return { name, reads: counts, held: hold?.missing.length ?? 0, ageS };
    });
  }

  [Symbol.dispose](): void {
    for (const { pace } of this.#lists.values()) pace[Symbol.dispose]();
  }

  #watched(config: ReconcilerConfig, before: Watched | undefined): Watched {
    const { roster, nowMs } = this.#o;
    const clock = this.#clock;
    const isSame = before && JSON.stringify(before.config.source) === JSON.stringify(config.source);
    const ticksMs = () => clock.ticksMs();
    const watch = isSame ? before.watch : new ListWatch({ roster, nowMs, ticksMs, pause });
    watch.takeAnew();
    const source = (this.#o.sourceOf ?? sourceOf)(config.source);
    const reads = before?.reads ?? new Map<Outcome, number>();
    const { intervalMs } = config;
    const turn = (stop: AbortSignal) => this.#read({ config, source, watch, reads }, stop);
    return { config, source, watch, reads, pace: new Pace({ intervalMs, clock, turn }) };
  }

  async #read({ config, source, watch, reads }: Omit<Watched, 'pace'>, stop: AbortSignal): Promise<boolean> {
    const { name: list, shrinkMax, timeoutMs } = config;
    const before = watch.state;
    const rules = { list, shrinkMax, speaksFor: (cluster: string) => this.#speaksFor(config, cluster) };
    const outcome = await watch.read({ source, rules, timeoutMs }, stop);
    if (stop.aborted) return false;
    reads.set(outcome, (reads.get(outcome) ?? 0) + 1);
    const { fault, hold } = watch.state;
    if (fault !== '' && before.fault === '') this.#o.log.warn({ reconciler: list }, `list ${list} ${fault}`);
    if (fault === '' && before.fault !== '')
      this.#o.log.info({ reconciler: list }, `list ${list} is read again`);
    if (hold && hold.digest !== before.hold?.digest) {
      this.#o.log.warn({ reconciler: list }, `${shrinkWords(list, hold)}: held`);
    }
    this.#tell();
    return outcome !== 'failed';
  }

  #speaksFor({ groups }: ReconcilerConfig, cluster: string): boolean {
    return this.#groups.has(cluster) && (groups.length === 0 || groups.includes(cluster));
  }

  /** Lists that there are no more speak for nobody: what they had is known by others, or by itself. */
  #release(): void {
    const gone = new Map<string, { cluster: string; instanceId: string; reason: null }[]>();
    for (const { cluster, instanceId, lists } of this.#o.roster.instances()) {
      for (const list of lists) {
        if (this.#lists.has(list)) continue;
        const some = gone.get(list) ?? [];
        some.push({ cluster, instanceId, reason: null });
        gone.set(list, some);
      }
    }
    for (const [list, some] of gone) this.#o.roster.reconcile({ list, listed: [], gone: some });
  }

  /** A group with several lists is as well as the best of them, and as new as the oldest of the well ones. */
  #tell(): void {
    const byCluster = new Map<string, ListedGroup>();
    for (const { config, watch } of this.#lists.values()) {
      const { readMs, fault, hold, groups } = watch.state;
      const isWell = readMs > 0 && fault === '' && hold === undefined;
      for (const cluster of config.groups.length > 0 ? config.groups : groups) {
        const other = byCluster.get(cluster);
        const isBetter = !other || (isWell && (!other.isWell || readMs < other.readMs));
        if (isBetter && this.#groups.has(cluster)) byCluster.set(cluster, { cluster, readMs, isWell });
      }
    }
    this.#o.told([...byCluster.values()]);
  }
}

const MACHINE: PaceClock = {
  ticksMs: () => performance.now(),
  random: Math.random,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function sourceOf(source: ReconcilerConfig['source']): ListSource {
  return source.kind === 'file' ? fileSource(source.file) : httpSource(source);
}
