import type { HostWatch } from '../watch.ts';
import type { WatchTable } from '../watch-table.ts';

/** Hosts as results name them: by name or address, in a cluster or wherever they are. */
export class HostFinder {
  readonly #table: WatchTable;
  #names: ReadonlyMap<string, readonly HostWatch[]> = new Map();
  #addresses: ReadonlyMap<string, readonly HostWatch[]> = new Map();
  #isStale = true;

  constructor(table: WatchTable) {
    this.#table = table;
  }

  /** Hosts or addresses may have changed; what is asked for next is looked up anew. Once a turn. */
  refresh(): void {
    this.#isStale = true;
  }

  /** An empty cluster: any. A name counts before an address. */
  find(cluster: string, host: string): readonly HostWatch[] {
    const exact = cluster === '' ? undefined : this.#table.hostOf(cluster, host);
    if (exact) return [exact];
    if (this.#isStale) this.#index();
    const isThere = (one: HostWatch) => cluster === '' || one.entry.cluster === cluster;
    const named = this.#names.get(host)?.filter(isThere) ?? NONE;
    return named.length > 0 ? named : (this.#addresses.get(host)?.filter(isThere) ?? NONE);
  }

  #index(): void {
    const hosts = [...this.#table.hosts.values()].filter(({ state }) => state !== 'RETIRED');
    this.#names = Map.groupBy(hosts, ({ entry }) => entry.name);
    this.#addresses = Map.groupBy(hosts, ({ entry }) => entry.address);
    this.#isStale = false;
  }
}

const NONE: readonly HostWatch[] = [];
