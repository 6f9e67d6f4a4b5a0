import { COVERED_SHOWN_MAX } from '../../alert-limits.ts';
import {
  coversFacts,
  coversService,
  coversSeverity,
  keyOf,
  mayCoverHost,
} from '../../alert/quiet/coverage.ts';
import { isOfGroup } from '../group-silence.ts';
import { isOpen } from '../../alert/told.ts';
import { serviceView } from '../report.ts';
import type { Coverage } from '../../alert/quiet/coverage.ts';
import type { CoverageView } from '../../contract/alert-views.ts';
import type { HostWatch, ServiceWatch } from '../watch.ts';
import type { ServiceKey } from '../../model/service-state.ts';

/** Everything under watch. */
export interface Watched {
  readonly hosts: ReadonlyMap<string, HostWatch>;
  /** Stand-ins for hosts, whose services are the aggregates. */
  readonly together: ReadonlyMap<string, HostWatch>;
  service(key: ServiceKey): ServiceWatch | undefined;
}

/** What a rule covers now, by names and facts. Hosts that are retired have no services. */
export function* namedBy(coverage: Coverage, watched: Watched): Generator<ServiceWatch> {
  for (const on of hostsOf(coverage, watched)) {
    const { cluster, name: host } = on.entry;
    if (on.state === 'RETIRED' || !mayCoverHost(coverage, { cluster, host })) continue;
    if (!coversFacts(coverage, on.entry)) continue;
    for (const watch of on.services.values()) {
      if (coversService(coverage, watch) && isOfIncident(coverage, watch)) yield watch;
    }
  }
}

/** The same, as its state is now where the rule asks for states. */
export function* coveredBy(coverage: Coverage, watched: Watched): Generator<ServiceWatch> {
  for (const watch of namedBy(coverage, watched)) {
    if (coversSeverity(coverage, severitiesOf(watch))) yield watch;
  }
}

/** Names of states that patterns of severities are tried on: the group's service stands for hosts DOWN. */
export function severitiesOf(watch: ServiceWatch): readonly string[] {
  if (watch.status.kind === 'ok') return ['ok'];
  return isOfGroup(watch) ? ['critical', 'down'] : [watch.status.problem.toLowerCase()];
}

/** How many there are, and the first of them: problems before what is well, by name. */
export function coverageView(watches: Iterable<ServiceWatch>): CoverageView {
  const found = [...watches];
  const hosts = new Set(found.map(({ cluster, host }) => `${cluster}\0${host}`));
  return {
    count: found.length,
    hosts: hosts.size,
    services: found.toSorted(inOrder).slice(0, COVERED_SHOWN_MAX).map(serviceView),
  };
}

function inOrder(a: ServiceWatch, b: ServiceWatch): number {
  const worse = Number(a.status.kind === 'ok') - Number(b.status.kind === 'ok');
  if (worse !== 0) return worse;
  const [one, other] = [keyOf(a), keyOf(b)];
  return one < other ? -1 : Number(one > other);
}

/** Plain names are looked up: a downtime of one host does not look at all the others. */
function* hostsOf({ cluster, host, keyedHosts }: Coverage, watched: Watched): Generator<HostWatch> {
  const { hosts, together } = watched;
  if (keyedHosts !== null) {
    for (const key of keyedHosts) {
      const on = key.endsWith('\0') ? together.get(key.slice(0, -1)) : hosts.get(key);
      if (on) yield on;
    }
    return;
  }
  if (cluster?.names && host?.names && !host.names.has('')) {
    for (const one of cluster.names) {
      for (const name of host.names) {
        const on = hosts.get(`${one}\0${name}`);
        if (on) yield on;
      }
    }
    return;
  }
  yield* hosts.values();
  yield* together.values();
}

function isOfIncident({ incident }: Coverage, { told }: ServiceWatch): boolean {
  return incident === null || told.some((one) => one.incident === incident && isOpen(one));
}
