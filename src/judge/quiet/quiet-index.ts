import { compilePattern } from '../../model/pattern.ts';
import { coversService, hostKeyOf, mayCoverHost } from '../../alert/quiet/coverage.ts';
import { PatternIndex } from '../../check/pattern-index.ts';
import type { HostWatch, ServiceWatch } from '../watch.ts';
import type { LiveQuiet } from '../../alert/quiet/live-quiet.ts';
import type { Pattern } from '../../model/pattern.ts';

const NONE: readonly LiveQuiet[] = [];

/**
 * Which downtimes and silences may cover a service, by names. Lists of services and plain names of hosts and
 * clusters are looked up; the others are tried once a host, and what was found is remembered.
 */
export class QuietIndex {
  readonly #byKey = new Map<string, LiveQuiet[]>();
  readonly #byHost: PatternIndex<LiveQuiet>;
  readonly #byCluster: PatternIndex<LiveQuiet>;
  readonly #ofHosts = new WeakMap<HostWatch, readonly LiveQuiet[]>();
  readonly #ofServices = new WeakMap<ServiceWatch, readonly LiveQuiet[]>();
  readonly #isEmpty: boolean;

  constructor(quiets: Iterable<LiveQuiet>) {
    const byHost: [Pattern, LiveQuiet][] = [];
    const byCluster: [Pattern, LiveQuiet][] = [];
    let count = 0;
    for (const quiet of quiets) {
      const { services, host, cluster } = quiet.coverage;
      count += 1;
      if (services !== null) this.#addKeys(quiet, services);
      else if (host === null) byCluster.push([cluster ?? anything(), quiet]);
      else byHost.push([host, quiet]);
    }
    this.#isEmpty = count === 0;
    this.#byHost = new PatternIndex(byHost);
    this.#byCluster = new PatternIndex(byCluster);
  }

  /** In no order. */
  of(watch: ServiceWatch): readonly LiveQuiet[] {
    if (this.#isEmpty) return NONE;
    let found = this.#ofServices.get(watch);
    if (found === undefined) {
      const candidates = this.#ofHost(watch.on);
      found = candidates.filter(({ coverage }) => coversService(coverage, watch));
      this.#ofServices.set(watch, found.length === 0 ? NONE : found);
    }
    return found;
  }

  #addKeys(quiet: LiveQuiet, keys: ReadonlySet<string>): void {
    const hosts = new Set(Array.from(keys, (key) => key.slice(0, key.lastIndexOf('\0'))));
    for (const host of hosts) {
      const list = this.#byKey.get(host);
      if (list) list.push(quiet);
      else this.#byKey.set(host, [quiet]);
    }
  }

  #ofHost(on: HostWatch): readonly LiveQuiet[] {
    let found = this.#ofHosts.get(on);
    if (found === undefined) {
      const { cluster, name: host } = on.entry;
      const candidates = [
        ...(this.#byKey.get(hostKeyOf({ cluster, host })) ?? NONE),
        ...this.#byHost.matching(host),
        ...this.#byCluster.matching(cluster),
      ];
      found = [...new Set(candidates)].filter(({ coverage }) => mayCoverHost(coverage, { cluster, host }));
      this.#ofHosts.set(on, found.length === 0 ? NONE : found);
    }
    return found;
  }
}

function anything(): Pattern {
  const compiled = compilePattern('.*');
  if (!compiled.ok) throw new Error(compiled.fault);
  return compiled.pattern;
}
