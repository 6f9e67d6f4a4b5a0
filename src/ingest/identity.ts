import { NAME_BYTES_MAX } from '../limits.ts';
import { decodeName } from '../wire/text.ts';

/**
 * Scratch for the raw bytes a host or record is looked up by; parts are length-prefixed, so no two identities
 * meet.
 */
export class IdentityKey {
  readonly bytes = new Uint8Array(8 + 6 * (NAME_BYTES_MAX + 2));
  length = 0;

  /** Starts a key; `space` keeps protocols and hosts apart. */
  begin(space: number, owner: number): void {
    const b = this.bytes;
    b[0] = space;
    b[1] = owner & 0xff;
    b[2] = (owner >>> 8) & 0xff;
    b[3] = (owner >>> 16) & 0xff;
    b[4] = owner >>> 24;
    this.length = 5;
  }

  /** Adds a part; the caller has checked that length ≤ NAME_BYTES_MAX. */
  add(buffer: Uint8Array, at: number, length: number): void {
    const b = this.bytes;
    let write = this.length;
    b[write++] = length;
    for (let i = 0; i < length; i += 1) b[write++] = buffer[at + i] as number;
    this.length = write;
  }

  addText(text: string): void {
    const bytes = Buffer.from(text, 'utf8').subarray(0, NAME_BYTES_MAX);
    this.add(bytes, 0, bytes.length);
  }
}

/** A name as people and paths will see it: control characters become `_`. */
export function cleanName(buffer: Uint8Array, at: number, length: number): string {
  return clean(decodeName(buffer, at, length));
}

export function clean(name: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is replaced
  return name.replace(/[\u0000-\u001f\u007f]/g, '_');
}

/** A part of a collectd name: a leading slash goes, others become `_`, as collectd itself does. */
export function cleanPart(buffer: Uint8Array, at: number, length: number): string {
  const name = cleanName(buffer, at, length);
  if (name === '/') return 'root';
  return name.replace(/^\//, '').replaceAll('/', '_');
}
