import { KIND } from '../model/kind.ts';
import { encodeMetadata, encodeValue } from '../wire/gmond/encode.ts';
import { gmondMetricsOf } from './gmond-metrics.ts';
import type { Behaviour } from './behaviour.ts';
import type { GmondMetric } from './gmond-metrics.ts';
import type { Instance } from './fleet.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Vitals } from './vitals.ts';

/** The seconds between two turns of a simulated gmond, and what the receiver takes as the step. */
export const GMOND_EVERY_S = 15;
/** Every which turn what never changes is sent again. */
const CONSTANTS_EVERY = 4;
/** Every which turn everything is described again. */
const METADATA_EVERY = 20;
const SLOPE = { zero: 0, both: 3 } as const;

/** Facts: metrics that are texts. */
const TEXTS = [
  { name: 'os_name', value: () => 'Linux' },
  { name: 'os_release', value: () => '6.12.48-cloud-amd64' },
  { name: 'machine_type', value: () => 'x86_64' },
  {
    name: 'instance_type',
    value: ({ role, cpus }: Instance) => `${role === 'web' ? 'c7i' : 'm7i'}.${cpus / 4}xlarge`,
  },
] as const;

/** One turn's datagrams of an instance; turn 0 is its first, and describes everything. */
export function gmondTurn({ instance }: Behaviour, vitals: Vitals, turn: number): Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  const { name: host } = instance;
  for (const metric of gmondMetricsOf(instance)) {
    const own = { host, name: metric.name, spoof: false };
    if (turn % METADATA_EVERY === 0) datagrams.push(describe(metric, host));
    if (metric.slope === 'zero' && turn % CONSTANTS_EVERY !== 0) continue;
    datagrams.push(encodeValue(own, { type: metric.type, value: metric.read(vitals, instance) }));
  }
  datagrams.push(
    encodeValue({ host, name: 'heartbeat', spoof: false }, { type: 'uint', value: vitals.bootedS }),
  );
  if (turn % METADATA_EVERY !== 0) return datagrams;
  for (const { name, value } of TEXTS) {
    datagrams.push(encodeValue({ host, name, spoof: false }, { type: 'string', value: value(instance) }));
  }
  return datagrams;
}

function describe({ name, type, units, slope, tmaxS, group, title }: GmondMetric, host: string): Uint8Array {
  return encodeMetadata({
    host,
    name,
    spoof: false,
    type: { float: 'float', double: 'double', ushort: 'uint16', uint: 'uint32' }[type],
    units,
    slope: SLOPE[slope],
    tmaxS,
    dmaxS: 0,
    extras: [
      { name: 'GROUP', value: group },
      { name: 'TITLE', value: title },
    ],
  });
}

/** The record that a receiver makes of the metric. */
export function gmondRecord(
  { name, units, slope, tmaxS, group, title }: GmondMetric,
  of: { readonly cluster: string; readonly host: string },
): RecordDescription {
  return {
    ...of,
    metric: name,
    protocol: 'ganglia',
    sources: [{ name: 'sum', kind: KIND.gauge, min: null, max: null }],
    intervalS: GMOND_EVERY_S,
    tmaxS,
    dmaxS: 0,
    slope,
    units,
    title,
    group,
    description: '',
    provisional: false,
  };
}
