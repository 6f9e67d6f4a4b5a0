/** Items put together in order, each lot at most `bytesMax` long with a byte between, or a single item. */
export function packed<T>(items: readonly T[], bytesMax: number, textOf: (item: T) => string): T[][] {
  const lots: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const more = Buffer.byteLength(textOf(item)) + 1;
    if (bytes + more > bytesMax) {
      lots.push([]);
      bytes = 0;
    }
    lots.at(-1)?.push(item);
    bytes += more;
  }
  return lots;
}

/** `work` on each item, so many at a time; the first fault ends it. */
export async function inTurn<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const one = async () => {
    // oxlint-disable-next-line no-await-in-loop -- that is the bound
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}
