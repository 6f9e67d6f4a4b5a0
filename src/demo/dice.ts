/** Repeatable chance: the same words and numbers give the same number in every process. */

/** A seed of a name (FNV-1a, 32 bits). */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** 0 ≤ n < 1, from a seed and a whole number (the finaliser of MurmurHash3 over both). */
export function chance(seed: number, n: number): number {
  let h = Math.imul(seed ^ Math.imul(n | 0, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x27d4eb2f);
  return ((h ^ (h >>> 15)) >>> 0) / 0x1_0000_0000;
}

/** -1 ≤ n < 1, another number each second. */
export function flutter(seed: number, timeS: number): number {
  return 2 * chance(seed, Math.floor(timeS)) - 1;
}
