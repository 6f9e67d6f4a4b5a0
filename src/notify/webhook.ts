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
  const { url, headers } = targetOf(options.url);
  return {
    async send(page, signal) {
      const limit = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
      try {
        const response = await fetch(url, {
          method: 'POST',
          redirect: 'manual',
          headers: {
            ...headers,
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
        return { ok: false, retryable: true, detail: faultOf(error, limit.aborted) };
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
    url: base + pathOf(page),
  };
}

/** Where the page about it is: of a host's own state that of the host. */
function pathOf(page: Page): string {
  const [cluster, host, service] = [page.cluster, page.host, page.service].map(encodeURIComponent);
  if (page.service === 'host') return `/hosts/${cluster}/${host}`;
  return `/service?cluster=${cluster}&host=${host}&service=${service}`;
}

/** fetch refuses a URL with a user and password in it (Fetch Standard, 5.4): they go in a header. */
function targetOf(webhook: string): { url: string; headers: Record<string, string> } {
  const url = URL.parse(webhook);
  if (!url || (url.username === '' && url.password === '')) return { url: webhook, headers: {} };
  const credentials = Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString('base64');
  url.username = '';
  url.password = '';
  return { url: url.href, headers: { authorization: `Basic ${credentials}` } };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A percent sign that stands for itself.
  }
}

/** The answers that say the body itself is wrong. */
const BODY_REFUSED: readonly number[] = [400, 413, 422];

/** Everything else may pass: a receiver that is being deployed says 404, one whose token is mended 401. */
function outcomeOf(status: number): SendOutcome {
  if (status >= 200 && status < 300) return { ok: true, detail: `HTTP ${status}` };
  const isRedirect = status >= 300 && status < 400;
  const detail = `HTTP ${status}${isRedirect ? ', a redirect: not followed' : ''}`;
  return { ok: false, retryable: !BODY_REFUSED.includes(status), detail };
}

/** fetch says `fetch failed` and hides the reason in `cause`; neither names the URL. */
function faultOf(error: unknown, timedOut: boolean): string {
  if (timedOut) return 'no answer in time';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'failed';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}
