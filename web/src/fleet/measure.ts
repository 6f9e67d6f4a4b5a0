import { exactly } from './pattern.ts';

/**
 * The same idea under the names two agents give it: docs/PROTOCOLS.md has the table for users. Selectors are
 * regular expressions over whole metric names, for a linear-time engine (no look-around): collectd's
 * interfaces are matched without `lo` by spelling that out.
 */
export const LOAD = 'load_one|load/load:shortterm';
/** The number itself. */
export const PROCESSOR_COUNT = 'cpu_num';
/** One series a processor. */
const PROCESSOR_EACH = 'cpu-\\d+/(cpu|percent)-idle';
export const PROCESSORS = `${PROCESSOR_COUNT}|${PROCESSOR_EACH}`;
const eachProcessor = new RegExp(`^(?:${PROCESSOR_EACH})$`);

export function isProcessor(metric: string): boolean {
  return metric === PROCESSOR_COUNT || eachProcessor.test(metric);
}

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

/** What a measure is divided by. */
export type Divisor =
  | { readonly kind: 'none' }
  /** The host's processors: a number told, or series counted. Where any host's is not known, none is divided. */
  | { readonly kind: 'processors' }
  | { readonly kind: 'metric'; readonly metric: string };

/** A way to colour, compare and order hosts. */
export interface Measure {
  /** In the address: `load`, or a metric's name. */
  readonly id: string;
  readonly label: string;
  /** A regular expression over whole names. */
  readonly metric: string;
  readonly over: Divisor;
  /** The hot end of the scale; null: the highest value there is, `hotLeast` at least. */
  readonly hotAt: number | null;
  readonly hotLeast: number;
  /**
   * Older than this a value of gmond's counts as stale: four times the longest silence (tmax) its own
   * collection groups allow the metric. collectd sends everything at every interval, so that its values are
   * stale once their host is overdue.
   */
  readonly staleAfterMs: number;
  /** Several series of a host (its interfaces, its processors) become one. */
  readonly combine: 'sum' | 'avg';
  /** Low is bad: the least is hot, and first. */
  readonly falling?: true;
  /** The pattern was written by somebody, for the server's engine: all that it answers counts. */
  readonly foreign?: true;
}

const NOTHING: Divisor = { kind: 'none' };
const usual = { over: NOTHING, hotAt: null, hotLeast: 0 } as const;

export const LOAD_MEASURE: Measure = {
  id: 'load',
  label: 'load per CPU',
  metric: LOAD,
  over: { kind: 'processors' },
  hotAt: 2,
  hotLeast: 0,
  staleAfterMs: 280_000,
  combine: 'avg',
};

/** Where processors are not known a load has no bound of its own: the highest is the hot end. */
export const PLAIN_LOAD: Measure = { ...LOAD_MEASURE, ...usual, label: 'load', hotLeast: 1 };

const percent = { ...usual, staleAfterMs: 360_000, combine: 'avg' } as const;
const sums = { ...usual, staleAfterMs: 1_200_000, combine: 'sum' } as const;
const MEMORY_FREE = 'mem_free|memory/memory-free';

export const MEASURES: readonly Measure[] = [
  LOAD_MEASURE,
  { ...percent, id: 'cpu', label: 'CPU user', metric: CPU_USER, hotAt: 100 },
  { ...percent, id: 'wait', label: 'CPU wait', metric: CPU_WAIT, hotAt: 50 },
  { ...sums, id: 'memory', label: 'memory free', metric: MEMORY_FREE, falling: true },
  { ...sums, id: 'in', label: 'network in', metric: NETWORK_IN },
  { ...sums, id: 'out', label: 'network out', metric: NETWORK_OUT },
];

/** gmond repeats its rarest metrics every twenty minutes. */
const RAREST_MS = 25 * 60_000;

/** A measure of the table, or any metric by its name; `staleAfterMs` as one of its hosts has it. */
export function measureById(id: string, staleAfterMs: number = RAREST_MS): Measure {
  const known = MEASURES.find((measure) => measure.id === id);
  if (known) return known;
  const low = isLowBad(id) ? { falling: true as const } : {};
  return { ...usual, id, label: id, metric: exactly(id), staleAfterMs, combine: 'avg', ...low };
}

const SPARE = /(^|[^a-z])(free|a?idle|avail|available)($|[^a-z])/i;

/** By its name: `mem_free`, `cpu-0/percent-idle`. Of a pattern: all its alternatives. */
export function isLowBad(metric: string): boolean {
  return metric.split('|').every((name) => SPARE.test(name));
}

/** A measure divided by a metric; a ratio has no bound that is known. */
export function ratioOf(measure: Measure, over: string): Measure {
  const plain = measure.over.kind === 'processors' ? PLAIN_LOAD : measure;
  return {
    ...plain,
    label: `${plain.label} / ${over}`,
    over: { kind: 'metric', metric: over },
    hotAt: null,
    hotLeast: 0,
  };
}

/** `?measure=&over=`; the first is the load per processor where it is not given. */
export function measureOf(search: URLSearchParams, staleAfterMs?: number): Measure {
  const measure = measureById(search.get('measure') ?? LOAD_MEASURE.id, staleAfterMs);
  const over = search.get('over') ?? '';
  return over === '' ? measure : ratioOf(measure, over);
}

/** What is to be asked for: the measure's series and those it is divided by. */
export function selectorOf(measure: Measure): string {
  switch (measure.over.kind) {
    case 'none':
      return measure.metric;
    case 'processors':
      return `${measure.metric}|${PROCESSORS}`;
    case 'metric':
      return `${measure.metric}|${exactly(measure.over.metric)}`;
  }
}

/** Without a divisor: what a host's history shows. */
export function undivided(measure: Measure): Measure {
  return measure.over.kind === 'processors' ? PLAIN_LOAD : { ...measure, over: NOTHING };
}
