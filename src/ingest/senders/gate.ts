import { mergeFound } from '../../model/source-query.ts';
import { findSources } from './source-list.ts';
import { Sources } from './sources.ts';
import type { Books } from '../books.ts';
import type { Group } from '../group.ts';
import type { HostTable } from '../host-table.ts';
import type { Recognised } from '../../wire/recognise.ts';
import type { Source } from './source.ts';
import type { SourceQuery, SourcesFound } from '../../model/source-query.ts';

/** Why a datagram is not looked at. */
export type GateRefusal = 'not-allowed' | 'source-rate';

/**
 * Every way in leads through here: between `enter` and `leave` all that is taken, refused and brought into
 * being is the sender's.
 */
export class Gate {
  readonly sources: Sources;
  readonly #books: Books;
  readonly #hosts: HostTable;
  /** Values taken up to the datagram in hand. */
  #before = 0;
  #index = 0;

  /** `ownHost`: what this server calls its own machine. */
  constructor(books: Books, hosts: HostTable, ownHost?: string) {
    this.#books = books;
    this.#hosts = hosts;
    this.sources = new Sources(undefined, ownHost);
  }

  /** A datagram of that address for the group with that index; or why it is turned away. */
  enter(group: Group, index: number, address: string, nowMs: number): GateRefusal | undefined {
    const source = this.#open(group, index, address, nowMs);
    source.packets += 1;
    source.lastMs = nowMs;
    if (!source.allowed) return 'not-allowed';
    const { packetsPerSecondPerSource: perSecond } = group.rules.trust;
    return perSecond === null || source.spend(perSecond, nowMs) ? undefined : 'source-rate';
  }

  /** A datagram that had entered and had to wait comes back. */
  enterAgain(group: Group, index: number, address: string, nowMs: number): void {
    this.#open(group, index, address, nowMs);
  }

  speaks(protocol: Recognised | 'influx'): void {
    this.#books.source?.speaks(protocol);
  }

  leave(): void {
    const { source } = this.#books;
    this.#set(undefined);
    if (!source) return;
    const values = this.#taken() - this.#before;
    if (values > 0) source.took(values, source.lastMs);
    if (!source.known && (values > 0 || source.series > 0)) this.sources.know(this.#index, source);
  }

  /** Senders that match; `groups` by their indexes. */
  find(groups: readonly Group[], query: SourceQuery, nowMs: number): SourcesFound {
    const found = groups.flatMap(({ rules: { name: group } }, index) => {
      if (query.group !== undefined && query.group !== group) return [];
      return [findSources(this.sources.list(index), query, { group, hosts: this.#hosts, nowMs })];
    });
    return mergeFound(found, query.limit);
  }

  #open(group: Group, index: number, address: string, nowMs: number): Source {
    const source = this.sources.of(group, index, address, nowMs);
    this.#index = index;
    this.#before = this.#taken();
    this.#set(source);
    return source;
  }

  #taken(): number {
    return this.#books.received - this.#books.rejected;
  }

  #set(source: Source | undefined): void {
    this.#books.source = source;
    this.#hosts.source = source;
  }
}
