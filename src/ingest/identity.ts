import { NAME_BYTES_MAX } from '../limits.ts';
import { decodeName } from '../wire/text.ts';

/** Before the parts of a key: its space and its owner. */
export const KEY_HEAD_BYTES = 5;

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
    this.length = KEY_HEAD_BYTES;
  }

  /** Adds a part; the caller has checked that length ≤ NAME_BYTES_MAX. */
  add(buffer: Uint8Array, at: number, length: number): void {
    const b = this.bytes;
    let write = this.length;
    b[write++] = length;
    for (let i = 0; i < length; i += 1) b[write++] = buffer[at + i] as number;
    this.length = write;
  }

  /** Adds a part of any length; the caller has checked that all parts together have room. */
  addLong(buffer: Uint8Array, at: number, length: number): void {
    const b = this.bytes;
    let write = this.length;
    b[write++] = length & 0xff;
    b[write++] = length >>> 8;
    for (let i = 0; i < length; i += 1) b[write++] = buffer[at + i] as number;
    this.length = write;
  }

  addText(text: string): void {
    const bytes = Buffer.from(text, 'utf8').subarray(0, NAME_BYTES_MAX);
    this.add(bytes, 0, bytes.length);
  }
}

/** A view of the buffer that datagrams lie in: one for all of them, as long as it is the same buffer. */
export class ByteView {
  #buffer: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#buffer.buffer);

  of(buffer: Uint8Array): DataView {
    if (buffer === this.#buffer) return this.#view;
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    return this.#view;
  }
}

/** Where the part of a key that begins at `at` ends, if it is these bytes; else -1. */
export function afterPart(key: DataView, at: number, bytes: DataView, from: number, length: number): number {
  if (key.getUint8(at) !== length) return -1;
  const first = at + 1;
  const whole = length & ~3;
  let i = 0;
  // Four at a time: a name of twenty bytes takes 7 ns instead of 20.
  for (; i < whole; i += 4) {
    if (key.getInt32(first + i, true) !== bytes.getInt32(from + i, true)) return -1;
  }
  for (; i < length; i += 1) if (key.getUint8(first + i) !== bytes.getUint8(from + i)) return -1;
  return first + length;
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

/** A name from the name server, as names from packets are cleaned. */
export function nameText(name: string): string {
  return clean(name).replaceAll('/', '_').slice(0, NAME_BYTES_MAX);
}
