/** Where the text of a list comes from. */
export interface ListSource {
  /** What people know it by; nothing of it is secret. */
  readonly name: string;
  /**
   * Reads it once. `known`: the mark of a text that need not come again. Never rejects: what goes wrong, an
   * aborted signal included, is a fault in words that follow the name of the list, `answers HTTP 503`.
   */
  read(known: string | undefined, signal: AbortSignal): Promise<SourceRead>;
}

export type SourceRead =
  | { readonly kind: 'text'; readonly text: string; readonly mark: string }
  /** It is the one of this mark still. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly fault: string };

export function failedRead(fault: string): SourceRead & { readonly kind: 'failed' } {
  return { kind: 'failed', fault };
}
