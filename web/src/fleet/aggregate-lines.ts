import type { AggregateName, ServiceDetail } from '../../../src/contract/api.ts';

const FUNCTIONS: readonly AggregateName[] = ['avg', 'sum', 'min', 'max', 'count', 'p95'];
/** Of what is judged otherwise: how many percent of the hosts are above something. */
const SPREAD: readonly AggregateName[] = ['max', 'avg', 'min'];

/** The lines that show an aggregate's past: what it judges itself, else how its hosts are spread. */
export function aggregateLines({ definition }: Pick<ServiceDetail, 'definition'>): readonly AggregateName[] {
  const own = FUNCTIONS.find((name) => name === definition.settings['function']);
  return own === undefined ? SPREAD : [own];
}
