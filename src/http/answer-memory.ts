import { KEPT_ANSWERS_MAX, KEPT_ANSWER_MS } from '../limits.ts';

interface Kept {
  readonly atMs: number;
  readonly text: string;
}

/**
 * The newest answers to questions that many pages ask alike, each kept for a moment: 500 pages of one cluster
 * ask 70 times a second for the same eight columns.
 */
export class AnswerMemory {
  readonly #kept = new Map<string, Kept>();

  find(question: string, nowMs: number): string | undefined {
    const kept = this.#kept.get(question);
    return kept && isFresh(kept, nowMs) ? kept.text : undefined;
  }

  /** The oldest makes room. */
  keep(question: string, text: string, nowMs: number): void {
    this.#kept.delete(question);
    this.#kept.set(question, { atMs: nowMs, text });
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= KEPT_ANSWERS_MAX && isFresh(kept, nowMs)) return;
      this.#kept.delete(oldest);
    }
  }
}

/** A clock that was set back makes nothing fresh for longer. */
function isFresh({ atMs }: Kept, nowMs: number): boolean {
  return nowMs >= atMs && nowMs - atMs < KEPT_ANSWER_MS;
}
