/**
 * What a number counts, as far as its name and units tell; decides how it is scaled and where its axis
 * begins.
 */
export type Quantity =
  /** A count, as far as is known: whole numbers stay whole. */
  | { readonly kind: 'plain' }
  /** Measured, without a unit: a load. */
  | { readonly kind: 'level' }
  | { readonly kind: 'named'; readonly units: string }
  | { readonly kind: 'rate' }
  | { readonly kind: 'percent' }
  /** `perUnit` seconds each, one where it is left out. */
  | { readonly kind: 'seconds'; readonly perUnit?: number }
  | { readonly kind: 'date' }
  /** `perUnit` bytes each; memory counts in 1024, disks and networks in 1000. */
  | {
      readonly kind: 'bytes';
      readonly base: 1000 | 1024;
      readonly perUnit: number;
      readonly perSecond: boolean;
    }
  /** A unit that takes the decimal prefixes, `perUnit` of it each. */
  | { readonly kind: 'scaled'; readonly unit: 'bit/s' | 'Hz'; readonly perUnit: number };

const memory: Quantity = { kind: 'bytes', base: 1024, perUnit: 1, perSecond: false };
const storage: Quantity = { kind: 'bytes', base: 1000, perUnit: 1, perSecond: false };
const hertz = { kind: 'scaled', unit: 'Hz', perUnit: 1 } as const;
const millis: Quantity = { kind: 'seconds', perUnit: 1e-3 };
const micros: Quantity = { kind: 'seconds', perUnit: 1e-6 };
const flow = { kind: 'bytes', base: 1000, perUnit: 1, perSecond: true } as const;

/**
 * collectd sends no units: its type names carry them (types.db(5)). `cpu` counts jiffies, a hundred a second
 * on Linux, so that its rate reads as percent of one processor.
 */
