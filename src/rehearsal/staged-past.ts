import type { CheckTest } from '../contract/check-tests.ts';
import type { Past, PastAnswer, PastRequest } from '../judge/values/past.ts';

interface Row {
  /** When the first of them was, epoch ms. */
  readonly fromMs: number;
  readonly values: readonly (number | null)[];
}

/** The history of a test's series: what it says was before, and what has come since. */
export class StagedPast implements Past {
  readonly #intervalMs: number;
  /** By cluster, host and metric. */
  readonly #rows = new Map<string, Row>();

  constructor({ startMs, intervalMs, hosts }: Pick<CheckTest, 'startMs' | 'intervalMs' | 'hosts'>) {
    this.#intervalMs = intervalMs;
    for (const { cluster, name, series } of hosts) {
      for (const { metric, past, values } of series) {
        const fromMs = startMs - past.length * intervalMs;
        this.#rows.set(`${cluster}\0${name}\0${metric}`, { fromMs, values: [...past, ...values] });
      }
    }
  }

  read(request: PastRequest, answer: (answer: PastAnswer) => void): void {
    const { series, fromMs, toMs, points } = request;
    const stepMs = Math.max(this.#intervalMs, Math.ceil((toMs - fromMs) / points));
    const count = Math.ceil((toMs - fromMs) / stepMs);
    const starts = Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
    const columns = series.map(({ metric, record: { host } }) => {
      const row = this.#rows.get(`${host.cluster}\0${host.name}\0${metric}`);
      return starts.map((startMs) => this.#mean(row, startMs, Math.min(startMs + stepMs, toMs)));
    });
    answer({ ok: true, timesMs: starts.map((startMs) => startMs + stepMs / 2), columns });
  }

  /** Of what came from `fromMs` to before `toMs`; NaN: nothing did. */
  #mean(row: Row | undefined, fromMs: number, toMs: number): number {
    if (row === undefined) return Number.NaN;
    const first = Math.max(0, Math.ceil((fromMs - row.fromMs) / this.#intervalMs));
    const end = Math.max(0, Math.ceil((toMs - row.fromMs) / this.#intervalMs));
    const known = row.values.slice(first, end).filter((value) => value !== null);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  }
}
