import { LINE_REQUESTS_PER_PUT_MAX, LINE_REQUESTS_UNKNOWN_MAX } from '../../limits.ts';
import { Backoff } from './backoff.ts';
import { passingOf, writeBatch } from './put.ts';
import { Quarantine } from './quarantine.ts';
import { createSender } from './sender.ts';
import type { InfluxStoreConfig, VictoriaStoreConfig } from '../../contract/config.ts';
import type { RecordBatch, RecordOutcome, SeriesRequest, Store, StoredRows } from '../store.ts';
import type { Passing, PutResult, RefusedLine } from './put.ts';
import type { Sender } from './sender.ts';

/** The way back: as Store.query. One for each query language. */
export interface LineReader {
  read(request: SeriesRequest, signal: AbortSignal): Promise<readonly StoredRows[]>;
}

export interface LineStoreOptions {
  readonly config: InfluxStoreConfig | VictoriaStoreConfig;
  readonly reader: LineReader;
  /** Where refused lines are kept, absolute. */
  readonly quarantineDir: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** `quarantined`: lines were refused for good; told once a minute. */
  readonly onCount?: (what: 'quarantined', detail: string) => void;
  /** 0 ≤ n < 1; Math.random unless told. */
  readonly random?: () => number;
  /** Unless told, by HTTP to the configured address. */
  readonly sender?: Sender;
}

/** InfluxDB 2 or VictoriaMetrics, written by line protocol. Values are stored raw, counters too. */
export function createLineStore(options: LineStoreOptions): Store {
  return new LineStore(options);
}

const TELL_EVERY_MS = 60_000;
/** VictoriaMetrics shows rows about a second after it has taken them. */
const VICTORIA_VISIBLE_MS = 2000;

class LineStore implements Store {
  readonly name: 'influxdb' | 'victoriametrics';
  readonly visibleAfterMs: number;
  readonly #o: LineStoreOptions;
  readonly #sender: Sender;
  readonly #backoff: Backoff<Passing>;
  readonly #quarantine: Quarantine;
  readonly #underWay = new Set<Promise<unknown>>();
  /** A database has answered. Until then, a refusal may come from whatever else listens at the address. */
  #isDatabase = false;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(options: LineStoreOptions) {
    const { config, now, quarantineDir, random = Math.random } = options;
    this.#o = options;
    this.name = config.type;
    this.visibleAfterMs = config.type === 'victoriametrics' ? VICTORIA_VISIBLE_MS : 0;
    this.#sender = options.sender ?? createSender({ config, now });
    this.#backoff = new Backoff({ now, random });
    this.#quarantine = new Quarantine({ dir: quarantineDir, store: config.type, now });
  }

  put(
    batch: RecordBatch,
    { signal }: { signal: AbortSignal; hurry: boolean },
  ): Promise<readonly RecordOutcome[]> {
    return this.#track(this.#put(batch, signal));
  }

  query(request: SeriesRequest, signal: AbortSignal): Promise<readonly StoredRows[]> {
    return this.#track(this.#o.reader.read(request, signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#underWay);
    this.#sender[Symbol.dispose]();
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async #put(batch: RecordBatch, signal: AbortSignal): Promise<readonly RecordOutcome[]> {
    const pause = signal.aborted ? passingOf({ kind: 'aborted' }) : this.#backoff.standing();
    if (pause) return batch.records.map(() => refusal(pause));
    const send = (lines: string) => this.#sender.send(lines, signal);
    const requestsMax = this.#isDatabase ? LINE_REQUESTS_PER_PUT_MAX : LINE_REQUESTS_UNKNOWN_MAX;
    const result = await writeBatch({ batch, naming: this.#o.config, send, requestsMax });
    const doubted = this.#learn(result);
    const refused = doubted ? [] : result.refused.filter(({ run }) => !result.passing.has(run.record));
    const kept = await this.#keep(refused);
    const doubtful = new Set(doubted ? result.refused.map(({ run }) => run.record) : []);
    return batch.records.map((_, i) => {
      const passing = result.passing.get(i) ?? (doubtful.has(i) ? doubted : undefined);
      if (passing) return refusal(passing);
      return outcomeOf(batch, i, kept.get(i));
    });
  }

  /**
   * Draws conclusions for the puts to come. Answers why refusals are not believed: nothing that was ever sent
   * there was taken, so that a wrong address would put everything into quarantine.
   */
  #learn({ refused, stoppedBy, database }: PutResult): Passing | undefined {
    this.#isDatabase ||= database;
    const doubt =
      refused.length > 0 && !this.#isDatabase ? doubtOf(refused[0]?.detail ?? '', this.name) : undefined;
    if (stoppedBy && stoppedBy.kind !== 'aborted')
      this.#backoff.failed(passingOf(stoppedBy), stoppedBy.askedMs);
    else if (doubt) this.#backoff.failed(doubt);
    else if (database) this.#backoff.succeeded();
    return doubt;
  }

  /** Puts refused lines into quarantine, those of one reason together; answers what each record lost. */
  async #keep(refused: readonly RefusedLine[]): Promise<ReadonlyMap<number, Loss>> {
    const losses = new Map<number, Loss>();
    const reasons = Map.groupBy(refused, ({ detail }) => detail);
    for (const [reason, lines] of reasons) {
      const where = await this.#quarantine.keep(lines.map((one) => one.lines).join(''), reason);
      this.#tell(`${lines.length} refused, ${reason}: ${where}`);
      for (const { run, values } of lines) {
        const before = losses.get(run.record)?.values ?? 0;
        losses.set(run.record, { values: before + values, detail: `${reason}: ${where}` });
      }
    }
    return losses;
  }

  #tell(detail: string): void {
    const nowMs = this.#o.now();
    if (nowMs - this.#toldMs < TELL_EVERY_MS) return;
    this.#toldMs = nowMs;
    this.#o.onCount?.('quarantined', detail);
  }
}

interface Loss {
  readonly values: number;
  readonly detail: string;
}

function outcomeOf(batch: RecordBatch, i: number, loss: Loss | undefined): RecordOutcome {
  if (loss === undefined) return { ok: true, lateThroughS: 0 };
  const points = (batch.starts[i + 1] ?? 0) - (batch.starts[i] ?? 0);
  const values = points * (batch.records[i]?.sources.length ?? 0);
  if (loss.values >= values)
    return { ok: false, retryable: false, reason: 'quarantined', detail: loss.detail };
  return { ok: true, lateThroughS: 0, quarantined: loss };
}

function refusal({ reason, detail }: Passing): RecordOutcome {
  return { ok: false, retryable: true, reason, detail };
}

function doubtOf(detail: string, store: string): Passing {
  return {
    reason: 'store_refused',
    detail: `${detail}; nothing was taken so far, is store.${store}.url right?`,
  };
}
