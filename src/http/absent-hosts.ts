import { instanceFacts } from '../fleet/names.ts';
import { instanceView } from './instance-view.ts';
import type { HostView } from '../contract/api.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { Instance } from '../fleet/instance.ts';
import type { Registry, Retired } from './ports.ts';
import type { RetiredHost } from '../model/retired.ts';

/** A host that nobody hears: what a search of hosts looks at, and how it is shown. */
export interface AbsentHost {
  readonly cluster: string;
  readonly name: string;
  readonly address: string;
  readonly facts: ReadonlyMap<string, string>;
  readonly state: 'PENDING' | 'RETIRED';
  /** Why it left; null: it is awaited. */
  readonly reason: string | null;
  readonly view: () => HostView;
}

interface Known {
  readonly catalogue: Catalogue;
  readonly retired: Retired;
  readonly registry: Registry;
}

/** Instances that registered and were not heard since. */
export function* awaitedHosts(known: Known): Generator<AbsentHost> {
  for (const [left, instance] of awaited(known)) yield absent(left, instance);
}

/** Hosts that have left, and instances that left without having been heard. */
export function* retiredHosts(known: Known): Generator<AbsentHost> {
  for (const { left, instance } of gone(known)) {
    // The list has those that left last only.
    yield left
      ? absent(left, instance)
      : absent(known.retired.host(instance.cluster, instance.host), instance);
  }
}

/** How many of both, by cluster. */
export function countAbsent(known: Known): ReadonlyMap<string, { awaited: number; retired: number }> {
  const counts = new Map<string, { awaited: number; retired: number }>();
  const of = (cluster: string) => {
    const count = counts.get(cluster) ?? { awaited: 0, retired: 0 };
    counts.set(cluster, count);
    return count;
  };
  for (const [, { cluster }] of awaited(known)) of(cluster).awaited += 1;
  for (const { left, instance } of gone(known)) of(left ? left.cluster : instance.cluster).retired += 1;
  return counts;
}

function* awaited({ catalogue, retired, registry }: Known): Generator<[RetiredHost | undefined, Instance]> {
  for (const instance of registry.instances()) {
    const { cluster, host, registeredMs, standing } = instance;
    if (standing.kind === 'left' || registeredMs === 0 || catalogue.host(cluster, host)) continue;
    const left = retired.host(cluster, host);
    if (isAwaited(left, instance)) yield [left, instance];
  }
}

type Gone =
  | { readonly left: RetiredHost; readonly instance: Instance | undefined }
  | { readonly left: undefined; readonly instance: Instance };

function* gone({ catalogue, retired, registry }: Known): Generator<Gone> {
  const seen = new Set<string>();
  for (const left of retired.hosts()) {
    if (catalogue.host(left.cluster, left.name)) continue;
    seen.add(`${left.cluster}\0${left.name}`);
    const instance = registry.instance(left.cluster, left.name);
    if (!isAwaited(left, instance)) yield { left, instance };
  }
  for (const instance of registry.instances()) {
    const { cluster, host, standing } = instance;
    if (standing.kind === 'here' || catalogue.host(cluster, host) || seen.has(`${cluster}\0${host}`))
      continue;
    yield { left: undefined, instance };
  }
}

/** One of them; undefined: nothing is known of it. */
export function absentHost(
  { retired, registry }: Omit<Known, 'catalogue'>,
  { cluster, host }: { readonly cluster: string; readonly host: string },
): AbsentHost | undefined {
  const left = retired.host(cluster, host);
  const instance = registry.instance(cluster, host);
  return left ? absent(left, instance) : instance && absent(undefined, instance);
}

function absent(left: RetiredHost, instance: Instance | undefined): AbsentHost;
function absent(left: RetiredHost | undefined, instance: Instance): AbsentHost;
function absent(left: RetiredHost | undefined, instance: Instance | undefined): AbsentHost {
  const cluster = left?.cluster ?? instance?.cluster ?? '';
  const name = left?.name ?? instance?.host ?? '';
  const address = left?.address ?? instance?.addresses[0] ?? '';
  const facts = new Map([...(left?.facts ?? []), ...(instance ? instanceFacts(instance) : [])]);
  const state = isAwaited(left, instance) ? 'PENDING' : 'RETIRED';
  const reason = instance?.standing.kind === 'left' ? instance.standing.reason : (left?.reason ?? null);
  const view = (): HostView => ({
    cluster,
    name,
    address,
    state,
    last_seen_ms: left?.lastSeenMs ?? 0,
    silence_limit_ms: 0,
    clock_skew_ms: null,
    agent: left?.agent ?? '',
    conflict: null,
    facts: Object.fromEntries(facts),
    metrics: left?.records ?? 0,
    registered: instance !== undefined,
    instance: instance ? instanceView(instance) : null,
    retired_reason: state === 'RETIRED' ? reason : null,
    worst_state: 'OK',
  });
  return { cluster, name, address, facts, state, reason: state === 'RETIRED' ? reason : null, view };
}

/** It is there, as it says itself since anything was heard of it. */
function isAwaited(left: RetiredHost | undefined, instance: Instance | undefined): boolean {
  return instance?.standing.kind === 'here' && instance.registeredMs > (left?.retiredMs ?? 0);
}
