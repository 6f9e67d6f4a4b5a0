import { union } from './spans.ts';
import type { Span } from './spans.ts';
import type { Tape } from './tape.ts';

/** When something was known of a host at all. */
export interface HeardTimes {
  /** Its first and newest sample, epoch seconds. */
  readonly firstS: number;
  readonly newestS: number;
  /** Between them and after them. */
  readonly silences: readonly Span[];
}

/** Finds when hosts were heard, by what is stored of them: a byte a second, for one host after the other. */
export class Heard {
  readonly #beginS: number;
  readonly #known: Uint8Array;

  constructor(beginS: number, endS: number) {
    this.#beginS = beginS;
    this.#known = new Uint8Array(Math.max(0, endS - beginS) + 1);
  }

  /** Undefined: nothing is known of it, or nobody looks at what is. */
  of(tapes: readonly Tape[]): HeardTimes | undefined {
    const known = this.#known.fill(0);
    for (const tape of tapes) {
      this.#mark(tape);
      if (!known.includes(0, 1)) break;
    }
    const first = known.indexOf(1);
    if (first < 0) return undefined;
    const silences: Span[] = [];
    let at = first;
    while (at < known.length) {
      const from = known.indexOf(0, at);
      if (from < 0) break;
      const until = known.indexOf(1, from);
      at = until < 0 ? known.length : until;
      silences.push({ fromS: this.#beginS + from, untilS: this.#beginS + at });
    }
    const newestS = this.#beginS + known.lastIndexOf(1);
    return { firstS: this.#beginS + first, newestS, silences: union(silences) };
  }

  #mark({ stretches }: Tape): void {
    for (const { startS, stepS, rows, columns } of stretches) {
      for (const column of columns) {
        let began = -1;
        for (let row = 0; row <= rows; row += 1) {
          const isKnown = row < rows && !Number.isNaN(column[row]);
          if (isKnown && began < 0) began = row;
          if (isKnown || began < 0) continue;
          const from = startS + began * stepS + 1 - this.#beginS;
          this.#known.fill(1, Math.max(0, from), Math.max(0, startS + row * stepS + 1 - this.#beginS));
          began = -1;
        }
      }
    }
  }
}
