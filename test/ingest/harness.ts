import { GROUP_DEFAULTS } from '../../src/contract/config.ts';
import { Engine } from '../../src/ingest/engine.ts';
import { noJournal } from '../../src/ingest/journal/no-journal.ts';
import { Catalogue } from '../../src/live/catalogue.ts';
import type { CollectdDoors } from '../../src/ingest/collectd/collectd-door.ts';
import type { DataSource, RecordDescription } from '../../src/model/record.ts';
import type { Journal } from '../../src/ingest/journal/port.ts';
import type { SeriesBudget } from '../../src/ingest/senders/series-budget.ts';
import type { GroupRules } from '../../src/ingest/group.ts';
import type { LiveSample } from '../../src/live/columns.ts';
import type { RecordBatch, RecordOutcome, Store } from '../../src/store/store.ts';

export const START_MS = 1_800_000_000_000;

/** A store that remembers what it was given, and answers as it is told to. */
export class FakeStore implements Store {
  readonly name = 'fake';
  readonly puts: { record: RecordDescription; timesS: number[]; words: number[]; gaps: number[] }[] = [];
  answer: (record: RecordDescription) => RecordOutcome = () => ({ ok: true, lateThroughS: 0 });

  put(batch: RecordBatch): Promise<readonly RecordOutcome[]> {
    const outcomes = batch.records.map((record, i) => {
      const outcome = this.answer(record);
      const from = batch.starts[i] ?? 0;
      const to = batch.starts[i + 1] ?? 0;
      if (!outcome.ok) return outcome;
      this.puts.push({
        record,
        timesS: [...batch.timesS.subarray(from, to)],
        words: [...batch.words.subarray(batch.wordStarts[i], batch.wordStarts[i + 1])],
        gaps: [...batch.gaps.subarray(from, to)],
      });
      return outcome;
    });
    return Promise.resolve(outcomes);
  }

  query(): never {
    throw new Error('not asked in these tests');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

export const RULES: GroupRules = {
  name: 'web',
  accept: ['collectd', 'ganglia', 'statsd', 'graphite'],
  hostName: 'packet',
  maxSeriesPerHost: 100,
  hostDmaxMs: 86_400_000,
  pastMs: 600_000,
  futureMs: 60_000,
  outside: 'refuse',
  ownAddresses: [],
  ...GROUP_DEFAULTS,
};

/** An engine with one group, a reader's catalogue beside it, and a clock that is moved by hand. */
export function harness(
  options: {
    rules?: Partial<GroupRules>;
    /** The name server never answers. */
    deaf?: boolean;
    maxPoints?: number;
    budget?: SeriesBudget;
    types?: ReadonlyMap<string, readonly DataSource[]>;
    journal?: Journal;
    doors?: CollectdDoors;
    ownHost?: string;
  } = {},
) {
  const store = new FakeStore();
  const clock = { nowMs: START_MS };
  const refusals: string[] = [];
  const names = new Map<string, string>();
  let sleeper: (ms: number) => Promise<void> | undefined = () => undefined;
  const engine = new Engine({
    store,
    journal: options.journal ?? noJournal,
    types: options.types ?? new Map(),
    cache: { maxAgeMs: 60_000, jitterMs: 10_000, maxPoints: options.maxPoints ?? 10_000 },
    reverse: (address) => {
      if (options.deaf) return new Promise(() => undefined);
      const name = names.get(address);
      return name === undefined ? Promise.reject(new Error('NXDOMAIN')) : Promise.resolve([name]);
    },
    nowMs: () => clock.nowMs,
    ticksMs: () => clock.nowMs,
    sleep: async (ms) => {
      const asleep = sleeper(ms);
      if (asleep) return asleep;
      clock.nowMs += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
    random: () => 0.5,
    ...(options.budget ? { budget: options.budget } : {}),
    onRefusal: (_record, reason) => refusals.push(reason),
    ...(options.doors ? { doors: options.doors } : {}),
    ...(options.ownHost === undefined ? {} : { ownHost: options.ownHost }),
  });
  const index = engine.setGroup({ ...RULES, ...options.rules });
  const catalogue = new Catalogue();
  const absorb = () => catalogue.apply({ worker: 0, announcements: engine.takeAnnouncements(Infinity) });
  const send = (datagram: Uint8Array, address = '10.0.0.1') => {
    engine.accept(datagram, {
      start: 0,
      end: datagram.length,
      listener: index,
      address,
      arrivalMs: clock.nowMs,
    });
    absorb();
  };
  const live = (cluster: string, host: string, metric: string): LiveSample | undefined => {
    const out: LiveSample = { rawHi: 0, rawLo: 0, value: 0, sampleMs: 0, arrivalMs: 0 };
    for (const record of catalogue.host(cluster, host)?.records.values() ?? []) {
      for (const series of record.series)
        if (series.metric === metric) return catalogue.read(series, out) ? out : undefined;
    }
    return undefined;
  };
  const sleepUntil = (next: typeof sleeper) => {
    sleeper = next;
  };
  return { sleepUntil, engine, store, clock, refusals, names, index, catalogue, absorb, send, live };
}

/** received − (stored + pending + coalesced + rejected + lost): 0 when the books balance. */
export function imbalance(engine: Engine): number {
  const { received, stored, pending, coalesced, rejected, lost } = engine.stats();
  return received - (stored + pending + coalesced + rejected + lost);
}
