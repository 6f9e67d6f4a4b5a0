import { KIND } from '../../src/model/kind.ts';
import { interestsOf } from '../../src/backtest/interest.ts';
import { knownHost } from '../../src/backtest/past-host.ts';
import { worthPlaying } from '../../src/backtest/trim.ts';
import type { PastHost } from '../../src/backtest/past-host.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';
import type { Tape } from '../../src/backtest/tape.ts';

/** A gauge of a host. */
export function gauge(cluster: string, host: string, metric: string, intervalS = 10): RecordDescription {
  return {
    cluster,
    host,
    metric,
    protocol: 'collectd',
    sources: [{ name: 'value', kind: KIND.gauge, min: null, max: null }],
    intervalS,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'both',
    units: '',
    title: '',
    group: '',
    description: '',
    provisional: false,
  };
}

/** One value a row, from a time on. */
export function tape(
  record: RecordDescription,
  startS: number,
  values: readonly number[],
  stepS = record.intervalS,
): Tape {
  const columns = [Float64Array.from(values)];
  const everyS = Math.min(stepS, record.intervalS);
  return { record, stretches: [{ startS, stepS, rows: values.length, everyS, columns }] };
}

export function pastHost(cluster: string, name: string, tapes: readonly Tape[]): PastHost {
  return {
    cluster,
    name,
    address: '192.0.2.1',
    agent: 'collectd',
    facts: [],
    intervalMs: 10_000,
    gapMs: 10_000,
    tapes,
    fromS: 0,
    silences: [],
    retired: [],
  };
}

/** With the tapes alone that matter to some definitions. */
export function trimmed(host: PastHost, definitions: readonly ServiceDefinition[]): PastHost {
  const interests = interestsOf({ definitions });
  const weighed = host.tapes.map((one) => ({
    tape: one,
    interests: [interests.ofRecord(knownHost(host), one.record)],
  }));
  return { ...host, tapes: worthPlaying(weighed, []) };
}
