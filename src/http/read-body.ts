import { createGunzip } from 'node:zlib';
import { HttpError } from './errors.ts';
import type { Readable } from 'node:stream';
import type { BodyLease } from './write-gate.ts';

export interface BodyOptions {
  /** `content-encoding`. */
  readonly encoding: string | undefined;
  /** Bytes it may have when it is unpacked. */
  readonly maxBytes: number;
  readonly lease: BodyLease;
}

/**
 * A whole body, unpacked, in a buffer of its own. Throws the error to answer with; the connection is left as
 * it is, so that the answer can be read.
 */
export async function readBody(body: Readable, options: BodyOptions): Promise<Uint8Array<ArrayBuffer>> {
  switch (options.encoding?.toLowerCase() ?? 'identity') {
    case 'identity':
    case '':
      return collect(body, options);
    case 'gzip':
    case 'x-gzip':
      return await unpack(body, options);
    default:
      throw new HttpError(
        'bad_body',
        'the body has an unknown content-encoding',
        'send it plain, or by gzip',
      );
  }
}

async function collect(source: Readable, { maxBytes, lease }: BodyOptions): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Left early, it is not destroyed: that would take the connection along.
  for await (const chunk of source.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > maxBytes) {
      throw new HttpError(
        'too_large',
        `a body has at most ${maxBytes} bytes, unpacked`,
        'send smaller batches',
      );
    }
    lease.grow(bytes.length);
    chunks.push(bytes);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** In pieces, on a thread of the pool: a small body can be packed that unpacks to gigabytes. */
async function unpack(body: Readable, options: BodyOptions): Promise<Uint8Array<ArrayBuffer>> {
  const gunzip = createGunzip();
  const gone = () => gunzip.destroy(new HttpError('bad_body', 'the body ended before it was whole'));
  body.once('error', gone);
  body.once('close', () => body.readableEnded || gone());
  body.pipe(gunzip);
  try {
    return await collect(gunzip, options);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError('bad_body', 'the body says it is gzip and is not, or is cut', 'send it whole');
  } finally {
    body.unpipe(gunzip);
    body.off('error', gone);
    gunzip.destroy();
  }
}
