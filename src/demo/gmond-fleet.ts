import { KIND } from '../model/kind.ts';
import { encodeMetadata, encodeValue } from '../wire/gmond/encode.ts';
import { chance, flutter } from './dice.ts';
import type { Behaviour } from './behaviour.ts';
import type { Instance, Role } from './fleet.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Vitals } from './vitals.ts';

/** The seconds between two turns of a simulated gmond, and what the receiver takes as the step. */
export const GMOND_EVERY_S = 15;
/** Every which turn what never changes is sent again. */
const CONSTANTS_EVERY = 4;
/** Every which turn everything is described again. */
const METADATA_EVERY = 20;
const SLOPE = { zero: 0, both: 3 } as const;
const KIB = 1024;
const GB = 1e9;

type Read = (v: Vitals, instance: Instance) => number;

interface GmondMetric {
  readonly name: string;
  readonly type: 'float' | 'double' | 'ushort' | 'uint';
  readonly units: string;
  readonly slope: 'zero' | 'both';
  readonly tmaxS: number;
  readonly group: string;
  readonly title: string;
  readonly read: Read;
  /** Undefined: every role has it. */
  readonly role: Role | undefined;
}

type Row = readonly [
  name: string,
  type: GmondMetric['type'],
  units: string,
  slope: GmondMetric['slope'],
  tmaxS: number,
  group: string,
  title: string,
  read: Read,
  role?: Role,
];

/** What gmond 3.7 measures itself, in its own words, and what modules add on each kind of instance. */
const ROWS: readonly Row[] = [
  ['boottime', 'uint', 's', 'zero', 1200, 'system', 'Last Boot Time', (v) => v.bootedS],
  ['cpu_num', 'ushort', 'CPUs', 'zero', 1200, 'cpu', 'CPU Count', (_, i) => i.cpus],
  ['cpu_speed', 'uint', 'MHz', 'zero', 1200, 'cpu', 'CPU Speed', () => 2900],
  ['mem_total', 'float', 'KB', 'zero', 1200, 'memory', 'Memory Total', (_, i) => i.memoryBytes / KIB],
  ['swap_total', 'float', 'KB', 'zero', 1200, 'memory', 'Swap Space Total', () => 0],
  ['disk_total', 'double', 'GB', 'both', 1200, 'disk', 'Total Disk Space', (_, i) => i.diskBytes / GB],
  ['load_one', 'float', '', 'both', 70, 'load', 'One Minute Load Average', (v) => v.load[0]],
  ['load_five', 'float', '', 'both', 325, 'load', 'Five Minute Load Average', (v) => v.load[1]],
  ['load_fifteen', 'float', '', 'both', 950, 'load', 'Fifteen Minute Load Average', (v) => v.load[2]],
  ['cpu_user', 'float', '%', 'both', 90, 'cpu', 'CPU User', (v) => v.cpu.user],
  ['cpu_system', 'float', '%', 'both', 90, 'cpu', 'CPU System', (v) => v.cpu.system],
  ['cpu_wio', 'float', '%', 'both', 90, 'cpu', 'CPU wio', (v) => v.cpu.wait],
  ['cpu_steal', 'float', '%', 'both', 90, 'cpu', 'CPU steal', (v) => v.cpu.steal],
  ['cpu_idle', 'float', '%', 'both', 90, 'cpu', 'CPU Idle', (v) => v.cpu.idle],
  ['mem_free', 'float', 'KB', 'both', 180, 'memory', 'Free Memory', (v) => v.memory.free / KIB],
  ['mem_cached', 'float', 'KB', 'both', 180, 'memory', 'Cached Memory', (v) => v.memory.cached / KIB],
  ['mem_buffers', 'float', 'KB', 'both', 180, 'memory', 'Memory Buffers', (v) => v.memory.buffered / KIB],
  ['swap_free', 'float', 'KB', 'both', 180, 'memory', 'Free Swap Space', () => 0],
  ['bytes_in', 'float', 'bytes/sec', 'both', 300, 'network', 'Bytes Received', (v, i) => trafficIn(v, i)],
  ['bytes_out', 'float', 'bytes/sec', 'both', 300, 'network', 'Bytes Sent', (v, i) => trafficOut(v, i)],
  [
    'pkts_in',
    'float',
    'packets/sec',
    'both',
    300,
    'network',
    'Packets Received',
    (v, i) => trafficIn(v, i) / 780,
  ],
  [
    'pkts_out',
    'float',
    'packets/sec',
    'both',
    300,
    'network',
    'Packets Sent',
    (v, i) => trafficOut(v, i) / 1130,
  ],
  [
    'part_max_used',
    'float',
    '%',
    'both',
    180,
    'disk',
    'Maximum Disk Space Used',
    (v) => Math.max(v.dataUsed, v.rootUsed),
  ],
  [
    'disk_free',
    'double',
    'GB',
    'both',
    180,
    'disk',
    'Disk Space Available',
    (v, i) => (i.diskBytes / GB) * (1 - v.dataUsed / 100),
  ],
  [
    'proc_run',
    'uint',
    '',
    'both',
    950,
    'process',
    'Total Running Processes',
    (v, i) => Math.round(1 + v.work * i.cpus + 6 * v.stall),
  ],
  [
    'proc_total',
    'uint',
    '',
    'both',
    950,
    'process',
    'Total Processes',
    (v, i) => Math.round(150 + 40 * chance(i.seed, 9) + 60 * v.work),
  ],
  [
    'nginx_requests',
    'float',
    'requests/sec',
    'both',
    60,
    'nginx',
    'Requests',
    (v, i) => requests(v, i),
    'web',
  ],
  [
    'nginx_latency_p95',
    'float',
    's',
    'both',
    60,
    'nginx',
    'Latency, 95th percentile',
    (v, i) => latencyS(v, i),
    'web',
  ],
  [
    'nginx_errors',
    'float',
    'requests/sec',
    'both',
    60,
    'nginx',
    'Answers 5xx',
    (v, i) => requests(v, i) * (0.0006 + 0.006 * v.release),
    'web',
  ],
  [
    'nginx_connections',
    'uint',
    '',
    'both',
    60,
    'nginx',
    'Open Connections',
    (v, i) => Math.round(requests(v, i) * (1.2 + 4 * latencyS(v, i))),
    'web',
  ],
  [
    'jobs_running',
    'uint',
    'jobs',
    'both',
    60,
    'jobs',
    'Jobs Running',
    (v, i) => Math.round(2 * i.cpus * v.work),
    'batch',
  ],
  [
    'jobs_waiting',
    'uint',
    'jobs',
    'both',
    60,
    'jobs',
    'Jobs Waiting',
    (v) => Math.round(90 * v.work * v.work + 60 * v.stall),
    'batch',
  ],
];

