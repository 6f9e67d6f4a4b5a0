/** One answer of `rrdtool -`: the lines before its `OK`, or what stands after `ERROR: `. */
export type Answer =
  | { readonly kind: 'ok'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string };

/**
 * Cuts the output of `rrdtool -` into answers, however it is split: lines of text and then `OK u:… s:… r:…`,
 * or a line `ERROR: …` (text before it, as the `-1` of a failed `last`, means nothing).
 */
export class ReplyReader {
  #rest = '';
  #lineAt = 0;

  /** Characters of an answer that has not ended. */
  get held(): number {
    return this.#rest.length;
  }

  push(chunk: string, emit: (answer: Answer) => void): void {
    const text = this.#rest + chunk;
    let replyAt = 0;
    let lineAt = this.#lineAt;
    for (let end = text.indexOf('\n', lineAt); end >= 0; end = text.indexOf('\n', lineAt)) {
      const ok = text.startsWith('OK u:', lineAt);
      const error = !ok && text.startsWith('ERROR: ', lineAt);
      if (ok) emit({ kind: 'ok', text: text.slice(replyAt, lineAt) });
      if (error) emit({ kind: 'error', text: text.slice(lineAt + 'ERROR: '.length, end) });
      lineAt = end + 1;
      if (ok || error) replyAt = lineAt;
    }
    this.#rest = text.slice(replyAt);
    this.#lineAt = lineAt - replyAt;
  }
}
