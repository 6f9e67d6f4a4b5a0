/** Times that belong together, epoch seconds: from `fromS` on, until before `untilS`. Lists are ascending and apart. */
export interface Span {
  readonly fromS: number;
  readonly untilS: number;
}

/** What is in one of the lists at least. */
export function union(...lists: readonly (readonly Span[])[]): Span[] {
  const joined: { fromS: number; untilS: number }[] = [];
  for (const { fromS, untilS } of lists.flat().toSorted((a, b) => a.fromS - b.fromS)) {
    const last = joined.at(-1);
    if (last !== undefined && fromS <= last.untilS) last.untilS = Math.max(last.untilS, untilS);
    else if (untilS > fromS) joined.push({ fromS, untilS });
  }
  return joined;
}

/** What is in both. */
export function intersection(a: readonly Span[], b: readonly Span[]): Span[] {
  const both: Span[] = [];
  let [i, k] = [0, 0];
  for (let one = a[i], other = b[k]; one && other; one = a[i], other = b[k]) {
    const fromS = Math.max(one.fromS, other.fromS);
    const untilS = Math.min(one.untilS, other.untilS);
    if (untilS > fromS) both.push({ fromS, untilS });
    if (one.untilS < other.untilS) i += 1;
    else k += 1;
  }
  return both;
}

/** Asks again and again, of later and later times. */
export class SpanCursor {
  readonly #spans: readonly Span[];
  #at = 0;

  constructor(spans: readonly Span[]) {
    this.#spans = spans;
  }

  /** The span that a time is in; undefined: in none. */
  find(timeS: number): Span | undefined {
    for (let span = this.#spans[this.#at]; span; span = this.#spans[this.#at]) {
      if (timeS < span.untilS) return timeS >= span.fromS ? span : undefined;
      this.#at += 1;
    }
    return undefined;
  }
}
