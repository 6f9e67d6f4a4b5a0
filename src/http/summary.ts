import { describeBreach, parseRange } from '../model/range.ts';
import { severity } from './severity.ts';
import type { ServiceView } from '../contract/api.ts';

const PHRASES_MAX = 2;

/**
 * A cluster's open problems in words, the worst first: `2 hosts down, load above 8 on 5 hosts`; `all well`
 * for none.
 */
export function summarise(problems: Iterable<ServiceView>): string {
  const groups = new Map<string, { first: ServiceView; hosts: Set<string> }>();
  for (const view of problems) {
    const key = `${view.state}\0${view.host === ''}\0${plainName(view)}\0${threshold(view)}`;
    const group = groups.get(key);
    if (group) group.hosts.add(view.host);
    else groups.set(key, { first: view, hosts: new Set([view.host]) });
  }
  const sorted = [...groups.values()].toSorted(
    (a, b) =>
      severity(b.first.state) - severity(a.first.state) ||
      b.hosts.size - a.hosts.size ||
      (plainName(a.first) < plainName(b.first) ? -1 : 1),
  );
  if (sorted.length === 0) return 'all well';
  const phrases = sorted.slice(0, PHRASES_MAX).map(({ first, hosts }) => phrase(first, hosts));
  const further = sorted.length - phrases.length;
  return further > 0 ? `${phrases.join(', ')} and ${further} more` : phrases.join(', ');
}

function phrase(view: ServiceView, hosts: ReadonlySet<string>): string {
  if (view.service === 'host') {
    return `${hosts.size === 1 ? '1 host' : `${hosts.size} hosts`} ${view.state.toLowerCase()}`;
  }
  if (view.host === '') return `${view.service} ${breach(view)}`;
  const where = hosts.size === 1 ? view.host : `${hosts.size} hosts`;
  return `${plainName(view)} ${breach(view)} on ${where}`;
}

/**
 * A service made for one of several metrics carries it in brackets: `load[cpu-0/cpu-idle]`. An aggregate's
 * brackets say which part of the fleet it is of, and stay.
 */
function plainName({ host, service }: ServiceView): string {
  if (host === '') return service;
  const bracket = service.indexOf('[');
  return bracket > 0 ? service.slice(0, bracket) : service;
}

function threshold(view: ServiceView): string {
  if (view.state === 'CRITICAL') return view.critical;
  return view.state === 'WARNING' ? view.warning : '';
}

function breach(view: ServiceView): string {
  const parsed = parseRange(threshold(view));
  // The value is not known here: a range that starts at 0, as `8` does, is taken as its upper end.
  return parsed.ok ? describeBreach(parsed.range, Number.POSITIVE_INFINITY) : view.state.toLowerCase();
}
