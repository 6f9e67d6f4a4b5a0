import type { Past, PastAnswer, PastRequest } from '../../../src/judge/values/past.ts';

/** History made by hand: it answers when `answer` is called. */
export class HandPast implements Past {
  readonly asked: PastRequest[] = [];
  #waiting: { request: PastRequest; answer: (answer: PastAnswer) => void }[] = [];

  read(request: PastRequest, answer: (answer: PastAnswer) => void): void {
    this.asked.push(request);
    this.#waiting.push({ request, answer });
  }

  /** Answers all that is waited for with a value at a time, epoch ms; undefined: that cannot be read. */
  answer(valueAt: ((timeMs: number, host: string) => number) | undefined): void {
    for (const { request, answer } of this.#waiting.splice(0)) {
      const { fromMs, toMs, points, series } = request;
      if (!valueAt) {
        answer({ ok: false, fault: 'the store is away' });
        continue;
      }
      const rowMs = (toMs - fromMs) / points;
      const timesMs = Array.from({ length: points }, (_, row) => fromMs + (row + 0.5) * rowMs);
      const columns = series.map(({ record }) => timesMs.map((timeMs) => valueAt(timeMs, record.host.name)));
      answer({ ok: true, timesMs, columns });
    }
  }
}
