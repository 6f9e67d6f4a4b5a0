import { inCommon } from './agreement.ts';
import { familyOf } from './routes.ts';
import type { Draft, Named } from './pages.ts';

/** In one line what a page says: `web-1: load is CRITICAL`, `37 hosts in web: load`. */
export function titleOf(draft: Draft): string {
  const { news, othersCount } = draft;
  const called = calledBy(draft);
  const besides = { over: news.length - called.length, open: othersCount };
  const [one] = called;
  if (one && called.length === 1) return withOthers(titleOfOne(one, draft), besides);
  return withOthers(`${groupWords(called)}${incidentWords(draft)}${endOf(draft)}`, besides);
}

/** A page of problems is called by these: who is well again is counted behind them. */
function calledBy({ kind, news }: Draft): readonly Named[] {
  return kind === 'problem' ? news.filter((one) => one.news === 'problem' || one.news === 'open') : news;
}

function titleOfOne(one: Named, { kind }: Draft): string {
  const subject = `${one.host || one.cluster || 'grid'}: ${one.service}`;
  if (one.news === 'closed') return `${subject} is no longer watched`;
  return `${subject} is ${kind === 'reminder' ? 'still ' : ''}${one.state}`;
}

/** Where it is and what, as far as they have it in common: `37 hosts in web: load`, `5 services of db-1`. */
export function groupWords(
  services: readonly { readonly cluster: string; readonly host: string; readonly service: string }[],
): string {
  const cluster = inCommon(services, (one) => one.cluster);
  const host = inCommon(services, (one) => one.host);
  const family = inCommon(services, ({ service }) => familyOf(service));
  const within = cluster === '' ? '' : ` in ${cluster}`;
  if (host !== '' && cluster !== '') return `${services.length} services of ${host}${of(family)}`;
  const hosts = new Set(services.map((one) => `${one.cluster}\0${one.host}`)).size;
  if (family !== '') return `${hosts} hosts${within}: ${family}`;
  return `${services.length} services of ${hosts} hosts${within}`;
}

function of(family: string): string {
  return family === '' ? '' : `: ${family}`;
}

function incidentWords({ incidents }: Draft): string {
  return incidents > 1 ? ` · ${incidents} incidents` : '';
}

function endOf({ kind, news }: Draft): string {
  switch (kind) {
    case 'reminder':
      return ' · still';
    case 'recovery':
      return news.every((one) => one.service === 'host') ? ' · UP' : ' · OK';
    case 'closed':
      return ' · no longer watched';
    default:
      return '';
  }
}

function withOthers(title: string, { over, open }: { readonly over: number; readonly open: number }): string {
  const besides = [over > 0 ? `${over} over` : '', open > 0 ? `${open} more open` : ''];
  const words = besides.filter((some) => some !== '').join(', ');
  return words === '' ? title : `${title} (${words})`;
}
