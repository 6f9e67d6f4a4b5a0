import { ratio } from '../../check/functions/ratio.ts';
import { stateName } from '../report.ts';
import { HOST_SERVICE } from '../watch.ts';
import { isHostDown } from '../host-state.ts';
import { isNewHost } from '../host-turn.ts';
import type { CompiledAggregate } from '../../check/rule.ts';
import type { Count, Members } from './aggregate-source.ts';
import type { HostEntry } from '../../live/entries.ts';
import type { HostWatch } from '../watch.ts';
import type { Looking } from './value-source.ts';

/** After a start the hosts that were known are announced one after the other. */
const ANNOUNCED_WITHIN_MS = 10_000;

/** Where a host's service stands; null: it has none, or nothing is known of it yet. */
type StateOf = (host: HostWatch) => string | null;

/** Hosts, and how each of them or a service of it is. */
export class StateMembers implements Members {
  readonly #of: CompiledAggregate & { readonly kind: 'states' };
  readonly #stateOf: StateOf;
  readonly #list = new Set<HostWatch>();

  constructor(of: CompiledAggregate & { readonly kind: 'states' }) {
    this.#of = of;
    this.#stateOf = of.service === HOST_SERVICE ? hostState : serviceState(of.service);
  }

  get size(): number {
    return this.#list.size;
  }

  get units(): string {
    return this.#of.function === 'percent' ? '%' : '';
  }

  get isThere(): boolean {
    const { service } = this.#of;
    if (service === HOST_SERVICE) return this.#list.size > 0;
    for (const { services } of this.#list) if (services.has(service)) return true;
    return false;
  }

  add(host: HostWatch): void {
    this.#list.add(host);
  }

  remove(host: HostWatch): void {
    this.#list.delete(host);
  }

  metrics(): readonly string[] {
    return [];
  }

  *hosts(): Iterable<HostEntry> {
    for (const { entry } of this.#list) yield entry;
  }

  count({ nowMs, startedMs }: Looking): Count {
    const { states, function: name, service } = this.#of;
    const isOfHosts = service === HOST_SERVICE;
    let counted = 0;
    let down = 0;
    let waiting = 0;
    let found = 0;
    for (const host of this.#list) {
      if (host.state === 'RETIRED' || (isOfHosts && isStray(host))) continue;
      const state = this.#stateOf(host);
      if (state === null) {
        // After a start it is not known yet, but was before.
        if (host.waiting) waiting += 1;
        continue;
      }
      if (!isOfHosts && isHostDown(host)) {
        down += 1;
        continue;
      }
      counted += 1;
      if (states.has(state)) found += 1;
    }
    const value = name === 'percent' ? ratio(found, counted, true) : counted === 0 ? Number.NaN : found;
    const all = counted + down + waiting;
    // Who is missing could be among those that were not announced yet.
    if (nowMs - startedMs < ANNOUNCED_WITHIN_MS) waiting = all;
    return {
      value,
      all,
      counted,
      down,
      stale: 0,
      waiting,
      atMs: nowMs,
      observation: nowMs,
    };
  }
}

/** Whether nobody is told of its silence, here as by itself. */
function isStray(host: HostWatch): boolean {
  return host.state === 'DOWN' && host.reported === null && isNewHost(host);
}

/** Its service `host` where it has one, and what its silence says where it has none. */
function hostState(host: HostWatch): string | null {
  const watch = host.services.get(HOST_SERVICE);
  if (watch?.judged === true) return stateName(watch);
  return host.waiting || host.state === 'PENDING' ? null : host.state;
}

function serviceState(service: string): StateOf {
  return (host) => {
    const watch = host.services.get(service);
    return watch?.judged === true ? stateName(watch) : null;
  };
}
