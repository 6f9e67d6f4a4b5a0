import type { AlertAnswers, AlertQuestion } from '../../src/model/alert-question.ts';
import { readLink } from '../../src/access/page-link.ts';
import type { ReadLink } from '../../src/access/page-link.ts';
import type { ReceiverTested } from '../../src/model/receiver-test.ts';
import type { Alerting, Asked } from '../../src/http/ports.ts';

/** Answers as a test has told it, and remembers what it was asked. */
export class FakeAlerting implements Alerting {
  readonly asked: AlertQuestion[] = [];
  /** What tests of receivers come to, by name. */
  readonly tested = new Map<string, ReceiverTested>();
  readonly linkSecret = new Uint8Array(32).fill(7);
  fault: (Asked<never> & { ok: false })['fault'] | undefined;
  readonly #answers = new Map<string, unknown>();

  answers<K extends AlertQuestion['kind']>(kind: K, answer: AlertAnswers[K]): void {
    this.#answers.set(kind, answer);
  }

  test(name: string): Promise<Asked<ReceiverTested>> {
    const { fault } = this;
    if (fault !== undefined) return Promise.resolve({ ok: false, fault });
    return Promise.resolve({ ok: true, answer: this.tested.get(name) ?? { ok: false, fault: 'unknown' } });
  }

  ask<K extends AlertQuestion['kind']>(
    question: Extract<AlertQuestion, { readonly kind: K }>,
  ): Promise<Asked<AlertAnswers[K]>> {
    this.asked.push(question);
    const { fault } = this;
    if (fault !== undefined) return Promise.resolve({ ok: false, fault });
    return Promise.resolve({ ok: true, answer: this.#answers.get(question.kind) as AlertAnswers[K] });
  }

  readLink(token: string, nowMs: number): ReadLink {
    return readLink(token, this.linkSecret, nowMs);
  }
}
