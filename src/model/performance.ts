import type { ServiceKey } from './service-state.ts';

/** What of a plugin's performance data becomes points of series. */
export interface ServicePerformance extends ServiceKey {
  /** When it was found, epoch ms. */
  readonly timeMs: number;
  /** How often there is a result, seconds; null: nobody says. */
  readonly intervalS: number | null;
  readonly items: readonly {
    readonly label: string;
    /** Null: undetermined. */
    readonly value: number | null;
    /** As written; `c` is a counter. */
    readonly uom: string;
  }[];
}

/** The unit by which plugins mark a counter. */
export const COUNTER_UOM = 'c';

/**
 * The metric of an item: `perfdata/<service>/<label>`. Of a label that is a path the leading slash goes and
 * others become `_`, as collectd writes file systems: `/` is `root`, `/var/log` `var_log`.
 */
export function performanceMetric(service: string, label: string): string {
  return `perfdata/${nameOf(service)}/${nameOf(label)}`;
}

function nameOf(text: string): string {
  if (text === '/') return 'root';
  // oxlint-disable-next-line no-control-regex -- they are what is replaced
  return text.replace(/^\//u, '').replaceAll(/[/\u0000-\u001f\u007f]/gu, '_');
}
