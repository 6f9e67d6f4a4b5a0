import { chance, flutter } from './dice.ts';
import type { Instance, Role } from './fleet.ts';
import type { Vitals } from './vitals.ts';

const KIB = 1024;
const GB = 1e9;

type Read = (v: Vitals, i: Instance) => number;

/** What a gmond says of a metric, and how its value is read off an instance. */
export interface GmondMetric {
  readonly name: string;
  readonly type: 'float' | 'double' | 'ushort' | 'uint';
  readonly units: string;
  readonly slope: 'zero' | 'both';
  readonly tmaxS: number;
  readonly title: string;
  readonly group: string;
  readonly read: Read;
}

/** What gmond 3.7 measures itself, in its own words. */
const OWN: readonly GmondMetric[] = [
  ...group('system', [['boottime', 'uint', 's', 'zero', 1200, 'Last Boot Time', (v) => v.bootedS]]),
  ...group('cpu', [
    ['cpu_num', 'ushort', 'CPUs', 'zero', 1200, 'CPU Count', (_, i) => i.cpus],
    ['cpu_speed', 'uint', 'MHz', 'zero', 1200, 'CPU Speed', () => 2900],
    ['cpu_user', 'float', '%', 'both', 90, 'CPU User', (v) => v.cpu.user],
    ['cpu_system', 'float', '%', 'both', 90, 'CPU System', (v) => v.cpu.system],
    ['cpu_wio', 'float', '%', 'both', 90, 'CPU wio', (v) => v.cpu.wait],
    ['cpu_steal', 'float', '%', 'both', 90, 'CPU steal', (v) => v.cpu.steal],
    ['cpu_idle', 'float', '%', 'both', 90, 'CPU Idle', (v) => v.cpu.idle],
  ]),
  ...group('load', [
    ['load_one', 'float', '', 'both', 70, 'One Minute Load Average', (v) => v.load[0]],
    ['load_five', 'float', '', 'both', 325, 'Five Minute Load Average', (v) => v.load[1]],
    ['load_fifteen', 'float', '', 'both', 950, 'Fifteen Minute Load Average', (v) => v.load[2]],
  ]),
  ...group('memory', [
    ['mem_total', 'float', 'KB', 'zero', 1200, 'Memory Total', (_, i) => i.memoryBytes / KIB],
    ['mem_free', 'float', 'KB', 'both', 180, 'Free Memory', (v) => v.memory.free / KIB],
    ['mem_cached', 'float', 'KB', 'both', 180, 'Cached Memory', (v) => v.memory.cached / KIB],
    ['mem_buffers', 'float', 'KB', 'both', 180, 'Memory Buffers', (v) => v.memory.buffered / KIB],
    ['swap_total', 'float', 'KB', 'zero', 1200, 'Swap Space Total', () => 0],
    ['swap_free', 'float', 'KB', 'both', 180, 'Free Swap Space', () => 0],
  ]),
  ...group('network', [
    ['bytes_in', 'float', 'bytes/sec', 'both', 300, 'Bytes Received', bytesIn],
    ['bytes_out', 'float', 'bytes/sec', 'both', 300, 'Bytes Sent', bytesOut],
    ['pkts_in', 'float', 'packets/sec', 'both', 300, 'Packets Received', (v, i) => bytesIn(v, i) / 780],
    ['pkts_out', 'float', 'packets/sec', 'both', 300, 'Packets Sent', (v, i) => bytesOut(v, i) / 1130],
  ]),
  ...group('disk', [
    ['disk_total', 'double', 'GB', 'both', 1200, 'Total Disk Space', (_, i) => i.diskBytes / GB],
    ['disk_free', 'double', 'GB', 'both', 180, 'Disk Space Available', diskFreeGb],
    ['part_max_used', 'float', '%', 'both', 180, 'Maximum Disk Space Used', fullest],
  ]),
  ...group('process', [
    ['proc_run', 'uint', '', 'both', 950, 'Total Running Processes', running],
    ['proc_total', 'uint', '', 'both', 950, 'Total Processes', processes],
  ]),
];

/** What modules add on each kind of instance. */
const ADDED: Readonly<Record<Role, readonly GmondMetric[]>> = {
  web: group('nginx', [
    ['nginx_requests', 'float', 'requests/sec', 'both', 60, 'Requests', requests],
    ['nginx_latency_p95', 'float', 's', 'both', 60, 'Latency, 95th percentile', latencyS],
    ['nginx_errors', 'float', 'requests/sec', 'both', 60, 'Answers 5xx', errors],
    ['nginx_connections', 'uint', '', 'both', 60, 'Open Connections', connections],
  ]),
  mysql: [],
  batch: group('jobs', [
    ['jobs_running', 'uint', 'jobs', 'both', 60, 'Jobs Running', (v, i) => Math.round(2 * i.cpus * v.work)],
    ['jobs_waiting', 'uint', 'jobs', 'both', 60, 'Jobs Waiting', waiting],
  ]),
};

export function gmondMetricsOf({ role }: Instance): readonly GmondMetric[] {
  return [...OWN, ...ADDED[role]];
}

type Row = readonly [
  name: string,
  type: GmondMetric['type'],
  units: string,
  slope: GmondMetric['slope'],
  tmaxS: number,
  title: string,
  read: Read,
];

function group(named: string, rows: readonly Row[]): GmondMetric[] {
  return rows.map(([name, type, units, slope, tmaxS, title, read]) => {
    return { name, type, units, slope, tmaxS, title, group: named, read };
  });
}

function bytesIn({ work, timeS }: Vitals, { cpus, role, seed }: Instance): number {
  const scale = role === 'web' ? 190_000 : 900_000;
  return scale * cpus * work * (1 + 0.06 * flutter(seed + 13, timeS));
}

function bytesOut(v: Vitals, i: Instance): number {
  const factor = i.role === 'web' ? 6.4 : 0.35;
  return factor * bytesIn(v, i) * (1 + 0.03 * flutter(i.seed + 14, v.timeS));
}

function diskFreeGb({ dataUsed }: Vitals, { diskBytes }: Instance): number {
  return (diskBytes / GB) * (1 - dataUsed / 100);
}

function fullest({ dataUsed, rootUsed }: Vitals): number {
  return Math.max(dataUsed, rootUsed);
}

function running({ work, stall }: Vitals, { cpus }: Instance): number {
  return Math.round(1 + work * cpus + 6 * stall);
}

function processes({ work }: Vitals, { seed }: Instance): number {
  return Math.round(150 + 40 * chance(seed, 9) + 60 * work);
}

function requests({ work, timeS }: Vitals, { cpus, seed }: Instance): number {
  return 62 * cpus * work * (1 + 0.05 * flutter(seed + 11, timeS));
}

function latencyS({ work, release, stall, timeS }: Vitals, { seed }: Instance): number {
  const s = 0.045 + 0.11 * work * work + 0.13 * release + 0.4 * stall;
  return s * (1 + 0.08 * flutter(seed + 12, timeS));
}

function errors(v: Vitals, i: Instance): number {
  return requests(v, i) * (0.0006 + 0.006 * v.release);
}

function connections(v: Vitals, i: Instance): number {
  return Math.round(requests(v, i) * (1.2 + 4 * latencyS(v, i)));
}

function waiting({ work, stall }: Vitals): number {
  return Math.round(90 * work * work + 60 * stall);
}
