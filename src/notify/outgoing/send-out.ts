import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { RECEIVER_ANSWER_BYTES_MAX } from '../../alert-limits.ts';
import { connectFault } from './connect-fault.ts';
import { resolveAllowed } from './resolve.ts';
import type { IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Resolve, Resolved } from './resolve.ts';

/** One request to a receiver that somebody configured. */
export interface OutgoingRequest {
  /** `http:` or `https:`; a user and password in it go as Basic credentials. */
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: none. */
  readonly body: string | Uint8Array | null;
}

export type OutgoingAnswer =
  /** Whatever its status; `body` is cut off at RECEIVER_ANSWER_BYTES_MAX. */
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  /** No answer, in words that hold nothing of the URL. `refused`: we do not go there, now or later. */
  | { readonly ok: false; readonly refused: boolean; readonly fault: string };

export interface OutgoingOptions {
  /** For all of it, the look-up of the name included. */
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
  /** Authorities to trust instead of the system's. */
  readonly ca?: string;
}

const TIMEOUT_MS = 10_000;
/** An answer whose status is known is not waited for to its end. */
const BODY_MS = 2000;

/**
 * Sends one request and reads the answer. The name is looked up once, by `resolveAllowed`, and the
 * connection goes to an address that was judged there; redirects are answers like others. TLS is verified
 * against the URL's name. Never rejects.
 */
export async function sendOut(
  request: OutgoingRequest,
  signal: AbortSignal,
  options: OutgoingOptions = {},
): Promise<OutgoingAnswer> {
  const url = URL.parse(request.url);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return { ok: false, refused: true, fault: 'its URL is none of http: or https:' };
  }
  const limit = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const either = AbortSignal.any([signal, limit]);
  try {
    const resolved = await withinLimit((options.resolve ?? resolveAllowed)(url.hostname, either), either);
    if (!resolved.ok) return limit.aborted ? late() : resolved;
    const answer = await exchange(url, request, { resolved, signal: either, ca: options.ca });
    return { ok: true, ...answer };
  } catch (error) {
    if (limit.aborted) return late();
    return { ok: false, refused: false, fault: signal.aborted ? 'broken off' : connectFault(error) };
  }
}

function late(): OutgoingAnswer {
  return { ok: false, refused: false, fault: 'no answer in time' };
}

async function withinLimit<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<never>();
  const fail = () => over.reject(signal.reason);
  if (signal.aborted) fail();
  signal.addEventListener('abort', fail, { once: true });
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    signal.removeEventListener('abort', fail);
  }
}

interface Exchange {
  readonly resolved: Resolved & { ok: true };
  readonly signal: AbortSignal;
  readonly ca: string | undefined;
}

type Answered = Omit<OutgoingAnswer & { ok: true }, 'ok'>;

function exchange(url: URL, request: OutgoingRequest, how: Exchange): Promise<Answered> {
  const { method, body } = request;
  const options: RequestOptions & { ca?: string; rejectUnauthorized: boolean } = {
    method,
    headers: headersOf(url, request),
    lookup: pinned(how.resolved),
    // A connection of its own: one that was kept would be to an address judged another time.
    agent: false,
    rejectUnauthorized: true,
    ...(how.ca === undefined ? {} : { ca: how.ca }),
  };
  const target = new URL(url);
  target.username = '';
  target.password = '';
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const giveUp = () => sent.destroy(new Error('broken off'));
    const sent = send(target, options, (response) => {
      // From here on there is an answer, if only a part of one.
      how.signal.removeEventListener('abort', giveUp);
      void textOf(response, how.signal).then((text) => {
        sent.destroy();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    sent.on('error', reject);
    how.signal.addEventListener('abort', giveUp, { once: true });
    if (how.signal.aborted) giveUp();
    sent.end(body ?? undefined);
  });
}

/** Answers every look-up of the connection with what was found before. */
function pinned({ addresses }: Resolved & { ok: true }): LookupFunction {
  return (_name, { all }, answer) => {
    const [first] = addresses;
    if (all || !first) answer(null, [...addresses]);
    else answer(null, first.address, first.family);
  };
}

function headersOf(url: URL, { headers, body, method }: OutgoingRequest): Record<string, string | number> {
  const bytes = body === null ? 0 : Buffer.byteLength(body);
  return {
    'user-agent': 'Muster',
    ...(body === null && method === 'GET' ? {} : { 'content-length': bytes }),
    ...credentialsOf(url),
    ...headers,
  };
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const plain = `${decoded(username)}:${decoded(password)}`;
  return { authorization: `Basic ${Buffer.from(plain).toString('base64')}` };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A percent sign that stands for itself.
  }
}

/** As much of an answer as is read: it may have no end. */
function textOf(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const parts: Uint8Array[] = [];
    let room = RECEIVER_ANSWER_BYTES_MAX;
    const done = () => {
      clearTimeout(patience);
      signal.removeEventListener('abort', done);
      resolve(Buffer.concat(parts).toString('utf8'));
    };
    const patience = setTimeout(done, BODY_MS);
    signal.addEventListener('abort', done, { once: true });
    response.on('data', (part: Uint8Array) => {
      if (room > 0) parts.push(part.subarray(0, room));
      room -= part.length;
      if (room <= 0) done();
    });
    for (const event of ['end', 'error', 'close'] as const) response.on(event, done);
  });
}
