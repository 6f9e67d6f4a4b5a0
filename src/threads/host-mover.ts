import { setImmediate as turn } from 'node:timers/promises';
import { HISTORY_MOVES_WAITING_MAX, HISTORY_NAMES_TRIED } from '../limits.ts';
import { hasTree, moveTree } from '../store/rrd/move-tree.ts';
import { hostPath } from '../store/rrd/tree.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { CatalogueKeeper } from './catalogue-keeper.ts';
import type { CatalogueRepository } from '../state/catalogue-repository.ts';
import type { Histories, HistoryMove, MoveFault } from '../model/instance.ts';
import type { IngestCrew } from './ingest-crew.ts';
import type { MovedHost } from '../model/moved-hosts.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { Roots } from '../store/rrd/tree.ts';

export interface HostMoverOptions {
  readonly store: MusterConfig['store'];
  /** Adopted trees by cluster. */
  readonly rrdDirs: ReadonlyMap<string, string>;
  readonly catalogue: Pick<Catalogue, 'host' | 'hosts'>;
  readonly moves: CatalogueRepository['moves'];
  readonly keeper: Pick<CatalogueKeeper, 'keepNoted' | 'keepLeft' | 'retiredVersion'>;
  readonly crew: Pick<IngestCrew, 'depart' | 'rename' | 'resume' | 'held' | 'hasGroup'>;
  /** Why an instance left, by the name that its history is to have; undefined: it did not. */
  readonly reasonOf: (cluster: string, host: string) => string | undefined;
  readonly log: { error(detail: object, message: string): void };
  /** Epoch ms. */
  readonly nowMs: () => number;
}

const RENAMED = 'renamed';
const STUCK = 'the files of a history could not follow its name: the next start tries again';

/**
 * Gives a host's history another name: its worker writes its points and lets it go; its rows in catalogue.db
 * get the name, and the move with them; then its files. What comes by the old name waits in the cache from
 * the moment in which the worker let it go until the files have followed, so that it finds none. After a
 * crash the next start moves the files of what was begun, and points that the journal still has under the old
 * name follow by their time (src/model/moved-hosts.ts).
 *
 * A database of others (InfluxDB, VictoriaMetrics) renames nothing: there the host is written and forgotten
 * only, and what comes next by its name continues its history.
 */
export class HostMover implements Histories {
  readonly #o: HostMoverOptions;
  /** Undefined where the store is none of RRD files. */
  readonly #roots: Roots | undefined;
  readonly #underWay = new Set<Promise<unknown>>();
  /** No group is open: what is asked for now was asked for by an earlier run, which may have done it. */
  #isStarting = true;

  constructor(options: HostMoverOptions) {
    this.#o = options;
    const { store, rrdDirs } = options;
    this.#roots = store.type === 'rrd' ? { dir: store.dir, rrdDirs } : undefined;
  }

