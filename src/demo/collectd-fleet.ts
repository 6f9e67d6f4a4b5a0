import { encodeCollectd } from '../wire/collectd/encode.ts';
import { chance, flutter } from './dice.ts';
import type { Behaviour } from './behaviour.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { Instance } from './fleet.ts';
import type { Vitals } from './vitals.ts';

/** The interval of a simulated collectd: collectd's own default. */
export const COLLECTD_EVERY_S = 10;
const DEVICE = 'nvme0n1';
const ROOT_BYTES = 40 * 2 ** 30;

/** A value list: collectd's names, and its values at one second, one a data source of its type. */
interface ValueListSource {
  readonly plugin: string;
  readonly pluginInstance: string;
  readonly type: string;
  readonly typeInstance: string;
  /** Kind of every data source: 1 gauge, 2 derive. */
  readonly kind: 1 | 2;
  readonly read: (v: Vitals) => readonly number[];
}

type Read = ValueListSource['read'];

/** `plugin[-instance]/type[-instance]` as collectd writes it. */
function list(identity: string, kind: 1 | 2, read: Read): ValueListSource {
  const [from = '', what = ''] = identity.split('/');
  const [plugin, pluginInstance] = parted(from);
  const [type, typeInstance] = parted(what);
  return { plugin, pluginInstance, type, typeInstance, kind, read };
}

function parted(name: string): [string, string] {
  const dash = name.indexOf('-');
  return dash < 0 ? [name, ''] : [name.slice(0, dash), name.slice(dash + 1)];
}

const gauge = (identity: string, read: Read) => list(identity, 1, read);
const derive = (identity: string, read: Read) => list(identity, 2, read);

/** What an instance's plugins read, in order: the usual ones, then those of its role. */
export function collectdLists(instance: Instance): readonly ValueListSource[] {
  return [
    ...processorLists(instance),
    ...memoryLists(instance),
    ...diskLists(instance),
    ...networkLists(instance),
    gauge('processes/ps_state-running', (v) => [Math.round(1 + v.work * instance.cpus + 5 * v.backup)]),
    gauge('processes/ps_state-sleeping', (v) => [
      Math.round(170 + 40 * chance(instance.seed, 9) + 40 * v.work),
    ]),
    gauge('processes/ps_state-zombies', () => [0]),
    gauge('uptime/uptime', (v) => [v.timeS - v.bootedS]),
    ...(instance.role === 'mysql' ? mysqlLists(instance) : jobLists(instance)),
  ];
}

function processorLists({ cpus, seed }: Instance): ValueListSource[] {
  const states = ['user', 'system', 'wait', 'steal', 'idle'] as const;
  return [
    gauge('load/load', (v) => v.load),
    ...states.map((state) => gauge(`cpu/percent-${state}`, (v) => [v.cpu[state]])),
    ...Array.from({ length: cpus }, (_, n) =>
      gauge(`cpu-${n}/percent-idle`, (v) => [
        Math.min(100, Math.max(0, v.cpu.idle + 9 * flutter(seed + 60 + n, v.timeS))),
      ]),
    ),
  ];
}

function memoryLists({ memoryBytes }: Instance): ValueListSource[] {
  const parts = ['used', 'cached', 'buffered', 'free'] as const;
  return [
    ...parts.map((part) => gauge(`memory/memory-${part}`, (v) => [Math.floor(v.memory[part])])),
    gauge('memory/percent-used', (v) => [(100 * v.memory.used) / memoryBytes]),
  ];
}

function diskLists({ diskBytes, cpus, seed }: Instance): ValueListSource[] {
  const reads = (v: Vitals) => 24 * cpus * v.workedS + 3800 * v.backedUpS;
  const writes = (v: Vitals) => 41 * cpus * v.workedS + 120 * v.backedUpS;
  return [
    ...fileSystem('root', ROOT_BYTES, (v) => v.rootUsed),
    ...fileSystem('data', diskBytes, (v) => v.dataUsed),
    derive(`disk-${DEVICE}/disk_ops`, (v) => [
      counted(reads(v), 24 * cpus, seed + 70, v),
      counted(writes(v), 41 * cpus, seed + 71, v),
    ]),
    derive(`disk-${DEVICE}/disk_octets`, (v) => [
      counted(14_000 * reads(v), 14_000 * 24 * cpus, seed + 70, v),
      counted(9_000 * writes(v), 9_000 * 41 * cpus, seed + 71, v),
    ]),
  ];
}

