import { httpOutcome } from './http-outcome.ts';
import { nameOf, oneLine, servicesOf } from './words.ts';
import { sendOut } from './outgoing/send-out.ts';
import type { Channel } from './channel.ts';
import type { OutgoingOptions } from './outgoing/send-out.ts';
import type { Page, PagedService } from '../model/service-state.ts';
import type { PageLinks } from './links.ts';

interface AlertmanagerOptions {
  /** Of the server: `http://127.0.0.1:9093`. */
  readonly url: string;
  /** Put on every alert. */
  readonly labels: Readonly<Record<string, string>>;
  readonly links: PageLinks;
  readonly clock: () => number;
  readonly outgoing?: OutgoingOptions;
}

/** One alert of `POST /api/v2/alerts`. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** Services whose severity is remembered. */
const REMEMBERED_MAX = 20_000;
/** Without an end an alert is over there after five minutes (`resolve_timeout`): ours has one that is far. */
const OPEN_FOR_MS = 366 * 86_400_000;
const TEST_FOR_MS = 300_000;

/** Prometheus' Alertmanager, version 2 of its API: one alert a service. */
export function alertmanagerChannel(options: AlertmanagerOptions): Channel {
  const { links, clock, outgoing } = options;
  const url = `${options.url.replace(/\/+$/u, '').replace(/\/api\/v2\/alerts$/u, '')}/api/v2/alerts`;
  const severities = new Severities();
  return {
    async send(page, signal) {
      const alerts = alertsOf(page, options.labels, links, severities);
      if (alerts.length === 0) return { ok: true, detail: 'nothing sent: Alertmanager has no such alert' };
      const body = JSON.stringify(alerts);
      const headers = { 'content-type': 'application/json' };
      const answer = await sendOut({ url, method: 'POST', headers, body }, signal, outgoing);
      const outcome = httpOutcome(answer, clock(), true);
      if (outcome.ok) severities.sent(page);
      return outcome;
    },
  };
}

/**
 * A severity is a label, and labels say which alert it is: one that was critical and is a warning now is
 * another one, and the first is to be ended. So the last one sent is remembered; after a restart an end is
 * told of all there are.
 */
export class Severities {
  readonly #last = new Map<string, string>();

  /** What may be open there of a service. */
  open(one: PagedService): readonly string[] {
    const last = this.#last.get(keyOf(one));
    if (last !== undefined) return [last];
    return one.service === 'host' ? ['down', 'unreachable'] : ['critical', 'warning', 'unknown'];
  }

  /** What was sent of a service, if that is known. */
  last(one: PagedService): string | undefined {
    return this.#last.get(keyOf(one));
  }

  sent(page: Page): void {
    for (const one of servicesOf(page)) {
      const key = keyOf(one);
      this.#last.delete(key);
      if (!isOver(one)) this.#last.set(key, severityOf(one));
    }
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= REMEMBERED_MAX) return;
      this.#last.delete(oldest);
    }
  }
}

/**
 * The alerts of a page; those that are open already, too: an Alertmanager that was restarted has forgotten
 * them.
 */
export function alertsOf(
  page: Page,
  labels: Readonly<Record<string, string>>,
  links: PageLinks,
  severities: Severities,
): Alert[] {
  switch (page.kind) {
    case 'test':
    case 'notice':
      return [noticeOf(page, labels, links)];
    case 'problem':
    case 'reminder':
    case 'recovery':
    case 'closed':
      return servicesOf(page).flatMap((one) => alertsOfService(one, { page, labels, links, severities }));
    default:
      return [];
  }
}

interface Of {
  readonly page: Page;
  readonly labels: Readonly<Record<string, string>>;
  readonly links: PageLinks;
  readonly severities: Severities;
}

function alertsOfService(one: PagedService, of: Of): Alert[] {
  const { page, severities } = of;
  const now = new Date(page.createdMs).toISOString();
  const ended = (severity: string) => ({ ...alertOf(one, severity, of), endsAt: now });
  if (isOver(one)) return severities.open(one).map(ended);
  const severity = severityOf(one);
  const last = severities.last(one);
  const firing = {
    ...alertOf(one, severity, of),
    startsAt: new Date(one.sinceMs).toISOString(),
    endsAt: new Date(page.createdMs + OPEN_FOR_MS).toISOString(),
  };
  return last === undefined || last === severity ? [firing] : [firing, ended(last)];
}

function alertOf(one: PagedService, severity: string, { page, labels, links }: Of): Omit<Alert, 'endsAt'> {
  const { cluster, host, service } = one;
  return {
    labels: filled({ alertname: service, cluster, host, instance: host, severity, ...labels }),
    annotations: filled({
      summary: oneLine(`${nameOf(one)} is ${one.state}`),
      description: one.output,
      notes: one.notes,
      runbook_url: one.runbook,
      acknowledge_url: links.acknowledge(page),
      incident: page.incident,
    }),
    generatorURL: links.service(one),
  };
}

/** Over by itself after a while: nobody tells of its end. */
function noticeOf(page: Page, labels: Readonly<Record<string, string>>, links: PageLinks): Alert {
  const alertname = page.kind === 'test' ? 'MusterTest' : 'MusterNotice';
  return {
    labels: filled({ alertname, cluster: page.cluster, host: page.host, severity: 'info', ...labels }),
    annotations: filled({ summary: page.title, description: page.output }),
    startsAt: new Date(page.createdMs).toISOString(),
    endsAt: new Date(page.createdMs + TEST_FOR_MS).toISOString(),
    generatorURL: links.page(page),
  };
}

/** An empty label is none there. */
function filled(words: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== ''));
}

function isOver({ news }: PagedService): boolean {
  return news === 'recovery' || news === 'closed';
}

function severityOf({ state }: PagedService): string {
  return state.toLowerCase();
}

function keyOf({ cluster, host, service }: PagedService): string {
  return `${cluster}\0${host}\0${service}`;
}
