import { KIND } from '../model/kind.ts';
import type { Kind } from '../model/kind.ts';
import type { RecordDescription } from '../model/record.ts';

/**
 * Sums over the hosts of a cluster, and over all clusters, as gmetad keeps them beside the hosts. They are
 * records of hosts that cannot be: no name from the network has a NUL.
 */
export const SUMS_HOST = '\0sums';
export const GRID_CLUSTER = '\0grid';

/** Seconds between two sums: gmetad's own step, whatever its sources'. */
export const SUMS_STEP_S = 15;

/** The record of a metric's sum and of the number of hosts in it. */
export function sumsRecord(cluster: string, metric: string, kind: Kind): RecordDescription {
  return {
    cluster,
    host: SUMS_HOST,
    metric,
    protocol: 'ganglia',
    sources: [
      { name: 'sum', kind, min: null, max: null },
      { name: 'num', kind: KIND.gauge, min: null, max: null },
    ],
    intervalS: SUMS_STEP_S,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'unspecified',
    units: '',
    title: '',
    group: '',
    description: '',
    provisional: false,
  };
}
