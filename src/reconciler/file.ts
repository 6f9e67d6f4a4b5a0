import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { LIST_BYTES_MAX } from '../limits.ts';
import { failedRead } from './source.ts';
import type { FileHandle } from 'node:fs/promises';
import type { ListSource, SourceRead } from './source.ts';

/**
 * A list in a file, read where it has changed. One that is being written is told by its JSON, which is not
 * whole; the next reading has it. `maxBytes`: other than in limits.ts, for tests.
 */
export function fileSource(file: string, maxBytes = LIST_BYTES_MAX): ListSource {
  return {
    name: file,
    async read(known, signal) {
      try {
        // A named pipe would keep the reading waiting for somebody who writes to it.
        await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
        return await readFrom(handle, { known, maxBytes, signal });
      } catch (error) {
        return failedRead(faultOf(error));
      }
    },
  };
}

interface Reading {
  readonly known: string | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

async function readFrom(handle: FileHandle, { known, maxBytes, signal }: Reading): Promise<SourceRead> {
  const { dev, ino, size, mtimeNs, ctimeNs, isFile } = await statOf(handle);
  if (!isFile) return failedRead('is not a file');
  if (size > maxBytes) return failedRead(`is larger than ${maxBytes} bytes`);
  const mark = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  if (mark === known) return { kind: 'unchanged' };
  // What is appended meanwhile is not read: the bound holds.
  const bytes = Buffer.allocUnsafe(Number(size));
  const length = await fill(handle, bytes, signal);
  return { kind: 'text', text: bytes.toString('utf8', 0, length), mark };
}

async function statOf(handle: FileHandle) {
  const stat = await handle.stat({ bigint: true });
  return { ...stat, isFile: stat.isFile() };
}

async function fill(handle: FileHandle, bytes: Buffer, signal: AbortSignal): Promise<number> {
  let length = 0;
  while (length < bytes.length) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

const FAULTS = new Map([
  ['ENOENT', 'is not there'],
  ['EACCES', 'may not be read by this user'],
  ['ENXIO', 'is not a file'],
  ['ELOOP', 'is a link that leads back to itself'],
  ['AbortError', 'was not read to its end'],
]);

function faultOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  const known = FAULTS.get(code ?? '') ?? FAULTS.get(name ?? '');
  return known ?? `cannot be read: ${code ?? name ?? 'unknown fault'}`;
}
