import type { Channel, SendOutcome } from './channel.ts';
import type { Page } from '../model/service-state.ts';

export interface WebhookOptions {
  readonly url: string;
  /** Where the pages' links lead, without a trailing slash. */
  readonly publicUrl: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** POSTs a page as JSON; delivered when the receiver answers 2xx. Redirects are not followed. */
export function webhookChannel(options: WebhookOptions): Channel {
  return {
    async send(page, signal) {
      const limit = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
      try {
        const response = await fetch(options.url, {
          method: 'POST',
          redirect: 'error',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'Muster',
            'idempotency-key': page.key,
          },
          body: JSON.stringify(webhookBody(page, options.publicUrl)),
          signal: AbortSignal.any([signal, limit]),
        });
        await response.body?.cancel();
        return outcomeOf(response.status);
      } catch (error) {
        return { ok: false, retryable: !isRedirect(error), detail: faultOf(error, limit.aborted) };
      }
    },
  };
}

/** The body's shape is a contract with receivers: `version` grows when a key changes its meaning. */
export function webhookBody(page: Page, publicUrl: string): Record<string, string | number> {
  const base = publicUrl.replace(/\/+$/, '');
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
    url: `${base}/hosts/${encodeURIComponent(page.cluster)}/${encodeURIComponent(page.host)}`,
  };
}

function outcomeOf(status: number): SendOutcome {
  const detail = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { ok: true, detail };
  // A receiver that says "not like this" will say so again; "not now" and its own faults pass.
  const retryable = status >= 500 || status === 408 || status === 425 || status === 429;
  return { ok: false, retryable, detail };
}

function isRedirect(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && error.cause.message.includes('redirect');
}

/** fetch says `fetch failed` and hides the reason in `cause`; neither names the URL. */
function faultOf(error: unknown, timedOut: boolean): string {
  if (timedOut) return 'no answer in time';
  if (isRedirect(error)) return 'answered with a redirect';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'failed';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}
