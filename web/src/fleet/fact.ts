import { formatQuantity } from '../format/number.ts';
import { quantityOf } from '../format/quantity.ts';
import { isOfInstance } from './instance.ts';
import type { HostView, MetricView } from '../../../src/contract/api.ts';

export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** Names people know better than the agents' own. */
const labels: ReadonlyMap<string, string> = new Map([
  ['os_name', 'System'],
  ['os_release', 'Kernel'],
  ['machine_type', 'Machine'],
  ['location', 'Location'],
  ['cpu_num', 'CPUs'],
  ['cpu_speed', 'CPU speed'],
  ['mem_total', 'Memory'],
  ['swap_total', 'Swap'],
  ['boottime', 'Booted'],
  ['gmond_started', 'gmond started'],
]);

/** Metrics that do not change while a host runs: told as facts, not drawn. */
const CONSTANTS: ReadonlySet<string> = new Set([
  'cpu_num',
  'cpu_speed',
  'mem_total',
  'swap_total',
  'boottime',
  'mtu',
  'gmond_started',
]);

export function isConstant(metric: MetricView): boolean {
  return CONSTANTS.has(metric.metric);
}

/** What is known of a host: its facts but its instance's, which has them beside, then its constants, each once. */
export function factsOf(host: HostView, metrics: readonly MetricView[]): Fact[] {
  const known = metrics.filter((metric) => isConstant(metric) && metric.value !== null);
  const constants = new Set(known.map((metric) => metric.metric));
  const told = Object.entries(host.facts)
    .filter(([name, text]) => text !== '' && !constants.has(name) && !isOfInstance(host, name))
    .map(([name, text]) => ({ label: labels.get(name) ?? name, text: factText(name, text) }));
  const measured = known.map(({ metric, value, units }) => ({
    label: labels.get(metric) ?? metric,
    text: formatQuantity(value, quantityOf(metric, units)),
  }));
  return [...told, ...measured];
}

/** A constant that came as text. */
function factText(name: string, text: string): string {
  const value = Number(text);
  return CONSTANTS.has(name) && Number.isFinite(value) ? formatQuantity(value, quantityOf(name, '')) : text;
}