const collectdTypes: readonly (readonly [RegExp, Quantity])[] = [
  [/^cpu(-[^/]*)?\/cpu-/, { kind: 'percent' }],
  [/\/percent(_bytes|_inodes)?(-|$)/, { kind: 'percent' }],
  [/^(memory|swap)(-[^/]*)?\/(memory|swap)(-|$)/, memory],
  [/\/(ps_rss|ps_vm|ps_data|ps_code|ps_stacksize)(-|$)/, memory],
  [/^df(-[^/]*)?\//, storage],
  [/\/(if_octets|disk_octets|ps_disk_octets|io_octets|swap_io)(-|:|$)/, flow],
  [
    /\/(if_packets|if_errors|if_dropped|disk_ops|disk_merged|contextswitch|fork_rate)(-|:|$)/,
    { kind: 'rate' },
  ],
  [/\/uptime(-|$)/, { kind: 'seconds' }],
  // The ping plugin's round trips are milliseconds.
  [/^ping(-[^/]*)?\/ping(-|$)/, millis],
  [/\/(duration|latency|response_time|delay)(-|$)/, { kind: 'seconds' }],
  [/\/(bitrate)(-|$)/, { kind: 'scaled', unit: 'bit/s', perUnit: 1 }],
  [/^load\//, { kind: 'level' }],
  [/\/cpufreq(-|$)/, hertz],
];

/** gmond's own metrics whose units say less than their names do. */
const gmondNames: readonly (readonly [RegExp, Quantity])[] = [
  [/^(mem|swap)_[a-z]+$/, { kind: 'bytes', base: 1024, perUnit: 1024, perSecond: false }],
  [/^disk_(total|free)/, { kind: 'bytes', base: 1000, perUnit: 1e9, perSecond: false }],
  [/^bytes_(in|out)$/, flow],
  [/^pkts_(in|out)$/, { kind: 'rate' }],
  [/^load_[a-z]+$/, { kind: 'level' }],
  [/^(boottime|gmond_started)$/, { kind: 'date' }],
  [/^cpu_num$/, { kind: 'plain' }],
];

const unitWords: ReadonlyMap<string, Quantity> = new Map<string, Quantity>([
  ['', { kind: 'plain' }],
  ['%', { kind: 'percent' }],
  ['percent', { kind: 'percent' }],
  ['s', { kind: 'seconds' }],
  ['sec', { kind: 'seconds' }],
  ['seconds', { kind: 'seconds' }],
  ['min', { kind: 'seconds', perUnit: 60 }],
  ['minutes', { kind: 'seconds', perUnit: 60 }],
  ['hours', { kind: 'seconds', perUnit: 3600 }],
  ['days', { kind: 'seconds', perUnit: 86_400 }],
  ['ms', millis],
  ['msec', millis],
  ['milliseconds', millis],
  ['us', micros],
  ['µs', micros],
  ['μs', micros],
  ['usec', micros],
  ['microseconds', micros],
  ['ns', { kind: 'seconds', perUnit: 1e-9 }],
  ['nanoseconds', { kind: 'seconds', perUnit: 1e-9 }],
  ['b', storage],
  ['bytes', storage],
  ['kb', { kind: 'bytes', base: 1000, perUnit: 1000, perSecond: false }],
  ['mb', { kind: 'bytes', base: 1000, perUnit: 1e6, perSecond: false }],
  ['gb', { kind: 'bytes', base: 1000, perUnit: 1e9, perSecond: false }],
  ['kib', { kind: 'bytes', base: 1024, perUnit: 1024, perSecond: false }],
  ['mib', { kind: 'bytes', base: 1024, perUnit: 1024 ** 2, perSecond: false }],
  ['gib', { kind: 'bytes', base: 1024, perUnit: 1024 ** 3, perSecond: false }],
  ['bytes/sec', flow],
  ['bytes/s', flow],
  ['b/s', flow],
  ['octets/s', flow],
  ['packets/sec', { kind: 'rate' }],
  ['packets/s', { kind: 'rate' }],
  ['/s', { kind: 'rate' }],
  ['1/s', { kind: 'rate' }],
  ['per second', { kind: 'rate' }],
  ['bit/s', { kind: 'scaled', unit: 'bit/s', perUnit: 1 }],
  ['bits/s', { kind: 'scaled', unit: 'bit/s', perUnit: 1 }],
  ['bits/sec', { kind: 'scaled', unit: 'bit/s', perUnit: 1 }],
  ['bps', { kind: 'scaled', unit: 'bit/s', perUnit: 1 }],
  ['kbit/s', { kind: 'scaled', unit: 'bit/s', perUnit: 1e3 }],
  ['kbps', { kind: 'scaled', unit: 'bit/s', perUnit: 1e3 }],
  ['mbit/s', { kind: 'scaled', unit: 'bit/s', perUnit: 1e6 }],
  ['mbps', { kind: 'scaled', unit: 'bit/s', perUnit: 1e6 }],
  ['gbit/s', { kind: 'scaled', unit: 'bit/s', perUnit: 1e9 }],
  ['kb/s', { ...flow, perUnit: 1e3 }],
  ['mb/s', { ...flow, perUnit: 1e6 }],
  ['gb/s', { ...flow, perUnit: 1e9 }],
  ['kib/s', { ...flow, perUnit: 1024 }],
  ['mib/s', { ...flow, perUnit: 1024 ** 2 }],
  ['tb', { kind: 'bytes', base: 1000, perUnit: 1e12, perSecond: false }],
  ['tib', { kind: 'bytes', base: 1024, perUnit: 1024 ** 4, perSecond: false }],
  ['hz', hertz],
  ['khz', { ...hertz, perUnit: 1e3 }],
  ['mhz', { ...hertz, perUnit: 1e6 }],
  ['ghz', { ...hertz, perUnit: 1e9 }],
]);

/**
 * Metric names are `load_one`, `memory/memory-used` or `interface-eth0/if_octets:rx`; units are the agent's
 * words.
 */
export function quantityOf(metric: string, units: string): Quantity {
  const table = metric.includes('/') ? collectdTypes : gmondNames;
  for (const [pattern, quantity] of table) if (pattern.test(metric)) return quantity;
  const known = unitWords.get(units.trim().toLowerCase());
  if (known) return known;
  return { kind: 'named', units: units.trim() };
}

/** In units that somebody asked for instead of the metric's own (`''`: those). Memory stays in 1024. */
export function quantityIn(
  units: string,
  own: { readonly metric: string; readonly units: string },
): Quantity {
  const measured = quantityOf(own.metric, own.units);
  if (units === '') return measured;
  const asked = quantityOf('', units);
  const memory = measured.kind === 'bytes' && measured.base === 1024;
  return memory && asked.kind === 'bytes' ? { ...asked, base: 1024 } : asked;
}
