import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { TOKEN_FILE_BYTES_MAX } from '../../limits.ts';

/** The headers a request is authorised by, or why it cannot be. */
export type Authority =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>>; readonly token: string }
  | { readonly ok: false; readonly detail: string };

const NONE: Authority = { ok: true, headers: {}, token: '' };

/**
 * Reads InfluxDB's token from its file, again whenever the file has changed: a new token is in use with the
 * next request. `file` null: requests carry none.
 */
export function tokenReader(file: string | null): () => Promise<Authority> {
  let seen = '';
  let known = NONE;
  return async () => {
    if (file === null) return NONE;
    try {
      // A named pipe would keep every request waiting for somebody who writes to it.
      await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
      const { mtimeMs, ctimeMs, ino, size } = await handle.stat();
      const now = `${mtimeMs} ${ctimeMs} ${ino} ${size}`;
      if (now === seen) return known;
      if (size > TOKEN_FILE_BYTES_MAX) return unusable('holds more than a token');
      known = authorityOf((await handle.readFile('utf8')).trim());
      seen = now;
      return known;
    } catch (error) {
      seen = '';
      return unusable(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}`);
    }
  };
}

function authorityOf(token: string): Authority {
  if (!/^[\u0021-\u007e]+$/.test(token)) return unusable('holds no token');
  return { ok: true, headers: { authorization: `Token ${token}` }, token };
}

function unusable(fault: string): Authority {
  return { ok: false, detail: `the file of store.influxdb.token_file ${fault}` };
}

/** A text without the token, should somebody have quoted it. */
export function withoutToken(text: string, token: string): string {
  return token === '' ? text : text.replaceAll(token, '…');
}
