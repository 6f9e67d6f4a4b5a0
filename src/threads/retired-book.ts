import { RETIRED_HOSTS_LISTED_MAX } from '../limits.ts';
import { createOncePer } from '../ops/log.ts';
import type { GoneFound, GoneQuery, RetiredHost } from '../model/retired.ts';
import type { Retired } from '../http/ports.ts';
import type { RetiredTable } from '../state/retired-table.ts';

const FAULT_LOG_MS = 60_000;

/**
 * What has left the fleet, from catalogue.db. Never throws: what cannot be read is as if it were not there.
 */
export class RetiredBook implements Retired {
  readonly #table: RetiredTable;
  readonly #log: { error(detail: object, message: string): void };
  readonly #keeper: { readonly retiredVersion: number };
  readonly #once = createOncePer(Date.now);
  #listed: { readonly version: number; readonly hosts: readonly RetiredHost[] } | undefined;

  constructor(
    table: RetiredTable,
    beside: {
      /** Who writes the table. */
      readonly keeper: { readonly retiredVersion: number };
      readonly log: { error(detail: object, message: string): void };
    },
  ) {
    this.#table = table;
    this.#keeper = beside.keeper;
    this.#log = beside.log;
  }

  version(): number {
    return this.#keeper.retiredVersion;
  }

  hosts(): readonly RetiredHost[] {
    const version = this.version();
    if (this.#listed?.version !== version) {
      this.#listed = { version, hosts: this.#read([], () => this.#table.hosts(RETIRED_HOSTS_LISTED_MAX)) };
    }
    return this.#listed.hosts;
  }

  host(cluster: string, name: string): RetiredHost | undefined {
    return this.#read(undefined, () => this.#table.host(cluster, name));
  }

  records(query: GoneQuery): GoneFound {
    return this.#read({ records: [], isCut: false }, () => this.#table.records(query));
  }

  #read<T>(otherwise: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (this.#once('read', FAULT_LOG_MS)) {
        this.#log.error({ fault }, 'catalogue.db cannot be read: hosts that have left are not found');
      }
      return otherwise;
    }
  }
}
