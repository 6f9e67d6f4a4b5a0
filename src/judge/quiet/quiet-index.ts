import { compilePattern } from '../../model/pattern.ts';
import { coversService, hostKeyOf, mayCoverHost } from '../../alert/quiet/coverage.ts';
import { PatternIndex } from '../../check/pattern-index.ts';
import type { HostWatch, ServiceWatch } from '../watch.ts';
import type { LiveQuiet } from '../../alert/quiet/live-quiet.ts';
import type { Pattern } from '../../model/pattern.ts';

const NONE: readonly LiveQuiet[] = [];
/** So many new ones are tried on a host one by one; for more it is looked up anew. */
const TRIED_MAX = 32;
/** Ended ones that are passed over in the list of what was added, before it is written anew. */
const LEFTOVERS_MAX = 1000;

/** What may cover a host, and up to which of those that were added that is known. */
interface KnownHost {
  readonly added: number;
  readonly removed: number;
  readonly found: readonly LiveQuiet[];
}

/**
 * Which downtimes and silences may cover a service, by names. Lists of services and plain names of hosts and
 * clusters are looked up; what was found is remembered, and a new one is tried once on each host.
 */
export class QuietIndex {
  readonly #live = new Set<LiveQuiet>();
  /** In the order in which they came; those that ended as well. */
  #added: LiveQuiet[] = [];
  #removed = 0;
  #tables: Tables | null = null;
  #ofHosts = new WeakMap<HostWatch, KnownHost>();
  readonly #ofServices = new WeakMap<
    ServiceWatch,
    { readonly of: readonly LiveQuiet[]; readonly found: readonly LiveQuiet[] }
  >();

  add(quiet: LiveQuiet): void {
    this.#live.add(quiet);
    this.#added.push(quiet);
    this.#tables = null;
  }

  remove(quiet: LiveQuiet): void {
    this.#live.delete(quiet);
    this.#removed += 1;
    this.#tables = null;
    if (this.#added.length <= 2 * this.#live.size + LEFTOVERS_MAX) return;
    this.#added = [...this.#live];
    this.#ofHosts = new WeakMap();
  }

  /** In no order. */
  of(watch: ServiceWatch): readonly LiveQuiet[] {
    if (this.#live.size === 0) return NONE;
    const candidates = this.#ofHost(watch.on);
    if (candidates.length === 0) return NONE;
    const known = this.#ofServices.get(watch);
    if (known?.of === candidates) return known.found;
    const found = candidates.filter(({ coverage }) => coversService(coverage, watch));
    this.#ofServices.set(watch, { of: candidates, found });
    return found;
  }

  /** The same list as long as it has the same in it. */
  #ofHost(on: HostWatch): readonly LiveQuiet[] {
    const known = this.#ofHosts.get(on);
    const added = this.#added.length;
    const removed = this.#removed;
    if (known?.added === added && known.removed === removed) return known.found;
    const found = known && added - known.added <= TRIED_MAX ? this.#goOn(known, on) : this.#lookUp(on);
    this.#ofHosts.set(on, { added, removed, found });
    return found;
  }

  #goOn(known: KnownHost, { entry: { cluster, name: host } }: HostWatch): readonly LiveQuiet[] {
    const isLive = (quiet: LiveQuiet) => this.#live.has(quiet);
    const kept = known.found.every(isLive) ? known.found : known.found.filter(isLive);
    const fresh = this.#added
      .slice(known.added)
      .filter((quiet) => isLive(quiet) && mayCover(quiet, { cluster, host }));
    return fresh.length === 0 ? kept : [...kept, ...fresh];
  }

  #lookUp({ entry: { cluster, name: host } }: HostWatch): readonly LiveQuiet[] {
    this.#tables ??= new Tables(this.#live);
    const found = this.#tables
      .candidates(cluster, host)
      .filter((quiet) => mayCover(quiet, { cluster, host }));
    return found.length === 0 ? NONE : found;
  }
}

/** Whether finding what it covers takes more than a look-up of names: its pattern is tried on every host. */
export function isBroad({ coverage: { services, host, cluster } }: LiveQuiet): boolean {
  if (services !== null) return false;
  if (host === null) return cluster?.names == null;
  return host.names === null && host.prefix === '';
}

function mayCover({ coverage }: LiveQuiet, of: { cluster: string; host: string }): boolean {
  return mayCoverHost(coverage, of) && (coverage.keyedHosts?.has(hostKeyOf(of)) ?? true);
}

/** By the names that rules write out. */
class Tables {
  readonly #byKey = new Map<string, LiveQuiet[]>();
  readonly #byHost: PatternIndex<LiveQuiet>;
  readonly #byCluster: PatternIndex<LiveQuiet>;

  constructor(quiets: Iterable<LiveQuiet>) {
    const byHost: [Pattern, LiveQuiet][] = [];
    const byCluster: [Pattern, LiveQuiet][] = [];
    for (const quiet of quiets) {
      const { keyedHosts, host, cluster } = quiet.coverage;
      if (keyedHosts !== null) this.#addKeys(quiet, keyedHosts);
      else if (host === null) byCluster.push([cluster ?? anything(), quiet]);
      else byHost.push([host, quiet]);
    }
    this.#byHost = new PatternIndex(byHost);
    this.#byCluster = new PatternIndex(byCluster);
  }

  /** Each once. */
  candidates(cluster: string, host: string): LiveQuiet[] {
    return [
      ...new Set([
        ...(this.#byKey.get(hostKeyOf({ cluster, host })) ?? NONE),
        ...this.#byHost.matching(host),
        ...this.#byCluster.matching(cluster),
      ]),
    ];
  }

  #addKeys(quiet: LiveQuiet, hosts: ReadonlySet<string>): void {
    for (const host of hosts) {
      const list = this.#byKey.get(host);
      if (list) list.push(quiet);
      else this.#byKey.set(host, [quiet]);
    }
  }
}

function anything(): Pattern {
  const compiled = compilePattern('.*');
  if (!compiled.ok) throw new Error(compiled.fault);
  return compiled.pattern;
}
