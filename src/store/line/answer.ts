import { LINE_DETAIL_CHARS_MAX } from '../../limits.ts';
import type { InfluxStoreConfig, VictoriaStoreConfig } from '../../contract/config.ts';

/** The store, as the configuration names it. */
type StoreType = (InfluxStoreConfig | VictoriaStoreConfig)['type'];

/** What came of one write request. */
export type Answer =
  | { readonly kind: 'ok' }
  /** There are lines the database will never take; others of the request may be stored already. */
  | {
      readonly kind: 'bad';
      readonly detail: string;
      /** So many lines were refused, at least; 0 where it does not say. */
      readonly dropped: number;
      /** These are a database's words about lines; else whoever answered may not be one. */
      readonly aboutLines: boolean;
    }
  | { readonly kind: 'large'; readonly detail: string }
  | { readonly kind: 'down'; readonly detail: string; readonly askedMs: number }
  /** The configuration is to be mended; the same lines will go then. */
  | { readonly kind: 'misconfigured'; readonly detail: string; readonly askedMs: number }
  | { readonly kind: 'aborted' };

/** An HTTP response as the sender saw it. */
export interface Response {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

/**
 * Reads a response to a write. InfluxDB: 204, 4xx of many kinds, 5xx. VictoriaMetrics: 204, 400. A 200 is
 * from somebody else, such as a page behind a wrong address.
 */
export function answerOf(response: Response, store: StoreType, nowMs: number): Answer {
  const { status } = response;
  const detail = wordsOf(response);
  const askedMs = askedPause(response.retryAfter, nowMs);
  if (status === 204) return { kind: 'ok' };
  if (status === 400 || status === 422) {
    const dropped = Number(/\bdropped=(\d{1,9})\b/.exec(response.text)?.[1] ?? 0);
    return { kind: 'bad', detail, dropped, aboutLines: /partial write|unable to parse/.test(response.text) };
  }
  if (status === 413) return { kind: 'large', detail };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { kind: 'down', detail, askedMs };
  }
  return { kind: 'misconfigured', detail: `${detail}; ${cureOf(status, store)}`, askedMs };
}

function cureOf(status: number, store: StoreType): string {
  if (store === 'influxdb' && (status === 401 || status === 403)) {
    return 'is the token in store.influxdb.token_file valid, and may it write to store.influxdb.bucket?';
  }
  if (store === 'influxdb' && status === 404) {
    return 'are store.influxdb.org, store.influxdb.bucket and store.influxdb.url right?';
  }
  return `is store.${store}.url right?`;
}

/** `422 partial write: …`: the status and the database's own words, on one line and not too long. */
function wordsOf({ status, text }: Response): string {
  // oxlint-disable-next-line no-control-regex -- they are what is replaced
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return `${status} ${line}`.trim().slice(0, LINE_DETAIL_CHARS_MAX);
}

/** `Retry-After` in milliseconds, from seconds or a date; 0 where there is none that makes sense. */
function askedPause(retryAfter: string | undefined, nowMs: number): number {
  if (retryAfter === undefined) return 0;
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - nowMs;
  return ms > 0 ? ms : 0;
}
