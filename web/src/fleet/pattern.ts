/** A name as a regular expression that matches itself only; the server's selectors match whole names. */
export function exactly(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

export function anyOf(names: readonly string[]): string {
  return names.map(exactly).join('|');
}

/** Longer ones the server refuses. */
const PATTERN_CHARS_MAX = 1000;

/**
 * Whether a filter is meant as a regular expression. Those go to the server, whose engine takes linear time:
 * the browser's own may take years over one that is typed carelessly. A dot or a dash is part of many names.
 */
export function isPattern(filter: string): boolean {
  return filter.length <= PATTERN_CHARS_MAX && /[\\^$*+?()[\]{}|]/.test(filter);
}

/**
 * Whether an expression has begun and is not one yet: `web-0[1-`. It is compiled only, never run. What
 * another engine knows and this one does not, as flags in front, is taken as complete.
 */
export function isUnfinished(filter: string): boolean {
  if (!isPattern(filter) || filter.startsWith('(?')) return false;
  try {
    return new RegExp(filter).source === '';
  } catch {
    return true;
  }
}

/** Words of a filter box: every one must occur in one of the texts, in any case. */
export function matchesWords(filter: string, texts: readonly string[]): boolean {
  const haystack = texts.join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
