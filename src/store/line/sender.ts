import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { LINE_CONNECTIONS_MAX, LINE_REQUEST_WITHIN_MS } from '../../limits.ts';
import { answerOf } from './answer.ts';
import { boundedRequests } from './bounded-request.ts';
import { tokenReader, withoutToken } from './token.ts';
import type { Transport } from '@influxdata/influxdb-client';
import type { InfluxStoreConfig, VictoriaStoreConfig } from '../../contract/config.ts';
import type { Answer } from './answer.ts';

export interface SenderOptions {
  readonly config: InfluxStoreConfig | VictoriaStoreConfig;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly withinMs?: number;
}

/** Writes lines by one request each. Whatever goes wrong is an answer; nothing is kept or tried again. */
export interface Sender {
  send(lines: string, signal: AbortSignal): Promise<Answer>;
  [Symbol.dispose](): void;
}

/** An idle connection is closed before servers and what stands between them do it. */
const IDLE_MS = 15_000;
const zipped = promisify(gzip);

/** The request and its connections are InfluxDB's client's; its batching, timers and retries stay unused. */
export function createSender({ config, now, withinMs = LINE_REQUEST_WITHIN_MS }: SenderOptions): Sender {
  const Agent = config.url.startsWith('https:') ? HttpsAgent : HttpAgent;
  const agent = new Agent({ keepAlive: true, maxSockets: LINE_CONNECTIONS_MAX, timeout: IDLE_MS });
  const transportOptions = { agent, 'follow-redirects': boundedRequests };
  const { transport } = new InfluxDB({ url: config.url, timeout: withinMs, transportOptions });
  const path = `/api/v2/write?${queryOf(config)}`;
  const authority = tokenReader(config.type === 'influxdb' ? config.tokenFile : null);

  return {
    async send(lines, signal) {
      const rights = await authority();
      if (!rights.ok) return { kind: 'misconfigured', detail: rights.detail, askedMs: 0 };
      // Level 1: a third of the time of level 6, which the client would take, and a tenth more bytes.
      const body = await zipped(lines, { level: 1 });
      const deadline = AbortSignal.timeout(withinMs);
      const headers = { ...HEADERS, ...rights.headers };
      const either = AbortSignal.any([signal, deadline]);
      const said = await post(transport, path, body, { headers, signal: either });
      if (signal.aborted) return { kind: 'aborted' };
      if ('status' in said) {
        return answerOf({ ...said, text: withoutToken(said.text, rights.token) }, config.type, now());
      }
      const detail = deadline.aborted ? `no answer within ${withinMs} ms` : said.fault;
      return { kind: 'down', detail: `${detail} (store.${config.type}.url)`, askedMs: 0 };
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

const HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'content-encoding': 'gzip' };

function queryOf(config: InfluxStoreConfig | VictoriaStoreConfig): string {
  const where = config.type === 'influxdb' ? { org: config.org, bucket: config.bucket } : {};
  return new URLSearchParams({ ...where, precision: 's' }).toString();
}

type Said =
  | { readonly status: number; readonly text: string; readonly retryAfter: string | undefined }
  | { readonly fault: string };

/** One request. Settles once, whatever the client calls afterwards. */
function post(
  transport: Transport,
  path: string,
  body: Buffer,
  options: { headers: Record<string, string>; signal: AbortSignal },
): Promise<Said> {
  return new Promise((resolve) => {
    let status = 0;
    // The client passes the body through Buffer.from(body, 'utf-8'), which copies bytes as they are.
    transport.send(
      path,
      body as unknown as string,
      { method: 'POST', ...options },
      {
        responseStarted: (_, code) => {
          status = code ?? 0;
        },
        next: () => {},
        complete: () => resolve({ status, text: '', retryAfter: undefined }),
        error: (error) => resolve(saidBy(error)),
      },
    );
  });
}

function saidBy(error: Error): Said {
  if (!(error instanceof HttpError)) return { fault: (error as NodeJS.ErrnoException).code ?? error.message };
  const { statusCode, body = '', json } = error;
  const retryAfter = error.headers?.['retry-after'];
  return {
    status: statusCode,
    text: wordsIn(json) ?? body,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
  };
}

/** The fault in InfluxDB's JSON: `message` in version 2, `error` in version 1. */
function wordsIn(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { message, error } = json as { message?: unknown; error?: unknown };
  return [message, error].find((words) => typeof words === 'string');
}
