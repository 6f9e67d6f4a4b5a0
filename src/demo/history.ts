import { KIND } from '../model/kind.ts';
import { integerWordsOf, wordsOf } from '../model/rate.ts';
import { collectdLists, collectdRecord } from './collectd-fleet.ts';
import { gmondRecord } from './gmond-fleet.ts';
import { gmondMetricsOf } from './gmond-metrics.ts';
import { isAlive } from './scenario.ts';
import { FLUSH_RHYTHM, statsdRecords } from './statsd-fleet.ts';
import { rhythmOf, turnBefore } from './turns.ts';
import { vitalsOf } from './vitals.ts';
import type { Behaviour } from './behaviour.ts';
import type { DataSource } from '../model/record.ts';
import type { MadeRecord } from './statsd-fleet.ts';
import type { RawWords } from '../model/rate.ts';
import type { RecordBatch } from '../store/store.ts';
import type { Rhythm } from './turns.ts';
import type { Vitals } from './vitals.ts';

/** The newest part has every turn, what is older one a minute: enough for graphs, and sooner written. */
const EVERY_TURN_S = 3600;
const COARSE_S = 60;

/** A record of the past, and how its values are read off an instance. */
type PastRecord = MadeRecord;

export interface Past {
  readonly cluster: string;
  /** Epoch seconds, exclusive and inclusive. */
  readonly afterS: number;
  readonly throughS: number;
  /** types.db by type name. */
  readonly types: ReadonlyMap<string, readonly DataSource[]>;
}

/**
 * What an instance would have sent in (afterS, throughS], as columns for the store. The last point is its
 * agent's last turn, so that the next one is the first live one.
 */
export function historyOf(behaviour: Behaviour, past: Past): RecordBatch {
  return pastOf(behaviour, past, {
    rhythm: rhythmOf(behaviour.instance),
    records: recordsOf(behaviour, past),
  });
}

/** The same of what the application on it would have sent, as a server would have put it together. */
export function applicationHistoryOf(behaviour: Behaviour, past: Past): RecordBatch {
  const { instance } = behaviour;
  const records = statsdRecords(instance, { cluster: past.cluster, host: instance.name });
  return pastOf(behaviour, past, { rhythm: FLUSH_RHYTHM, records });
}

function pastOf(
  behaviour: Behaviour,
  past: Past,
  of: { readonly rhythm: Rhythm; readonly records: readonly PastRecord[] },
): RecordBatch {
  if (of.records.length === 0) return columnsOf([], []);
  const { instance, faults } = behaviour;
  const times = timesOf(of.rhythm, past).filter((timeS) => isAlive(instance, faults, timeS));
  const vitals = times.map((timeS) => vitalsOf(behaviour, timeS));
  return columnsOf(of.records, vitals);
}

/** Ascending: one a minute or so, then every turn. */
function timesOf(rhythm: Rhythm, { afterS, throughS }: Past): number[] {
  const lastS = turnBefore(rhythm, throughS);
  const fineFromS = lastS - EVERY_TURN_S;
  const coarse = { ...rhythm, everyS: COARSE_S };
  const coarseTimes: number[] = [];
  for (let s = turnBefore(coarse, Math.min(fineFromS, lastS)); s > afterS; s -= COARSE_S) coarseTimes.push(s);
  const fineAfterS = Math.max(coarseTimes[0] ?? 0, afterS);
  const fine: number[] = [];
  for (let s = lastS; s > fineAfterS; s -= rhythm.everyS) fine.push(s);
  return [...coarseTimes.toReversed(), ...fine.toReversed()];
}

function recordsOf({ instance }: Behaviour, { cluster, types }: Past): PastRecord[] {
  const of = { cluster, host: instance.name };
  switch (instance.agent) {
    case 'gmond':
      return gmondMetricsOf(instance).map((metric) => ({
        record: gmondRecord(metric, of),
        read: (v) => [metric.read(v, instance)],
      }));
    case 'collectd':
      return collectdLists(instance).flatMap((list) => {
        const record = collectdRecord(list, of, types);
        return record === undefined ? [] : [{ record, read: list.read }];
      });
  }
}

function columnsOf(records: readonly PastRecord[], vitals: readonly Vitals[]): RecordBatch {
  const points = vitals.length;
  const starts = new Uint32Array(records.length + 1);
  const wordStarts = new Uint32Array(records.length + 1);
  for (const [i, { record }] of records.entries()) {
    starts[i + 1] = (starts[i] as number) + points;
    wordStarts[i + 1] = (wordStarts[i] as number) + 2 * points * record.sources.length;
  }
  const timesS = new Uint32Array(points * records.length);
  const words = new Uint32Array(wordStarts[records.length] as number);
  const raw: RawWords = { hi: 0, lo: 0 };
  for (const [i, { record, read }] of records.entries()) {
    let at = wordStarts[i] as number;
    for (const [p, v] of vitals.entries()) {
      timesS[(starts[i] as number) + p] = v.timeS;
      const values = read(v);
      for (const [s, source] of record.sources.entries()) {
        const value = values[s] ?? Number.NaN;
        if (source.kind === KIND.gauge) wordsOf(value, raw);
        else integerWordsOf(value, source.kind, raw);
        words[at] = raw.hi;
        words[at + 1] = raw.lo;
        at += 2;
      }
    }
  }
  // A rate that would be negative is unknown by its type's bound, so that no gap needs to be marked.
  const gaps = new Uint8Array(timesS.length);
  return { records: records.map(({ record }) => record), starts, wordStarts, timesS, words, gaps };
}
