import { durationWords } from '../model/duration.ts';
import { isOwn } from '../model/own-service.ts';
import type { Page, PagedService, PageKind } from '../model/service-state.ts';
import type { PageLinks } from './links.ts';
import type { PageWords } from '../model/page-words.ts';

/** What every channel says of a page, in the same words. */

/** How bad it is, for a colour. */
export type Tone = 'critical' | 'warning' | 'unknown' | 'ok' | 'note';

const TONES: ReadonlyMap<string, Tone> = new Map([
  ['CRITICAL', 'critical'],
  ['DOWN', 'critical'],
  ['WARNING', 'warning'],
  ['UNKNOWN', 'unknown'],
  ['UNREACHABLE', 'unknown'],
  ['OK', 'ok'],
  ['UP', 'ok'],
]);

export function toneOf(state: string): Tone {
  return TONES.get(state) ?? 'note';
}

/** The page's own: what is still open makes a recovery a note. */
export function pageTone({ kind, state, open }: Page): Tone {
  if (kind === 'problem' || kind === 'reminder') return toneOf(state);
  if (kind === 'recovery' || kind === 'flapping-stop') return open > 0 ? 'note' : 'ok';
  return 'note';
}

const LABELS: Readonly<Record<Exclude<PageKind, 'problem' | 'reminder' | 'recovery'>, string>> = {
  closed: 'CLOSED',
  acknowledgement: 'ACKNOWLEDGED',
  notice: 'NOTICE',
  test: 'TEST',
  'flapping-start': 'FLAPPING',
  'flapping-stop': 'FLAPPING OVER',
  'flapping-disabled': 'FLAPPING NOT WATCHED',
  'downtime-start': 'DOWNTIME',
  'downtime-end': 'DOWNTIME OVER',
  'downtime-cancelled': 'DOWNTIME CANCELLED',
};

/** `CRITICAL`, `STILL CRITICAL`, `OK`, `PARTLY OK`, `TEST`. */
export function labelOf({ kind, state, open }: Page): string {
  switch (kind) {
    case 'problem':
      return state;
    case 'reminder':
      return `STILL ${state}`;
    case 'recovery':
      return open > 0 ? 'PARTLY OK' : 'OK';
    default:
      return LABELS[kind];
  }
}

/** In one line, whatever names hold: `[CRITICAL] 37 hosts in web: load`. */
export function summaryOf(page: Page): string {
  return oneLine(`[${labelOf(page)}] ${page.title.replace(SAID_BY_LABEL, '')}`);
}

/** What a title says for itself, where no label stands before it. */
const SAID_BY_LABEL =
  / (?:is|are) (?:still )?[A-Z]+(?: or [A-Z]+)*(?=(?: · \d+ incidents)?(?: \((?:\d+ over|(?:\d+ over, )?\d+ more open)\))?$)/u;

/** On one line, without signs that do not print. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

/** At most `chars` long; what was cut off shows. */
export function shortened(text: string, chars: number): string {
  const whole = text.toWellFormed();
  return whole.length <= chars
    ? whole
    : `${whole
        .slice(0, chars - 1)
        .toWellFormed()
        .replace(/\ufffd$/u, '')}…`;
}

/** The services it is about: of a page that names none its own. */
export function servicesOf(page: Page): readonly PagedService[] {
  if (page.services.length > 0 || page.service === '') return page.services;
  const { cluster, host, service, state, stateType, output, sinceMs, notes, runbook } = page;
  const key = { cluster, host, service, state, stateType, output, sinceMs, notes, runbook };
  return [{ ...key, news: newsOf(page.kind), metric: '', warning: '', critical: '' }];
}

function newsOf(kind: PageKind): PagedService['news'] {
  if (kind === 'recovery' || kind === 'closed') return kind;
  return kind === 'problem' ? 'problem' : 'open';
}

/**
 * What all pages about one matter have in common: the incident, or the service. Null: it stands alone, as a
 * test, or a page that gathers several incidents.
 */
export function matterOf({ kind, incident, count, cluster, host, service }: Page): string | null {
  if (kind === 'test' || kind === 'notice') return null;
  if (incident !== '') return incident;
  return count > 1 || service === '' ? null : `${cluster}/${host}/${service}`;
}

/** `web-1: load`, of an aggregate `web: load`, of the server itself `muster`. */
export function nameOf(key: PagedService): string {
  const { cluster, host, service } = key;
  if (isOwn(key)) return service;
  const where = host || cluster || 'grid';
  return service === 'host' ? where : `${where}: ${service}`;
}

/** `2026-11-22 02:55 UTC+1`, in the server's own zone unless told another. */
export function timeWords(ms: number, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...(timeZone === undefined ? {} : { timeZone }),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  }).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  const zone = part('timeZoneName').replace(/^GMT(?:[+]0)?/u, 'UTC');
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')} ${zone}`;
}

/** Since when, and how long that was when the page was made. */
export function sinceWords({ sinceMs, createdMs }: Page, timeZone?: string): string {
  const forMs = createdMs - sinceMs;
  const time = timeWords(sinceMs, timeZone);
  return forMs >= 1000 ? `${time} (${durationWords(forMs)})` : time;
}

/** A link of others, where it is one: `javascript:` and the like are none. */
export function webLink(text: string): string | null {
  const url = URL.parse(text);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.href : null;
}

const SERVICES_IN_WORDS = 20;

/** What templates may speak of. */
export function wordsOf(page: Page, links: PageLinks): PageWords {
  const { kind, state, cluster, host, service, output, notes, runbook, incident, route, receiver } = page;
  const lines = servicesOf(page).slice(0, SERVICES_IN_WORDS);
  return {
    summary: summaryOf(page),
    title: page.title,
    kind,
    state,
    state_type: page.stateType,
    cluster,
    host,
    service,
    output,
    since: timeWords(page.sinceMs),
    since_ms: String(page.sinceMs),
    notes,
    runbook,
    url: links.page(page),
    acknowledge_url: links.acknowledge(page),
    incident,
    route,
    receiver,
    id: page.key,
    count: String(page.count),
    open: String(page.open),
    services: lines.map((one) => oneLine(`${nameOf(one)} is ${one.state}: ${one.output}`)).join('\n'),
  };
}
