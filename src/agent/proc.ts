import { SELF_MONITOR_DEVICES_MAX } from '../limits.ts';
import { derives, gauges } from './reading.ts';
import type { Reading } from './reading.ts';

/**
 * Text of Linux's /proc (proc(5)) to readings, named and scaled as collectd's plugins of a default
 * installation do. Pure and total: a line or file that is not as expected gives no reading.
 */

const KIB = 1024;
const SECTOR_BYTES = 512;
/** Order of the columns of a `cpu` line; collectd's names. */
const CPU_STATES = ['user', 'nice', 'system', 'idle', 'wait', 'interrupt', 'softirq', 'steal'] as const;

/** /proc/loadavg → `load/load`. */
export function readLoad(text: string): Reading[] {
  const values = text.split(' ').slice(0, 3).map(Number);
  if (values.length < 3 || !values.every(Number.isFinite)) return [];
  return [gauges({ plugin: 'load', type: 'load' }, ...values)];
}

/** /proc/stat → `cpu-N/cpu-<state>`, in jiffies. */
export function readCpus(text: string): Reading[] {
  const readings: Reading[] = [];
  for (const line of text.split('\n')) {
    const [, cpu, rest] = /^cpu(\d+) +(.*)$/.exec(line) ?? [];
    if (cpu === undefined || rest === undefined) continue;
    if (readings.length >= SELF_MONITOR_DEVICES_MAX * CPU_STATES.length) break;
    const jiffies = wholes(rest.split(/\s+/));
    for (const [i, state] of CPU_STATES.entries()) {
      const value = jiffies[i];
      if (value === undefined) continue;
      readings.push(derives({ plugin: 'cpu', pluginInstance: cpu, type: 'cpu', typeInstance: state }, value));
    }
  }
  return readings;
}

/** /proc/meminfo → `memory/memory-<state>` and `swap/swap-<state>`, in bytes. */
export function readMemory(text: string): Reading[] {
  const bytes = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, kib] = /^(\w+):\s+(\d+) kB$/.exec(line) ?? [];
    if (name !== undefined) bytes.set(name, Number(kib) * KIB);
  }
  return [...memoryReadings(bytes), ...swapReadings(bytes)];
}

function memoryReadings(bytes: ReadonlyMap<string, number>): Reading[] {
  const total = bytes.get('MemTotal');
  const free = bytes.get('MemFree');
  if (total === undefined || free === undefined) return [];
  const buffered = bytes.get('Buffers') ?? 0;
  const cached = bytes.get('Cached') ?? 0;
  const slab = { recl: bytes.get('SReclaimable') ?? 0, unrecl: bytes.get('SUnreclaim') ?? 0 };
  const used = Math.max(0, total - free - buffered - cached - slab.recl - slab.unrecl);
  const states = { used, free, buffered, cached, slab_recl: slab.recl, slab_unrecl: slab.unrecl };
  return Object.entries(states).map(([typeInstance, value]) =>
    gauges({ plugin: 'memory', type: 'memory', typeInstance }, value),
  );
}

function swapReadings(bytes: ReadonlyMap<string, number>): Reading[] {
  const total = bytes.get('SwapTotal');
  const free = bytes.get('SwapFree');
  if (total === undefined || free === undefined) return [];
  const cached = bytes.get('SwapCached') ?? 0;
  const states = { used: Math.max(0, total - free - cached), free, cached };
  return Object.entries(states).map(([typeInstance, value]) =>
    gauges({ plugin: 'swap', type: 'swap', typeInstance }, value),
  );
}

/** /proc/net/dev → `interface-<name>/if_octets`, `if_packets`, `if_errors`, `if_dropped`, each rx and tx. */
export function readInterfaces(text: string): Reading[] {
  const readings: Reading[] = [];
  const lines = text.split('\n').slice(2, 2 + SELF_MONITOR_DEVICES_MAX);
  for (const line of lines) {
    const [, name, rest] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    // Eight columns received, eight sent: bytes, packets, errors, dropped, …
    const counts = wholes(rest.split(/\s+/));
    for (const [i, type] of ['if_octets', 'if_packets', 'if_errors', 'if_dropped'].entries()) {
      const rx = counts[i];
      const tx = counts[i + 8];
      if (rx === undefined || tx === undefined) continue;
      readings.push(derives({ plugin: 'interface', pluginInstance: name, type }, rx, tx));
    }
  }
  return readings;
}

/**
 * /proc/diskstats → `disk-<name>/disk_ops` and `disk_octets`, each read and write; devices never used are
 * left out.
 */
export function readDisks(text: string): Reading[] {
  const readings: Reading[] = [];
  for (const line of text.split('\n')) {
    const [, , name, ...columns] = line.trim().split(/\s+/);
    if (name === undefined || /^(loop|ram|zram)\d/.test(name)) continue;
    if (readings.length >= SELF_MONITOR_DEVICES_MAX * 2) break;
    const [reads, , sectorsRead, , writes, , sectorsWritten] = wholes(columns);
    if (reads === undefined || sectorsRead === undefined) continue;
    if (writes === undefined || sectorsWritten === undefined || (reads === 0n && writes === 0n)) continue;
    const disk = { plugin: 'disk', pluginInstance: name };
    const octets = [sectorsRead, sectorsWritten].map((sectors) => sectors * BigInt(SECTOR_BYTES));
    readings.push(derives({ ...disk, type: 'disk_ops' }, reads, writes));
    readings.push(derives({ ...disk, type: 'disk_octets' }, ...octets));
  }
  return readings;
}

/** /proc/uptime → `uptime/uptime`, seconds. */
export function readUptime(text: string): Reading[] {
  const seconds = Number.parseFloat(text);
  return Number.isFinite(seconds) ? [gauges({ plugin: 'uptime', type: 'uptime' }, Math.floor(seconds))] : [];
}

/**
 * /proc/self/statm → `processes-muster/ps_vm` and `ps_rss`, bytes, as collectd shows a process it is told
 * to watch.
 */
export function readOwnMemory(text: string, pageBytes: number): Reading[] {
  const [virtual, resident] = text.split(' ').map(Number);
  if (virtual === undefined || resident === undefined) return [];
  if (!Number.isFinite(virtual) || !Number.isFinite(resident)) return [];
  const process = { plugin: 'processes', pluginInstance: 'muster' };
  return [
    gauges({ ...process, type: 'ps_vm' }, virtual * pageBytes),
    gauges({ ...process, type: 'ps_rss' }, resident * pageBytes),
  ];
}

/** Columns that are whole numbers; undefined where one is not. */
function wholes(columns: readonly string[]): (bigint | undefined)[] {
  return columns.map((column) => (/^\d{1,20}$/.test(column) ? BigInt(column) : undefined));
}
