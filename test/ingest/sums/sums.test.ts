import { expect, test } from 'vitest';
import { HostTable } from '../../../src/ingest/host-table.ts';
import { Members } from '../../../src/ingest/members.ts';
import { KeyTable } from '../../../src/ingest/key-table.ts';
import { RECORD_STATE, RecordTable } from '../../../src/ingest/record-table.ts';
import { Sums } from '../../../src/ingest/sums/sums.ts';
import { LiveWriter } from '../../../src/live/writer.ts';
import { KIND } from '../../../src/model/kind.ts';
import { integerWordsOf, rawNumber, wordsOf } from '../../../src/model/rate.ts';
import { GRID_CLUSTER } from '../../../src/store/sums.ts';
import { describe, source } from '../../store/batch.ts';
import type { GridPart } from '../../../src/ingest/sums/sums.ts';
import type { Kind } from '../../../src/model/kind.ts';
import type { RecordDescription } from '../../../src/model/record.ts';
import type { RecordBatch, RecordOutcome, Store } from '../../../src/store/store.ts';

const T = 1_700_000_010;

/** A store that keeps the points it is put: second, sum, number, and whether a reset is before it. */
class Kept {
  readonly points = new Map<string, (readonly [number, number, number, number])[]>();
  answer: RecordOutcome = { ok: true, lateThroughS: 0 };

  readonly store = {
    put: (batch: RecordBatch) => {
      if (this.answer.ok) batch.records.forEach((record, i) => this.#keep(batch, i, record));
      return Promise.resolve(batch.records.map(() => this.answer));
    },
  } as unknown as Store;

  #keep(
    { starts, wordStarts, timesS, words, gaps }: RecordBatch,
    i: number,
    record: RecordDescription,
  ): void {
    const key = `${record.cluster} ${record.metric}`;
    const points = this.points.get(key) ?? [];
    this.points.set(key, points);
    for (let p = starts[i] ?? 0; p < (starts[i + 1] ?? 0); p += 1) {
      const at = (wordStarts[i] ?? 0) + (p - (starts[i] ?? 0)) * 4;
      const word = (offset: number) => words[at + offset] ?? 0;
      const sum = rawNumber(record.sources[0]?.kind ?? KIND.gauge, word(0), word(1));
      points.push([timesS[p] ?? 0, sum, rawNumber(KIND.gauge, word(2), word(3)), gaps[p] ?? 0]);
    }
  }
}

/** A worker's tables, and sums over them. */
function worker(kept: Kept, tell: (part: GridPart) => void = () => {}) {
  const live = new LiveWriter(() => {});
  const records = new RecordTable(new KeyTable(1, 2));
  const hosts = new HostTable({ keys: new KeyTable(1, 2), live, announce: () => {}, members: new Members() });
  const known = new Map<string, number>();
  const say = (
    atS: number,
    [cluster, host, metric]: readonly [string, string, string],
    value: number,
    more: Partial<RecordDescription> & { kind?: Kind } = {},
  ) => {
    const { kind = KIND.gauge, ...rest } = more;
    const hostRow = hosts.open(cluster, host, '', '') as number;
    hosts.touch(hostRow, '', '', atS * 1000);
    const key = `${cluster} ${host} ${metric}`;
    let record = known.get(key);
    if (record === undefined) {
      const description = describe({ cluster, host, metric, sources: [source('value', kind)], ...rest });
      record = records.add(description, hostRow, RECORD_STATE.series);
      records.row[record] = live.openSeries(1).row;
      known.set(key, record);
    }
    const pair = { hi: 0, lo: 0 };
    if (kind === KIND.gauge) wordsOf(value, pair);
    else integerWordsOf(value, kind, pair);
    live.write(records.row[record] as number, pair.hi, pair.lo, value, atS * 1000, atS * 1000);
  };
  const summed = { records, hosts, live, silentMs: () => 80_000 };
  return { say, sums: new Sums({ summed, store: kept.store, tell }) };
}

