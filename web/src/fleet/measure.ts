/**
 * The same idea under the names two agents give it. Selectors are regular expressions over whole metric
 * names, for a linear-time engine (no look-around): collectd's interfaces are matched without `lo` by
 * spelling that out.
 *
 * | idea        | gmond                                        | collectd                                          |
 * |-------------|----------------------------------------------|---------------------------------------------------|
 * | load        | load_one                                     | load/load:shortterm                               |
 * | processors  | cpu_num                                      | (not sent)                                        |
 * | cpu user    | cpu_user                                     | cpu-N/cpu-user (jiffies/s = %), cpu/percent-user   |
 * | cpu system  | cpu_system                                   | cpu-N/cpu-system, cpu/percent-system               |
 * | cpu wait    | cpu_wio                                      | cpu-N/cpu-wait, cpu/percent-wait                   |
 * | memory used | mem_total − mem_free − mem_buffers − mem_cached (KiB) | memory/memory-used (bytes)               |
 * | network     | bytes_in, bytes_out                          | interface-X/if_octets:rx, :tx                      |
 */
export const LOAD = 'load_one|load/load:shortterm';
export const PROCESSORS = 'cpu_num';

const notLoopback = 'interface-([^l]|l[^o]|lo.)[^/]*/if_octets';

function cpu(gmond: string, collectd: string): string {
  return `${gmond}|cpu-\\d+/cpu-${collectd}|cpu(-\\d+)?/percent-${collectd}`;
}

export const CPU_USER = cpu('cpu_user', 'user');
export const CPU_SYSTEM = cpu('cpu_system', 'system');
export const CPU_WAIT = cpu('cpu_wio', 'wait');
export const NETWORK_IN = `bytes_in|${notLoopback}:rx`;
export const NETWORK_OUT = `bytes_out|${notLoopback}:tx`;
export const GMOND_MEMORY_TOTAL = 'mem_total';
export const GMOND_MEMORY_SPARE = 'mem_free|mem_buffers|mem_cached';
export const COLLECTD_MEMORY_USED = 'memory/memory-used';
export const COLLECTD_MEMORY_TOTAL = 'memory/memory-.*';

/** A way to colour hosts. */
export interface Measure {
  /** In the address: `load`, or a metric's name. */
  readonly id: string;
  readonly label: string;
  readonly metric: string;
  /** Divide by the host's processors where their number is known. */
  readonly perProcessor: boolean;
  /** The hot end of the scale; null: the highest value there is. */
  readonly hotAt: number | null;
  /** Several series of a host (its interfaces, its processors) become one. */
  readonly combine: 'sum' | 'avg';
}

export const LOAD_MEASURE: Measure = {
  id: 'load',
  label: 'load per CPU',
  metric: LOAD,
  perProcessor: true,
  hotAt: 2,
  combine: 'avg',
};

export const MEASURES: readonly Measure[] = [
  LOAD_MEASURE,
  { id: 'cpu', label: 'CPU user', metric: CPU_USER, perProcessor: false, hotAt: 100, combine: 'avg' },
  { id: 'wait', label: 'CPU wait', metric: CPU_WAIT, perProcessor: false, hotAt: 50, combine: 'avg' },
  { id: 'in', label: 'network in', metric: NETWORK_IN, perProcessor: false, hotAt: null, combine: 'sum' },
  { id: 'out', label: 'network out', metric: NETWORK_OUT, perProcessor: false, hotAt: null, combine: 'sum' },
];