function networkLists({ cpus, seed, role }: Instance): ValueListSource[] {
  const [inScale, outScale] = role === 'mysql' ? [260_000, 880_000] : [900_000, 310_000];
  const rx = (v: Vitals) => counted(inScale * cpus * v.workedS, inScale * cpus, seed + 72, v);
  const tx = (v: Vitals) => counted(outScale * cpus * v.workedS, outScale * cpus, seed + 73, v);
  return [
    derive('interface-eth0/if_octets', (v) => [rx(v), tx(v)]),
    derive('interface-eth0/if_packets', (v) => [Math.floor(rx(v) / 610), Math.floor(tx(v) / 940)]),
    derive('interface-eth0/if_errors', () => [0, 0]),
  ];
}

function mysqlLists({ cpus, seed }: Instance): ValueListSource[] {
  const commands = { select: 240, insert: 31, update: 44, delete: 4 } as const;
  return [
    ...Object.entries(commands).map(([command, scale], n) =>
      derive(`mysql-main/mysql_commands-${command}`, (v) => [
        counted(scale * cpus * v.workedS, scale * cpus, seed + 80 + n, v),
      ]),
    ),
    derive('mysql-main/mysql_slow_queries', (v) => [Math.floor(0.02 * cpus * v.workedS + 1.4 * v.backedUpS)]),
    gauge('mysql-main/threads-connected', (v) => [Math.round(40 + 210 * v.work + 30 * v.backup)]),
    gauge('mysql-main/threads-running', (v) => [Math.round(1 + 1.3 * cpus * v.work + 9 * v.backup)]),
  ];
}

function jobLists({ cpus, seed }: Instance): ValueListSource[] {
  return [
    derive('exec-jobs/total_operations-done', (v) => [
      counted(0.9 * cpus * v.workedS, 0.9 * cpus, seed + 90, v),
    ]),
    gauge('exec-jobs/queue_length-waiting', (v) => [Math.round(90 * v.work * v.work)]),
  ];
}

/**
 * A running total with a ragged edge of up to an interval's sixteenth: less than the least that is added from
 * one reading to the next, so that it never falls.
 */
function counted(total: number, perSecond: number, seed: number, { timeS, workedS }: Vitals): number {
  const edge = (perSecond * COLLECTD_EVERY_S) / 16;
  return Math.max(0, Math.floor(total + (workedS > 0 ? edge * chance(seed, Math.floor(timeS)) : 0)));
}

/** One reading of everything, as the datagrams of one interval. */
export function collectdTurn({ instance }: Behaviour, vitals: Vitals): Uint8Array[] {
  const { name: host } = instance;
  const { timeS } = vitals;
  return encodeCollectd(
    collectdLists(instance).map(({ kind, read, ...names }) => {
      const values = read(vitals);
      return { ...names, host, timeS, intervalS: COLLECTD_EVERY_S, kinds: values.map(() => kind), values };
    }),
  );
}

/** The record that a receiver makes of the value list; undefined for a type its types.db does not have. */
export function collectdRecord(
  { plugin, pluginInstance, type, typeInstance }: ValueListSource,
  of: { readonly cluster: string; readonly host: string },
  types: ReadonlyMap<string, readonly DataSource[]>,
): RecordDescription | undefined {
  const sources = types.get(type);
  if (sources === undefined) return undefined;
  return {
    ...of,
    metric: `${joined(plugin, pluginInstance)}/${joined(type, typeInstance)}`,
    protocol: 'collectd',
    sources,
    intervalS: COLLECTD_EVERY_S,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'both',
    units: '',
    title: '',
    group: plugin,
    description: '',
    provisional: false,
  };
}

function joined(name: string, instance: string): string {
  return instance === '' ? name : `${name}-${instance}`;
}

/** collectd's df plugin tells bytes and, where `ValuesPercentage` is set, per cent. */
function fileSystem(name: string, bytes: number, used: (v: Vitals) => number): ValueListSource[] {
  return [
    gauge(`df-${name}/percent_bytes-used`, (v) => [used(v)]),
    gauge(`df-${name}/df_complex-used`, (v) => [Math.floor((bytes * used(v)) / 100)]),
    gauge(`df-${name}/df_complex-free`, (v) => [Math.floor(bytes * (1 - used(v) / 100))]),
  ];
}
