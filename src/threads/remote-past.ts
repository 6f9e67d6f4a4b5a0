import type { HistoryRequest } from '../query/history.ts';
import type { LogMessage, PastQuestion, PastReply } from './messages.ts';
import type { Past, PastAnswer, PastRequest } from '../judge/values/past.ts';
import type { RecordEntry } from '../live/entries.ts';

/** The judge's way to history: it asks the query worker, whose answer comes between two turns. */
export class RemotePast implements Past {
  readonly #say: (message: PastQuestion) => void;
  readonly #log: (message: LogMessage) => void;
  readonly #asked = new Map<number, { fromMs: number; toMs: number; answer: (answer: PastAnswer) => void }>();
  #last = 0;
  #isWell = true;

  constructor(say: (message: PastQuestion) => void, log: (message: LogMessage) => void) {
    this.#say = say;
    this.#log = log;
  }

  read(request: PastRequest, answer: (answer: PastAnswer) => void): void {
    this.#last += 1;
    const { fromMs, toMs } = request;
    this.#asked.set(this.#last, { fromMs, toMs, answer });
    this.#say({ kind: 'past', request: this.#last, read: readOf(request) });
  }

  hear(message: PastReply): void {
    const asked = this.#asked.get(message.request);
    this.#asked.delete(message.request);
    const fault = message.kind === 'past' ? null : message.fault;
    this.#tell(fault);
    if (message.kind === 'no-past') {
      asked?.answer({ ok: false, fault: message.fault });
      return;
    }
    const { times, columns } = message;
    const endsMs = times.map((timeS) => timeS * 1000);
    // A row stands for the time before its end: all of the range where it is the only one.
    const rowMs =
      (endsMs[1] ?? asked?.toMs ?? 0) - (endsMs[1] === undefined ? (asked?.fromMs ?? 0) : (endsMs[0] ?? 0));
    asked?.answer({ ok: true, timesMs: endsMs.map((endMs) => endMs - rowMs / 2), columns });
  }

  /** Said when it begins and when it ends, not for every read. */
  #tell(fault: string | null): void {
    if ((fault === null) === this.#isWell) return;
    this.#isWell = fault === null;
    const message = this.#isWell
      ? 'checks can read their history again'
      : 'checks cannot read their history: forecasts fill by themselves, comparisons wait';
    this.#log({ kind: 'log', level: this.#isWell ? 'info' : 'warn', message, fields: { fault } });
  }
}

/** What the query worker is asked for. */
export function readOf({ series, fromMs, toMs, points }: PastRequest): HistoryRequest {
  const indexes = new Map<RecordEntry, number>();
  for (const { record } of series) if (!indexes.has(record)) indexes.set(record, indexes.size);
  return {
    records: Array.from(indexes.keys(), ({ description, worker, record, row, generation }) => {
      return { description, worker, record, row, generation };
    }),
    series: series.map(({ record, source }) => ({ record: indexes.get(record) ?? 0, source })),
    fromS: Math.floor(fromMs / 1000),
    toS: Math.ceil(toMs / 1000),
    points,
  };
}
