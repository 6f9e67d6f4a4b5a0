import { unturned } from '../../contract/unturned.ts';
import {
  nameOf,
  oneLine,
  pageTone,
  servicesOf,
  sinceWords,
  summaryOf,
  timeWords,
  webLink,
} from '../words.ts';
import type { Page } from '../../model/service-state.ts';
import type { PageLinks } from '../links.ts';
import type { Tone } from '../words.ts';

/** What a mail says, before it is written as text and as HTML. Nothing in it is escaped. */
export interface MailContent {
  readonly subject: string;
  readonly tone: Tone;
  /** `CRITICAL`, `OK`. */
  readonly title: string;
  readonly output: string;
  /** Name and value, in order. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly notes: string;
  readonly runbook: string | null;
  readonly services: readonly MailService[];
  /** Services of the page that are not in the list. */
  readonly left: number;
  readonly acknowledge: string;
  readonly link: string;
  readonly graph: MailGraph;
  readonly footer: string;
}

export interface MailService {
  readonly name: string;
  readonly state: string;
  readonly output: string;
  readonly since: string;
  readonly link: string;
}

/** `none`: nobody asked for it, or there is nothing to draw. */
export type MailGraph = 'none' | 'inlined' | 'missing';

const SERVICES_SHOWN = 20;

export function mailContent(page: Page, links: PageLinks, graph: MailGraph): MailContent {
  const services = servicesOf(page);
  const shown = services.slice(0, SERVICES_SHOWN);
  const { cluster, host, service, open, count, route, incident, kind } = page;
  const facts: [string, string][] = [];
  if (cluster !== '') facts.push(['Cluster', cluster]);
  if (host !== '') facts.push(['Host', host]);
  if (service !== '' && service !== 'host') facts.push(['Service', service]);
  facts.push(['Since', sinceWords(page)]);
  if (kind === 'recovery' && open > 0) facts.push(['Still open', String(open)]);
  else if (open > 1) facts.push(['Open', String(open)]);
  if (route !== '') facts.push(['Route', route]);
  return {
    subject: summaryOf(page),
    tone: pageTone(page),
    title: page.title,
    // Of several it is the worst's: the list below says whose.
    output: services.length > 1 && (host === '' || service === '') ? '' : unturned(page.output),
    facts: facts.map(([name, value]) => [name, oneLine(value)]),
    notes: page.notes,
    runbook: webLink(page.runbook),
    services: shown.map((one) => ({
      name: oneLine(nameOf(one)),
      state: one.news === 'closed' ? 'CLOSED' : one.state,
      output: unturned(one.output),
      since: timeWords(one.sinceMs),
      link: links.service(one),
    })),
    left: Math.max(count, services.length) - shown.length,
    acknowledge: links.acknowledge(page),
    link: links.page(page),
    graph,
    footer: oneLine(`Muster told ${page.receiver}${incident === '' ? '' : ` of incident ${incident}`}.`),
  };
}