const METRICS: readonly GmondMetric[] = ROWS.map(
  ([name, type, units, slope, tmaxS, group, title, read, role]) => ({
    name,
    type,
    units,
    slope,
    tmaxS,
    group,
    title,
    read,
    role,
  }),
);

/** Facts: metrics that are texts. */
const TEXTS = [
  { name: 'os_name', value: () => 'Linux' },
  { name: 'os_release', value: () => '6.12.48-cloud-amd64' },
  { name: 'machine_type', value: () => 'x86_64' },
  {
    name: 'instance_type',
    value: ({ role, cpus }: Instance) => `${role === 'web' ? 'c7i' : 'm7i'}.${cpus / 4}xlarge`,
  },
  { name: 'zone', value: ({ seed }: Instance) => `eu-central-1${'abc'[Math.floor(3 * chance(seed, 40))]}` },
] as const;

export function gmondMetricsOf({ role }: Instance): readonly GmondMetric[] {
  return METRICS.filter((metric) => metric.role === undefined || metric.role === role);
}

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

function requests({ work, timeS }: Vitals, { cpus, seed }: Instance): number {
  return 62 * cpus * work * (1 + 0.05 * flutter(seed + 11, timeS));
}

function latencyS({ work, release, stall, timeS }: Vitals, { seed }: Instance): number {
  const s = 0.045 + 0.11 * work * work + 0.13 * release + 0.4 * stall;
  return s * (1 + 0.08 * flutter(seed + 12, timeS));
}

function trafficIn({ work, timeS }: Vitals, { cpus, role, seed }: Instance): number {
  const scale = role === 'web' ? 190_000 : 900_000;
  return scale * cpus * work * (1 + 0.06 * flutter(seed + 13, timeS));
}

function trafficOut(vitals: Vitals, instance: Instance): number {
  const factor = instance.role === 'web' ? 6.4 : 0.35;
  return factor * trafficIn(vitals, instance) * (1 + 0.03 * flutter(instance.seed + 14, vitals.timeS));
}
