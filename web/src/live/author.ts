const KEY = 'muster-author';

/**
 * The name that was given last in this browser, where nobody signs in; empty: none, or it may not be kept.
 */
export function savedAuthor(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export function saveAuthor(name: string): void {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // A browser that keeps nothing: it is asked for again.
  }
}
