import { knownHost } from './past-host.ts';
import type { KnownHost } from './past-host.ts';
import type { Matcher } from '../check/matcher.ts';
import type { ServiceKey } from '../model/service-state.ts';

/** Kinds of services whose results come from elsewhere. */
export const REPORTED_KINDS: ReadonlySet<string> = new Set(['command', 'passive']);

/** Says of which services plugins and others report, by these definitions. */
export function isReportedBy(matcher: Matcher, hosts: readonly KnownHost[]): (key: ServiceKey) => boolean {
  const byKey = new Map(hosts.map((host) => [`${host.cluster}\0${host.name}`, knownHost(host)]));
  return ({ cluster, host: name, service }) => {
    const host = byKey.get(`${cluster}\0${name}`);
    if (host === undefined) return false;
    const own =
      matcher.ofHost(host).find((one) => one.service === service) ?? matcher.ofResult(host, service);
    return own !== null && REPORTED_KINDS.has(own.compiled.rule.subject.kind);
  };
}
