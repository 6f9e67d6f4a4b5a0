import type { AlertAnswers, AlertQuestion } from '../../src/model/alert-question.ts';
import type { Alerting, Asked } from '../../src/http/ports.ts';

/** Answers as a test has told it, and remembers what it was asked. */
export class FakeAlerting implements Alerting {
  readonly asked: AlertQuestion[] = [];
  fault: (Asked<never> & { ok: false })['fault'] | undefined;
  readonly #answers = new Map<string, unknown>();

  answers<K extends AlertQuestion['kind']>(kind: K, answer: AlertAnswers[K]): void {
    this.#answers.set(kind, answer);
  }

  ask<K extends AlertQuestion['kind']>(
    question: Extract<AlertQuestion, { readonly kind: K }>,
  ): Promise<Asked<AlertAnswers[K]>> {
    this.asked.push(question);
    const { fault } = this;
    if (fault !== undefined) return Promise.resolve({ ok: false, fault });
    return Promise.resolve({ ok: true, answer: this.#answers.get(question.kind) as AlertAnswers[K] });
  }
}
