import { httpOutcome } from './http-outcome.ts';
import { readSecret } from './secret-file.ts';
import { sendOut } from './outgoing/send-out.ts';
import { servicesOf } from './words.ts';
import { signatureOf } from './signature.ts';
import type { Channel } from './channel.ts';
import type { OutgoingOptions } from './outgoing/send-out.ts';
import type { Page } from '../model/service-state.ts';
import type { PageLinks } from './links.ts';

export interface WebhookOptions {
  readonly url: string;
  /** Signs every request; null: none is signed. */
  readonly secretFile: string | null;
  readonly links: PageLinks;
  readonly clock: () => number;
  readonly outgoing?: OutgoingOptions;
}

/** POSTs a page as JSON; delivered when the receiver answers 2xx. Redirects are not followed. */
export function webhookChannel({ url, secretFile, links, clock, outgoing }: WebhookOptions): Channel {
  return {
    async send(page, signal) {
      const body = JSON.stringify(webhookBody(page, links));
      const signed: Record<string, string> = {};
      if (secretFile !== null) {
        const read = await readSecret(secretFile, 'its secret_file');
        if (!read.ok) return { ok: false, retryable: true, detail: read.fault };
        signed['muster-signature'] = signatureOf(body, read.secret, clock());
      }
      const headers = { 'content-type': 'application/json', 'idempotency-key': page.key, ...signed };
      const answer = await sendOut({ url, method: 'POST', headers, body }, signal, outgoing);
      return httpOutcome(answer, clock());
    },
  };
}

/** The body's shape is a contract with receivers: `version` grows when a key changes its meaning. */
export function webhookBody(page: Page, links: PageLinks): Record<string, unknown> {
  return {
    version: 1,
    kind: page.kind,
    id: page.key,
    cluster: page.cluster,
    host: page.host,
    service: page.service,
    state: page.state,
    state_type: page.stateType,
    output: page.output,
    since_ms: page.sinceMs,
    notes: page.notes,
    runbook: page.runbook,
    url: links.page(page),
    acknowledge_url: links.acknowledge(page),
    incident: page.incident,
    route: page.route,
    title: page.title,
    count: page.count,
    open: page.open,
    alerts: servicesOf(page).map((one) => ({
      news: one.news,
      cluster: one.cluster,
      host: one.host,
      service: one.service,
      state: one.state,
      state_type: one.stateType,
      output: one.output,
      since_ms: one.sinceMs,
      notes: one.notes,
      runbook: one.runbook,
      url: links.service(one),
    })),
  };
}
