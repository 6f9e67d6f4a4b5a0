import { KEPT_ANSWER_CHARS_MAX, KEPT_ANSWERS_MAX, KEPT_ANSWER_MS } from '../limits.ts';

interface Kept {
  /** When its reading began. */
  readonly atMs: number;
  readonly text: Promise<string>;
}

/**
 * Answers to questions that many ask alike, each read once for all who accept its age: 500 pages of one
 * cluster ask 70 times a second for the same eight columns. One that is being read is joined.
 */
export class AnswerMemory {
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** An answer not older than asked for; `read` makes it where there is none. */
  answer(question: string, maxAgeMs: number, read: () => Promise<string>): Promise<string> {
    const nowMs = this.#nowMs();
    const known = this.#kept.get(question);
    if (known && isFresh(known, nowMs, maxAgeMs)) return known.text;
    this.#makeRoom(nowMs);
    const kept = { atMs: nowMs, text: read() };
    this.#kept.delete(question);
    this.#kept.set(question, kept);
    const forget = () => {
      if (this.#kept.get(question) === kept) this.#kept.delete(question);
    };
    // A fault is told to those who wait for it and to nobody after them.
    kept.text.then((text) => text.length > KEPT_ANSWER_CHARS_MAX && forget(), forget);
    return kept.text;
  }

  /** What is too old goes, and the oldest of what is too many. */
  #makeRoom(nowMs: number): void {
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size < KEPT_ANSWERS_MAX && isFresh(kept, nowMs, KEPT_ANSWER_MS)) return;
      this.#kept.delete(oldest);
    }
  }
}

/** A clock that was set back makes nothing fresh for longer. */
function isFresh({ atMs }: Kept, nowMs: number, maxAgeMs: number): boolean {
  return nowMs >= atMs && nowMs - atMs < maxAgeMs;
}

/**
 * How old an answer may be for who asks, by `cache-control: max-age=SECONDS` of the request (RFC 9111,
 * 5.2.1.1): 0 without it, and never more than is kept.
 */
export function acceptedAgeMs(cacheControl: string | undefined): number {
  const seconds = /(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])/iu.exec(cacheControl ?? '')?.[1] ?? '0';
  return Math.min(KEPT_ANSWER_MS, Number(seconds) * 1000);
}
