/**
 * Big-endian reads and the C string rule, over a plain Uint8Array. An offset past the array reads as 0;
 * decoders check lengths before they read.
 */
export function u16(buffer: Uint8Array, at: number): number {
  return ((buffer[at] ?? 0) << 8) | (buffer[at + 1] ?? 0);
}

export function u32(buffer: Uint8Array, at: number): number {
  return (
    (((buffer[at] ?? 0) << 24) |
      ((buffer[at + 1] ?? 0) << 16) |
      ((buffer[at + 2] ?? 0) << 8) |
      (buffer[at + 3] ?? 0)) >>>
    0
  );
}

/** Bytes before the first NUL, at most `length`. */
export function lengthToNul(buffer: Uint8Array, at: number, length: number): number {
  let n = 0;
  while (n < length && buffer[at + n] !== 0) n += 1;
  return n;
}
