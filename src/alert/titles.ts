import { inCommon } from './agreement.ts';
import { familyOf } from './routes.ts';
import { severityRank } from './severity.ts';
import type { Draft, Named } from './pages.ts';
import type { ServiceKey } from '../model/service-state.ts';

/** In one line what a page says: `web-1: load is CRITICAL`, `37 hosts in web: load is CRITICAL`. */
export function titleOf(draft: Draft): string {
  const { news, othersCount } = draft;
  const called = calledBy(draft);
  const besides = { over: news.length - called.length, open: othersCount };
  const [one] = called;
  if (one && called.length === 1) return withOthers(titleOfOne(one, draft), besides);
  return withOthers(`${titleOfMany(called, draft.kind)}${incidentWords(draft)}`, besides);
}

/** A page of problems is called by these: who is well again is counted behind them. */
function calledBy({ kind, news }: Draft): readonly Named[] {
  return kind === 'problem' ? news.filter((one) => one.news === 'problem' || one.news === 'open') : news;
}

function titleOfOne(one: Named, { kind }: Draft): string {
  const subject = subjectOf(one);
  if (one.news === 'closed') return `${subject} is no longer watched`;
  return `${subject} is ${kind === 'reminder' ? 'still ' : ''}${one.state}`;
}

/** `web-1: load`, of an aggregate `web: load`; a host itself is `web-1`. */
export function subjectOf({ cluster, host, service }: ServiceKey): string {
  const where = host || cluster || 'grid';
  return service === 'host' ? where : `${where}: ${service}`;
}

function titleOfMany(called: readonly Named[], kind: Draft['kind']): string {
  const family = inCommon(called, ({ service }) => familyOf(service));
  const verb = family === '' || family === 'host' ? 'are' : 'is';
  return `${groupWords(called)} ${verb} ${standsOf(called, kind)}`;
}

function standsOf(called: readonly Named[], kind: Draft['kind']): string {
  switch (kind) {
    case 'closed':
      return 'no longer watched';
    case 'recovery':
      return called.every(({ service }) => service === 'host') ? 'UP' : 'OK';
    default:
      return `${kind === 'reminder' ? 'still ' : ''}${stateWords(called.map(({ state }) => state))}`;
  }
}

/** `CRITICAL`, `DOWN or UNREACHABLE`: the worst first. */
export function stateWords(states: readonly string[]): string {
  return [...new Set(states)].toSorted((a, b) => severityRank(a) - severityRank(b)).join(' or ');
}

/**
 * Where it is and what, as far as they have it in common: `37 hosts in web: load`, `5 services of db-1`,
 * `2 hosts in web`.
 */
export function groupWords(services: readonly ServiceKey[]): string {
  const cluster = inCommon(services, (one) => one.cluster);
  const host = inCommon(services, (one) => one.host);
  const family = inCommon(services, ({ service }) => familyOf(service));
  const within = cluster === '' ? '' : ` in ${cluster}`;
  if (host !== '' && cluster !== '') return `${services.length} services of ${host}${of(family)}`;
  const hosts = new Set(services.map((one) => `${one.cluster}\0${one.host}`)).size;
  if (family !== '') return `${hosts} hosts${within}${of(family === 'host' ? '' : family)}`;
  return `${services.length} services of ${hosts} hosts${within}`;
}

function of(family: string): string {
  return family === '' ? '' : `: ${family}`;
}

function incidentWords({ incidents }: Draft): string {
  return incidents > 1 ? ` · ${incidents} incidents` : '';
}

function withOthers(title: string, { over, open }: { readonly over: number; readonly open: number }): string {
  const besides = [over > 0 ? `${over} over` : '', open > 0 ? `${open} more open` : ''];
  const words = besides.filter((some) => some !== '').join(', ');
  return words === '' ? title : `${title} (${words})`;
}
