import { LINE_ANSWER_BYTES_MAX, LINE_DETAIL_CHARS_MAX, LINE_READ_WITHIN_MS } from '../../limits.ts';
import { ReadTooLarge } from '../../model/read-too-large.ts';
import { withoutToken } from './token.ts';
import type { Authority } from './token.ts';

export interface ReadTarget {
  readonly url: string;
  /** What errors call it: `store.victoriametrics.read_url`. */
  readonly key: string;
  readonly authority: () => Promise<Authority>;
  /** For tests. */
  readonly withinMs?: number;
}

/**
 * A read as a form, which has no bound on its length as an address has. Answers with the body's text; rejects
 * with the signal's reason when aborted, with ReadTooLarge where the answer is too long, else with words for the
 * log: no answer in time, another status than 200.
 */
export async function ask(target: ReadTarget, form: URLSearchParams, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const authority = await target.authority();
  if (!authority.ok) throw new Error(authority.detail);
  const withinMs = target.withinMs ?? LINE_READ_WITHIN_MS;
  const late = AbortSignal.timeout(withinMs);
  const fail = (detail: string) => {
    return new Error(withoutToken(`reading from ${target.key}: ${detail}`, authority.token));
  };
  let response: Response;
  let body: string | undefined;
  try {
    response = await fetch(target.url, {
      method: 'POST',
      // Packed answers would cost both sides more than the network between them.
      headers: { ...authority.headers, 'accept-encoding': 'identity' },
      body: form,
      redirect: 'error',
      signal: AbortSignal.any([signal, late]),
    });
    body = await textOf(response);
  } catch (error) {
    signal.throwIfAborted();
    throw fail(late.aborted ? `no answer within ${withinMs} ms` : causeOf(error));
  }
  if (body === undefined) {
    throw new ReadTooLarge(`the database's answer is longer than ${LINE_ANSWER_BYTES_MAX} bytes`);
  }
  if (response.status !== 200) throw fail(`${response.status} ${oneLine(body)}`);
  return body;
}

/** An answer's text, read; rejects with words where it is not of the kind that `read` expects. */
export function understood<T>(target: Pick<ReadTarget, 'key'>, text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    const detail = `not an answer of this database: ${oneLine(text.slice(0, 100))}`;
    throw new Error(`reading from ${target.key}: ${detail}`, { cause: error });
  }
}

/** Undefined when it is too long: the rest is not read. */
async function textOf(response: Response): Promise<string | undefined> {
  if (!response.body) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    bytes += part.length;
    // Leaving the loop cancels the stream, which closes the connection.
    if (bytes > LINE_ANSWER_BYTES_MAX) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  return oneLine(code ?? (cause instanceof Error ? cause.message : String(cause)));
}

/** The database's own words, on one line and not too long. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is replaced
  const line = text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.slice(0, LINE_DETAIL_CHARS_MAX);
}
