import { createHash } from 'node:crypto';
import { httpOutcome } from './http-outcome.ts';
import { readSecret } from './secret-file.ts';
import { sendOut } from './outgoing/send-out.ts';
import {
  matterOf,
  nameOf,
  oneLine,
  servicesOf,
  shortened,
  sinceWords,
  summaryOf,
  toneOf,
  webLink,
} from './words.ts';
import type { Channel } from './channel.ts';
import type { OutgoingOptions } from './outgoing/send-out.ts';
import type { Page } from '../model/service-state.ts';
import type { PageLinks } from './links.ts';
import type { Tone } from './words.ts';

interface PagerDutyOptions {
  readonly url: string;
  /** One of the two. */
  readonly routingKey: string | null;
  readonly routingKeyFile: string | null;
  readonly links: PageLinks;
  readonly clock: () => number;
  readonly outgoing?: OutgoingOptions;
}

/** PagerDuty's Events API v2. */
export function pagerdutyChannel(options: PagerDutyOptions): Channel {
  const { url, links, clock, outgoing } = options;
  return {
    async send(page, signal) {
      const event = pagerdutyEvent(page, links);
      if (event === null) return { ok: true, detail: 'nothing sent: PagerDuty has no such event' };
      const key = await routingKeyOf(options);
      if (!key.ok) return { ok: false, retryable: true, detail: key.fault };
      const body = JSON.stringify({ routing_key: key.secret, ...event });
      const headers = { 'content-type': 'application/json' };
      const answer = await sendOut({ url, method: 'POST', headers, body }, signal, outgoing);
      return httpOutcome(answer, clock(), true);
    },
  };
}

function routingKeyOf({ routingKey, routingKeyFile }: PagerDutyOptions): ReturnType<typeof readSecret> {
  if (routingKeyFile !== null) return readSecret(routingKeyFile, 'its routing_key_file');
  return Promise.resolve({ ok: true, secret: routingKey ?? '' });
}

type Action = 'trigger' | 'acknowledge' | 'resolve';

/**
 * An incident of which something is open still is triggered again, never resolved. Null: there is no such
 * event.
 */
function actionOf({ kind, open }: Page): Action | null {
  switch (kind) {
    case 'problem':
    case 'reminder':
    case 'notice':
    case 'test':
      return 'trigger';
    case 'recovery':
    case 'closed':
      return open > 0 ? 'trigger' : 'resolve';
    case 'acknowledgement':
      return 'acknowledge';
    default:
      return null;
  }
}

const SEVERITIES: Readonly<Record<Tone, string>> = {
  critical: 'critical',
  warning: 'warning',
  unknown: 'error',
  ok: 'info',
  note: 'info',
};

/** Bounds of the Events API. */
const SUMMARY_CHARS = 1024;
const DEDUP_CHARS = 255;
const DETAIL_CHARS = 500;
const SERVICES_TOLD = 50;

/** An event without its routing key. */
export function pagerdutyEvent(page: Page, links: PageLinks): Record<string, unknown> | null {
  const action = actionOf(page);
  if (action === null) return null;
  const named = { event_action: action, dedup_key: dedupKeyOf(page) };
  if (action !== 'trigger') return named;
  return {
    ...named,
    client: 'Muster',
    client_url: links.page(page),
    links: linksOf(page, links),
    payload: {
      summary: shortened(summaryOf(page), SUMMARY_CHARS),
      source: page.host || page.cluster || 'muster',
      severity: SEVERITIES[toneOf(worstOf(page))],
      timestamp: new Date(page.createdMs).toISOString(),
      component: page.service || undefined,
      group: page.cluster || undefined,
      class: page.route || undefined,
      custom_details: detailsOf(page),
    },
  };
}

/** One incident there is one incident here; what belongs to none, a service. */
function dedupKeyOf(page: Page): string {
  const key = matterOf(page) ?? page.key;
  return key.length <= DEDUP_CHARS ? key : createHash('sha256').update(key).digest('hex');
}

/** Of a recovery that is not complete: what is left. */
function worstOf(page: Page): string {
  if (page.kind !== 'recovery' && page.kind !== 'closed') return page.state;
  return page.services.find(({ news }) => news === 'open' || news === 'problem')?.state ?? 'UNKNOWN';
}

function linksOf(page: Page, links: PageLinks): { href: string; text: string }[] {
  const runbook = webLink(page.runbook) ?? '';
  const all = [
    { href: links.acknowledge(page), text: 'Acknowledge in Muster' },
    { href: runbook, text: 'Runbook' },
  ];
  return all.filter(({ href }) => href !== '');
}

function detailsOf(page: Page): Record<string, unknown> {
  const services = servicesOf(page).slice(0, SERVICES_TOLD);
  return {
    output: shortened(page.output, DETAIL_CHARS),
    since: sinceWords(page),
    notes: shortened(page.notes, DETAIL_CHARS),
    count: page.count,
    open: page.open,
    services: services.map((one) =>
      shortened(oneLine(`${nameOf(one)} is ${one.state}: ${one.output}`), DETAIL_CHARS),
    ),
  };
}