  async rename(move: HistoryMove): Promise<MoveFault | undefined> {
    // At the start all are asked for, and none later: whether it was done already can be told only then.
    const isFull = !this.#isStarting && this.#underWay.size >= HISTORY_MOVES_WAITING_MAX;
    if (isFull) return passing('too many histories change their names at once');
    const work = this.#rename(move).catch((error: unknown) => passing(wordsOf(error)));
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  /**
   * Has everything where it belongs that earlier runs had begun, or been asked for; before any group is
   * opened. `ask`: asks again for what may not have been done.
   */
  async start(ask: () => void): Promise<void> {
    await this.#finish();
    ask();
    await this.settled();
    this.#isStarting = false;
  }

  /** Resolves when no history is on its way to another name. */
  async settled(): Promise<void> {
    await turn();
    while (this.#underWay.size > 0) {
      await Promise.all(this.#underWay);
      await turn(); // Some wait for others.
    }
  }

  /** Moves the files of moves that were begun. */
  async #finish(): Promise<void> {
    const { moves, log } = this.#o;
    for (const move of moves.open()) {
      const fault = (await this.#isDone(move)) ? undefined : await this.#moveTree(move);
      if (fault === undefined) moves.finish(move.id);
      else log.error({ ...move, fault }, STUCK);
    }
  }

  async #rename(asked: HistoryMove): Promise<MoveFault | undefined> {
    const { crew, keeper, moves, store, nowMs } = this.#o;
    const { cluster, from } = asked;
    // While a backup copies the files, they keep their names.
    while (crew.held) await crew.held;
    const isOurs = store.type === 'rrd' || store.type === 'memory';
    if (isOurs && this.#isStarting && moves.isRepeated(asked)) return undefined;
    await keeper.keepNoted();
    if (!(await this.#isTaken(cluster, from))) return undefined;
    const to = isOurs ? await this.#freeName(asked) : asked.to;
    if (to === undefined) return lasting(`${asked.to} has a history of its own`);
    const other = isOurs ? await this.#sharer(cluster, from) : undefined;
    if (other !== undefined) return lasting(`its files are those of ${other}, too`);
    const departed = await crew.depart(cluster, from);
    if (departed?.ok === false) return passing(departed.fault);
    try {
      const movedMs = departed?.leftMs ?? nowMs();
      const fault = isOurs ? await this.#follow({ cluster, from, to, movedMs }, asked.to) : undefined;
      return fault === undefined ? undefined : passing(fault);
    } finally {
      crew.resume(cluster, from);
    }
  }

  /**
   * Rows and files get the name. Up to the first wait this is one turn with the worker's answer: whoever has
   * the old name next is not announced yet, and no row of the old host can become its.
   */
  async #follow(move: MovedHost, wanted: string): Promise<string | undefined> {
    const { keeper, moves, crew, reasonOf } = this.#o;
    const { cluster, from } = move;
    keeper.keepLeft(cluster, from);
    const reason = reasonOf(cluster, wanted) ?? RENAMED;
    const id = moves.begin({ ...move, reason }, wanted);
    keeper.retiredVersion += 1;
    // Of a group that is not running, nobody writes.
    const fault = await (crew.hasGroup(cluster) ? crew.rename(move) : this.#moveTree(move));
    if (fault === undefined) moves.finish(id);
    else {
      moves.undo({ id, ...move });
      keeper.retiredVersion += 1;
    }
    return fault;
  }

  /** What was asked for; with a number where that is the name of a history set aside already. */
  async #freeName({ cluster, to }: HistoryMove): Promise<string | undefined> {
    if (!(await this.#isTaken(cluster, to))) return to;
    // Only names that this server gives have the sign.
    if (!to.includes('~')) return undefined;
    for (let n = 2; n <= HISTORY_NAMES_TRIED; n += 1) {
      if (!(await this.#isTaken(cluster, `${to}~${n}`))) return `${to}~${n}`;
    }
    return undefined;
  }

  async #isTaken(cluster: string, host: string): Promise<boolean> {
    const { catalogue, moves } = this.#o;
    if (catalogue.host(cluster, host) || moves.isNamed(cluster, host)) return true;
    return this.#roots !== undefined && hasTree({ cluster, host }, this.#roots);
  }

  /** Another host with the same directory: in adopted trees, names may differ in case or cluster alone. */
  async #sharer(cluster: string, name: string): Promise<string | undefined> {
    const { catalogue, rrdDirs } = this.#o;
    const adopted = rrdDirs.get(cluster);
    if (adopted === undefined || !this.#roots) return undefined;
    const path = await hostPath({ cluster, host: name }, this.#roots);
    for (const host of catalogue.hosts()) {
      if (rrdDirs.get(host.cluster) !== adopted || host.name.toLowerCase() !== name.toLowerCase()) continue;
      if (host.cluster === cluster && host.name === name) continue;
      const other = await hostPath({ cluster: host.cluster, host: host.name }, this.#roots);
      if (other === path) return `${host.cluster}/${host.name}`;
    }
    return undefined;
  }

  /** Nothing else gives files a name that was free when the move was begun. */
  async #isDone({ cluster, to }: HistoryMove): Promise<boolean> {
    return this.#roots === undefined || hasTree({ cluster, host: to }, this.#roots);
  }

  async #moveTree(move: HistoryMove): Promise<string | undefined> {
    return this.#roots && moveTree(move, this.#roots);
  }
}

function passing(words: string): MoveFault {
  return { words, isPassing: true };
}

function lasting(words: string): MoveFault {
  return { words, isPassing: false };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
