/** Growing typed columns: one element a record, doubled when full. */

type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** Returns the column itself while it holds `count` elements, else a longer copy of it. */
export function grown<T extends Column>(column: T, count: number): T {
  if (count <= column.length) return column;
  const make = column.constructor as new (length: number) => T;
  const next = new make(Math.max(count, column.length * 2));
  next.set(column);
  return next;
}
