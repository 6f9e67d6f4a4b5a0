import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { TOKEN_FILE_BYTES_MAX } from '../limits.ts';

export type Token =
  | { readonly ok: true; readonly header: string | undefined }
  /** In words that follow the name of a list. */
  | { readonly ok: false; readonly fault: string };

/** The token on the first line of a file, as a header's value. Never rejects. */
export async function readToken(file: string): Promise<Token> {
  try {
    // A named pipe would keep the reading waiting for somebody who writes to it.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(TOKEN_FILE_BYTES_MAX);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    const [line = ''] = bytes.toString('utf8', 0, bytesRead).trimStart().split('\n', 1);
    const token = line.trim();
    if (!/^[\u0021-\u007e]+$/u.test(token)) return unusable('holds no token');
    return { ok: true, header: `Bearer ${token}` };
  } catch (error) {
    return unusable(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}`);
  }
}

function unusable(fault: string): Token {
  return { ok: false, fault: `is not asked: the file of its token_file ${fault}` };
}
