import { chance } from '../../src/demo/dice.ts';
import { KIND } from '../../src/model/kind.ts';
import type { Kind } from '../../src/model/kind.ts';

/** Room of one series among the numbers: every raw value of a fleet is another one and tells whose it is. */
const SLOT = 20_000_000;
const RISE = 2000;
/** Samples of one series at most, so that it stays in its slot. */
export const SAMPLES_MAX = SLOT / RISE - 1;

export const COLLECTD_STEP_S = 10;
export const GMOND_STEP_S = 15;
export const GMOND_TMAX_S = 60;
/** The groups, one a protocol. */
export const GROUPS = { collectd: 'boxes', gmond: 'rigs' } as const;

export interface FleetSeries {
  /** As a store calls the data source. */
  readonly source: string;
  readonly kind: Kind;
  readonly slot: number;
}

/** What one message updates together. */
export interface FleetRecord {
  readonly protocol: 'collectd' | 'gmond';
  readonly host: string;
  /** collectd: plugin instance and type. gmond: the metric, and nothing. */
  readonly name: string;
  readonly type: string;
  readonly stepS: number;
  readonly heartbeatS: number;
  readonly series: readonly FleetSeries[];
}

const COLLECTD_TYPES = [
  { type: 'gauge', sources: [['value', KIND.gauge]] },
  { type: 'derive', sources: [['value', KIND.derive]] },
  { type: 'counter', sources: [['value', KIND.counter]] },
  {
    type: 'if_octets',
    sources: [
      ['rx', KIND.derive],
      ['tx', KIND.derive],
    ],
  },
] as const;

/** `hosts` of each protocol with `metrics` of each kind. */
export function makeFleet({ hosts, metrics }: { hosts: number; metrics: number }): FleetRecord[] {
  const records: FleetRecord[] = [];
  let slots = 0;
  const series = (sources: readonly (readonly [string, Kind])[]) =>
    sources.map(([source, kind]) => ({ source, kind, slot: slots++ }));
  for (let host = 0; host < hosts; host += 1) {
    for (let metric = 0; metric < metrics; metric += 1) {
      const names = { name: String(metric), host: `host-${host}` };
      for (const { type, sources } of COLLECTD_TYPES) {
        const beat = { stepS: COLLECTD_STEP_S, heartbeatS: 8 * COLLECTD_STEP_S };
        records.push({ protocol: 'collectd', ...names, type, ...beat, series: series(sources) });
      }
      const beat = { stepS: GMOND_STEP_S, heartbeatS: 4 * GMOND_TMAX_S };
      for (const kind of [KIND.gauge, KIND.counter]) {
        const name = `${kind === KIND.gauge ? 'level' : 'count'}_${metric}`;
        records.push({
          protocol: 'gmond',
          ...names,
          name,
          type: '',
          ...beat,
          series: series([['sum', kind]]),
        });
      }
    }
  }
  return records;
}

/** Raw value of a series' sample number `n`: a gauge moves about, everything else rises unevenly. */
export function rawValue({ kind, slot }: FleetSeries, n: number): number {
  const scatter = chance(slot, n);
  const rise = kind === KIND.gauge ? Math.floor(scatter * (RISE - 1)) : 30 * Math.floor(scatter * 33);
  return slot * SLOT + RISE * n + rise;
}

export function describeSeries(record: FleetRecord, series: FleetSeries): string {
  const { protocol, host, name, type } = record;
  return `${protocol} ${host} ${type === '' ? name : `chaos-${name}/${type}:${series.source}`}`;
}
