import type { Pattern } from '../model/pattern.ts';

/**
 * Many patterns, asked for those that match a name. Plain names and patterns that begin with plain letters
 * are found by look-up; only the others, and those whose beginning fits, are run.
 */
export class PatternIndex<T> {
  readonly #byName = new Map<string, T[]>();
  /** By length of the prefix, then by the prefix. */
  readonly #byPrefix = new Map<number, Map<string, { readonly pattern: Pattern; readonly value: T }[]>>();

  constructor(entries: Iterable<readonly [Pattern, T]>) {
    for (const [pattern, value] of entries) this.#add(pattern, value);
  }

  /** In no order; a value that was given with several patterns may come several times. */
  matching(name: string): T[] {
    const found = [...(this.#byName.get(name) ?? [])];
    for (const [length, patterns] of this.#byPrefix) {
      if (name.length < length) continue;
      for (const { pattern, value } of patterns.get(name.slice(0, length)) ?? []) {
        if (pattern.matches(name)) found.push(value);
      }
    }
    return found;
  }

  #add(pattern: Pattern, value: T): void {
    if (pattern.names !== null) {
      for (const name of pattern.names) push(this.#byName, name, value);
      return;
    }
    const { length } = pattern.prefix;
    let patterns = this.#byPrefix.get(length);
    if (patterns === undefined) this.#byPrefix.set(length, (patterns = new Map()));
    push(patterns, pattern.prefix, { pattern, value });
  }
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