test('sum and number of the hosts that are heard, a point each 15 s', async () => {
  const kept = new Kept();
  const { say, sums } = worker(kept);
  say(T, ['web', 'a', 'load'], 1.5);
  say(T, ['web', 'b', 'load'], 2);
  say(T, ['db', 'c', 'load'], 8);
  sums.tick(T * 1000);
  sums.tick(T * 1000 + 200);
  say(T + 90, ['web', 'a', 'load'], 3); // The others have been silent for 80 s.
  sums.tick((T + 90) * 1000);
  await sums.stop((T + 90) * 1000);
  expect([...kept.points]).toEqual([
    [
      'web load',
      [
        [T, 3.5, 2, 0],
        [T + 90, 3, 1, 0],
      ],
    ],
    ['db load', [[T, 8, 1, 0]]],
  ]);
});

test.for([
  { name: 'not a gmond metric', more: { protocol: 'collectd' } },
  { name: 'gone by its own dmax', more: { dmaxS: 10 }, laterS: 11 },
  { name: 'another kind than the first host says', more: { kind: KIND.counter } },
  { name: 'not a number', more: {}, value: Number.NaN },
] as const)('what does not count: $name', async ({ more, ...rest }) => {
  const [value, laterS] = ['value' in rest ? rest.value : 5, 'laterS' in rest ? rest.laterS : 0];
  const kept = new Kept();
  const { say, sums } = worker(kept);
  say(T, ['web', 'a', 'x'], 1);
  say(T, ['web', 'b', 'x'], value, more);
  sums.tick((T + laterS) * 1000);
  await sums.stop(T * 1000);
  expect(kept.points.get('web x')).toEqual([[T, 1, 1, 0]]);
});

test("a counter's sum has no rate where a host joins or leaves, or one was reset", async () => {
  const kept = new Kept();
  const { say, sums } = worker(kept);
  const counter = { kind: KIND.counter };
  const round = (n: number, values: Readonly<Record<string, number>>) => {
    for (const [host, value] of Object.entries(values)) say(T + 15 * n, ['web', host, 'c'], value, counter);
    sums.tick((T + 15 * n) * 1000);
  };
  round(0, { a: 100 });
  round(1, { a: 110 });
  round(2, { a: 120, b: 5000 });
  round(3, { a: 130, b: 5001 });
  round(4, { a: 0, b: 5002 });
  await sums.stop(T * 1000);
  expect(kept.points.get('web c')?.map(([, ...rest]) => rest)).toEqual([
    [100, 1, 1],
    [110, 1, 0],
    [5120, 2, 1],
    [5131, 2, 0],
    [5002, 2, 1],
  ]);
});

test('the grid is the sum over workers, gauges whatever the metrics are', async () => {
  const kept = new Kept();
  const first = worker(kept, (part) => first.sums.addPart(part));
  const second = worker(new Kept(), (part) => first.sums.addPart(part));
  for (const n of [0, 1]) {
    const atS = T + 15 * n;
    first.say(atS, ['web', 'a', 'c'], 100 + n, { kind: KIND.counter });
    first.say(atS, ['db', 'b', 'c'], 10, { kind: KIND.counter });
    second.say(atS, ['x', 'c', 'c'], 1, { kind: KIND.counter });
    first.sums.tick(atS * 1000);
    second.sums.tick(atS * 1000);
  }
  await first.sums.stop(T * 1000);
  expect(kept.points.get(`${GRID_CLUSTER} c`)).toEqual([
    [T, 111, 3, 0],
    [T + 15, 112, 3, 0],
  ]);
});

test('what the store refuses for now is put again', async () => {
  const kept = new Kept();
  const { say, sums } = worker(kept);
  kept.answer = { ok: false, retryable: true, reason: 'creating', detail: '' };
  for (let n = 0; n < 6; n += 1) {
    say(T + 15 * n, ['web', 'a', 'load'], n);
    sums.tick((T + 15 * n) * 1000);
  }
  await Promise.resolve();
  kept.answer = { ok: true, lateThroughS: 0 };
  await sums.stop(T * 1000);
  expect(kept.points.get('web load')?.map(([, sum]) => sum)).toEqual([0, 1, 2, 3, 4, 5]);
});
