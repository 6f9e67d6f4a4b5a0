import {
  JUDGE_ANSWER_WITHIN_MS,
  JUDGE_QUESTIONS_MAX,
  JUDGE_RESULT_CHARS_MAX,
  RESULT_CHARS,
} from '../limits.ts';
import type { Asked } from '../http/ports.ts';
import type { JudgeAnswers, JudgeQuestion } from '../judge/answers/questions.ts';

type Kind = JudgeQuestion['kind'];
type Answer = JudgeAnswers[Kind];

/** Runs it once after so many milliseconds, unless disposed before. */
export type Later = (afterMs: number, run: () => void) => Disposable;

interface Waiting {
  /** Whoever gave up hears nothing of it. */
  readonly settle: (asked: Asked<Answer>) => void;
  readonly limit: Disposable;
  readonly chars: number;
}

const BUSY = { ok: false, fault: 'busy' } as const;
const SILENT = { ok: false, fault: 'silent' } as const;
const STOPPED = { ok: false, fault: 'stopped' } as const;

const later: Later = (afterMs, run) => {
  const timer = setTimeout(run, afterMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
};

/**
 * Questions to the judge thread that wait for the answer with their number: so many at once, each for so
 * long. One that nobody waits for any more still counts until the judge has come to it: it is in memory.
 * Nothing rejects; whoever asks hears why there is no answer.
 */
export class JudgeQuestions {
  readonly #say: (request: number, question: JudgeQuestion) => void;
  readonly #later: Later;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  /** Of the results that the judge has before it. */
  #chars = 0;
  #stopped = false;

  constructor(say: (request: number, question: JudgeQuestion) => void, wait: Later = later) {
    this.#say = say;
    this.#later = wait;
  }

  ask<K extends Kind>(
    question: Extract<JudgeQuestion, { readonly kind: K }>,
  ): Promise<Asked<JudgeAnswers[K]>> {
    if (this.#stopped) return Promise.resolve(STOPPED);
    const chars = charsOf(question);
    const isFull = chars > 0 && this.#chars + chars > JUDGE_RESULT_CHARS_MAX;
    if (isFull || this.#waiting.size >= JUDGE_QUESTIONS_MAX) return Promise.resolve(BUSY);
    this.#last += 1;
    this.#chars += chars;
    const request = this.#last;
    return new Promise((resolve) => {
      const limit = this.#later(JUDGE_ANSWER_WITHIN_MS, () => resolve(SILENT));
      // The judge answers a question of a kind with an answer of that kind.
      this.#waiting.set(request, { settle: resolve as Waiting['settle'], limit, chars });
      this.#say(request, question);
    });
  }

  /** One that comes too late is nobody's. */
  answered(request: number, answer: Answer): void {
    this.#settle(request, { ok: true, answer });
  }

  /** The judge is gone, or about to be: whoever waits, and whoever asks, is told. */
  stop(): void {
    this.#stopped = true;
    for (const request of this.#waiting.keys()) this.#settle(request, STOPPED);
  }

  #settle(request: number, asked: Asked<Answer>): void {
    const waiting = this.#waiting.get(request);
    if (!waiting) return;
    this.#waiting.delete(request);
    this.#chars -= waiting.chars;
    waiting.limit[Symbol.dispose]();
    waiting.settle(asked);
  }
}

/** What its results take. */
function charsOf(question: JudgeQuestion): number {
  if (question.kind !== 'results') return 0;
  return question.results.reduce((chars, { output }) => chars + RESULT_CHARS + output.length, 0);
}
