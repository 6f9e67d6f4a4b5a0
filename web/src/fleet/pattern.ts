/** A name as a regular expression that matches itself only; the server's selectors match whole names. */
export function exactly(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

export function anyOf(names: readonly string[]): string {
  return names.map(exactly).join('|');
}

/** Words of a filter box: every one must occur in one of the texts, in any case. */
export function matchesWords(filter: string, texts: readonly string[]): boolean {
  const haystack = texts.join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
