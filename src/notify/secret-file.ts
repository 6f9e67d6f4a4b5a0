import { open } from 'node:fs/promises';

const SECRET_BYTES_MAX = 4096;

export type Secret =
  | { readonly ok: true; readonly secret: string }
  /** In words that do not hold it. */
  | { readonly ok: false; readonly fault: string };

/**
 * The secret in a file, without the line's end, read at every use: so a new one holds at once. `key` is
 * what the configuration calls it.
 */
export async function readSecret(path: string, key: string): Promise<Secret> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SECRET_BYTES_MAX + 1));
    if (bytesRead > SECRET_BYTES_MAX) return fault(`${key} is longer than ${SECRET_BYTES_MAX} bytes`);
    const secret = buffer.toString('utf8', 0, bytesRead).trim();
    return secret === '' ? fault(`${key} is empty`) : { ok: true, secret };
  } catch (error) {
    return fault(`${key} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'failed'})`);
  }
}

function fault(text: string): Secret {
  return { ok: false, fault: text };
}
