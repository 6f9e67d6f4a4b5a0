import { createHash } from 'node:crypto';
import { LIST_BYTES_MAX, LIST_REDIRECTS_MAX } from '../limits.ts';
import { readToken } from './token.ts';
import { failedRead } from './source.ts';
import type { ListSource, SourceRead } from './source.ts';
import type { Token } from './token.ts';

export interface HttpSourceOptions {
  /** http or https; a user and a password in it go along as `Authorization: Basic`. */
  readonly url: string;
  /** Read at each use; null: none. */
  readonly tokenFile: string | null;
  /** Other than in limits.ts, for tests. */
  readonly maxBytes?: number;
}

/**
 * A list by HTTP. Redirects are followed within the origin: neither the token nor the list is anybody else's.
 * No words of an answer are quoted, nor what follows the `?` of the address: there may be secrets in them.
 */
export function httpSource(options: HttpSourceOptions): ListSource {
  const { tokenFile, maxBytes = LIST_BYTES_MAX } = options;
  const url = new URL(options.url);
  const basic = credentialsOf(url);
  return {
    name: `${url.origin}${url.pathname}`,
    async read(known, signal) {
      const token: Token = tokenFile === null ? { ok: true, header: basic } : await readToken(tokenFile);
      if (!token.ok) return failedRead(token.fault);
      try {
        const answer = await get(url, token.header, signal);
        return typeof answer === 'string' ? failedRead(answer) : await taken(answer, { known, maxBytes });
      } catch (error) {
        return failedRead(faultOf(error));
      }
    },
  };
}

/** fetch refuses an address with credentials in it (Fetch Standard, 5.4): they go in a header. */
function credentialsOf(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const credentials = [url.username, url.password].map(decoded).join(':');
  url.username = '';
  url.password = '';
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A percent sign that stands for itself.
  }
}

/** The answer to read, else what is wrong with it. */
async function get(
  start: URL,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<Response | string> {
  const headers = {
    accept: 'application/json',
    'user-agent': 'Muster',
    ...(authorization !== undefined && { authorization }),
  };
  let url = start;
  for (let hops = 0; hops <= LIST_REDIRECTS_MAX; hops += 1) {
    const answer = await fetch(url, { headers, redirect: 'manual', signal });
    const location = answer.headers.get('location');
    if (answer.status === 200) return answer;
    await answer.body?.cancel();
    if (answer.status < 300 || answer.status >= 400 || location === null) return statusFault(answer.status);
    const next = URL.parse(location, url.href);
    if (next?.origin !== start.origin) return 'answers with a redirect to somewhere else: not followed';
    url = next;
  }
  return `answers with more than ${LIST_REDIRECTS_MAX} redirects`;
}

function statusFault(status: number): string {
  const words = `answers HTTP ${status}`;
  if (status !== 401 && status !== 403) return words;
  return `${words}: is the token in token_file valid, and may it read the list?`;
}

async function taken(
  answer: Response,
  { known, maxBytes }: { readonly known: string | undefined; readonly maxBytes: number },
): Promise<SourceRead> {
  if (/^text\/html\b/i.test(answer.headers.get('content-type') ?? '')) {
    await answer.body?.cancel();
    return failedRead('answers with a page for people, not with JSON');
  }
  const bytes = await bodyOf(answer, maxBytes);
  if (!bytes) return failedRead(`answers with more than ${maxBytes} bytes`);
  const mark = createHash('sha256').update(bytes).digest('hex');
  return mark === known ? { kind: 'unchanged' } : { kind: 'text', text: bytes.toString(), mark };
}

/** Unpacked, as far as it may be long; undefined: it is longer, and the rest is not read. */
async function bodyOf({ body }: Response, maxBytes: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.length;
    // Leaving the loop cancels the stream, which closes the connection.
    if (length > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const FAULTS = new Map([
  ['AbortError', 'was not read to its end'],
  ['ECONNREFUSED', 'cannot be reached: nobody listens there (ECONNREFUSED)'],
  ['ENOTFOUND', 'cannot be reached: its name is not known (ENOTFOUND)'],
  ['EAI_AGAIN', 'cannot be reached: no name server answers (EAI_AGAIN)'],
  ['UND_ERR_SOCKET', 'broke off its answer'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'broke off its answer'],
  ['ECONNRESET', 'broke off its answer'],
]);

/** fetch says `fetch failed` and hides the reason in `cause`; neither its words nor the address are told. */
function faultOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, name } = cause as NodeJS.ErrnoException;
  const known = FAULTS.get(code ?? '') ?? FAULTS.get(name ?? '');
  return known ?? `cannot be read: ${code ?? name ?? 'unknown fault'}`;
}
