import { AggregateRule } from './aggregate-rule.ts';
import { Room } from './room.ts';
import type { AggregateService } from '../source-opener.ts';
import type { Catalogue, CatalogueObserver } from '../../live/catalogue.ts';
import type { HostEntry, RecordEntry } from '../../live/entries.ts';
import type { Matcher } from '../../check/matcher.ts';
import type { Part } from './aggregate-rule.ts';
import type { Turn } from '../turn.ts';

type Announced =
  | { readonly kind: 'host' | 'host-gone' | 'facts'; readonly entry: HostEntry }
  | { readonly kind: 'record' | 'record-gone'; readonly entry: RecordEntry }
  | { readonly kind: 'cluster-gone'; readonly cluster: string };

/** A host with what it has part in. */
interface Member {
  readonly entry: HostEntry;
  readonly parts: readonly Part[];
}

/**
 * The aggregates, and who is in them. It hears of hosts, records and facts from the catalogue, and takes them
 * in when it is asked for the services that there are, after the watch has taken them in.
 */
export class Aggregates implements CatalogueObserver {
  readonly #catalogue: Catalogue;
  #rules: readonly AggregateRule[] = [];
  #facts: ReadonlySet<string> = new Set();
  #matcher: Matcher | null = null;
  #announced: Announced[] = [];
  /** By `cluster\0host`. */
  readonly #members = new Map<string, Member>();
  #services: readonly AggregateService[] = [];
  /** There are other definitions since the services were told. */
  #isNew = false;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
    catalogue.observe(this);
  }

  /** Begins anew with these definitions; the services that there were keep their states. */
  use(matcher: Matcher): void {
    this.#matcher = matcher;
    this.#members.clear();
    const room = new Room();
    this.#rules = matcher.aggregates.flatMap((compiled) => {
      const { subject } = compiled.rule;
      if (subject.kind !== 'aggregate') return [];
      return [new AggregateRule(compiled, subject, { matcher, room })];
    });
    this.#facts = new Set(this.#rules.flatMap(({ facts }) => facts));
    this.#announced = [];
    this.#isNew = true;
    if (this.#rules.length === 0) return;
    for (const entry of this.#catalogue.hosts()) this.#announced.push({ kind: 'host', entry });
  }

  host(entry: HostEntry): void {
    this.#announce({ kind: 'host', entry });
  }

  record(entry: RecordEntry): void {
    this.#announce({ kind: 'record', entry });
  }

  recordGone(entry: RecordEntry): void {
    this.#announce({ kind: 'record-gone', entry });
  }

  fact(entry: HostEntry, name: string): void {
    if (this.#facts.has(name) || this.#matcher?.looksAt(name)) this.#announce({ kind: 'facts', entry });
  }

  hostGone(entry: HostEntry): void {
    this.#announce({ kind: 'host-gone', entry });
  }

  clusterGone(cluster: string): void {
    this.#announce({ kind: 'cluster-gone', cluster });
  }

  /** The services that there are; the same array as long as none came or went. */
  services(turn: Turn): readonly AggregateService[] {
    const announced = this.#announced;
    if (announced.length > 0) this.#announced = [];
    for (const one of announced) this.#absorb(one, turn);
    const mayDiffer = announced.length > 0 || this.#isNew || this.#rules.some((rule) => rule.looksAtStates);
    this.#isNew = false;
    if (!mayDiffer) return this.#services;
    const services = this.#rules.flatMap((rule) => rule.services());
    const before = this.#services;
    const isSame = services.length === before.length && services.every((one, i) => one === before[i]);
    if (!isSame) this.#services = services;
    return this.#services;
  }

  #announce(one: Announced): void {
    if (this.#rules.length > 0) this.#announced.push(one);
  }

  #absorb(one: Announced, turn: Turn): void {
    switch (one.kind) {
      case 'host':
      case 'facts':
        this.#leave(one.entry);
        return this.#join(one.entry, turn);
      case 'host-gone':
        if (this.#members.get(keyOf(one.entry))?.entry === one.entry) this.#leave(one.entry);
        return;
      case 'cluster-gone':
        for (const { entry } of this.#members.values()) if (entry.cluster === one.cluster) this.#leave(entry);
        return;
      case 'record':
        for (const part of this.#partsOf(one.entry)) part.take(one.entry);
        return;
      case 'record-gone':
        for (const part of this.#partsOf(one.entry)) part.lose(one.entry);
        return;
    }
  }

  /** With the records that it has by now; those announced since then come again, and are known. */
  #join(entry: HostEntry, turn: Turn): void {
    const on = turn.table.hostOf(entry.cluster, entry.name);
    // Else another one of its name has come since, or it has left.
    if (!on || on.entry !== entry) return;
    const parts = this.#rules.flatMap((rule) => rule.partOf(entry, on) ?? []);
    if (parts.length === 0) return;
    this.#members.set(keyOf(entry), { entry, parts });
    for (const part of parts) for (const record of entry.records.values()) part.take(record);
  }

  #leave(entry: HostEntry): void {
    const key = keyOf(entry);
    for (const part of this.#members.get(key)?.parts ?? []) part.leave();
    this.#members.delete(key);
  }

  #partsOf({ host }: RecordEntry): readonly Part[] {
    return this.#members.get(keyOf(host))?.parts ?? [];
  }
}

function keyOf({ cluster, name }: HostEntry): string {
  return `${cluster}\0${name}`;
}
