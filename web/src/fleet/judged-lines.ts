import { thresholdLines } from '../chart/threshold.ts';
import { formatTick } from '../format/number.ts';
import type { Threshold } from '../chart/value-bounds.ts';
import type { Quantity } from '../format/quantity.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

type Judged = Pick<ServiceView, 'warning' | 'critical' | 'function'> & { readonly service?: string };

/** A line of a chart and what judges it. */
export interface JudgedLine {
  readonly label: string;
  readonly services: readonly Judged[];
}

export interface ChartThresholds {
  /** Hold for every line of the chart: a line of one beside others would seem to judge them all. */
  readonly drawn: readonly Threshold[];
  /** Of single lines, to be told in words. */
  readonly own: readonly { readonly label: string; readonly threshold: Threshold }[];
}

export function chartThresholds(lines: readonly JudgedLine[]): ChartThresholds {
  const each = lines.map(({ label, services }) => ({ label, thresholds: thresholdsOf(services) }));
  const [first] = each;
  const drawn = (first?.thresholds ?? []).filter((one) =>
    each.every(({ thresholds }) => thresholds.some((other) => same(one, other))),
  );
  const own = each.flatMap(({ label, thresholds }) =>
    thresholds
      .filter((one) => !drawn.some((other) => same(one, other)))
      .map((threshold) => ({ label, threshold })),
  );
  return { drawn, own };
}

/** `wait: warning above 40 %, critical above 70 %`, a note a line. */
export function ownNotes(own: ChartThresholds['own'], quantity: Quantity): string[] {
  return [...Map.groupBy(own, ({ label }) => label)].map(([label, those]) => {
    const words = those.map(
      ({ threshold: { state, side, value, service } }) =>
        `${service === undefined ? '' : `${service} `}${state} ${side} ${formatTick(value, quantity)}`,
    );
    return `${label}: ${[...new Set(words)].join(', ')}`;
  });
}

/** Of a rate, a forecast or an age they are in other units than what is drawn. */
function thresholdsOf(services: readonly Judged[]): Threshold[] {
  const plain = services.filter((service) => service.function === '');
  return plain.flatMap(({ service, warning, critical }) => {
    const of = plain.length > 1 && service !== undefined ? { service } : {};
    return [
      ...thresholdLines(warning).map((line) => ({ ...line, ...of, state: 'warning' as const })),
      ...thresholdLines(critical).map((line) => ({ ...line, ...of, state: 'critical' as const })),
    ];
  });
}

function same(a: Threshold, b: Threshold): boolean {
  return a.value === b.value && a.side === b.side && a.state === b.state;
}
