/**
 * 53 bits that stand for words in their order: two multiplicative hashes side by side (FNV-1a's step with two
 * factors). To notice a change by, not against somebody who wants two things to look the same.
 */
export function fingerprint(words: Iterable<string>): number {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (const word of words) {
    for (let i = 0; i < word.length; i += 1) {
      const code = word.charCodeAt(i);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ code, 0x85ebca6b);
    }
    // Where a word ends is part of it.
    high = Math.imul(high ^ 0x1ffff, 0x01000193);
    low = Math.imul(low ^ 0x1ffff, 0x85ebca6b);
  }
  high ^= high >>> 15;
  low ^= low >>> 13;
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}
