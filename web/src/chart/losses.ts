import { formatClock } from '../format/clock.ts';
import { formatCount } from '../format/number.ts';
import type { LossView } from '../../../src/contract/api.ts';

/** A stretch of a chart that is hatched. */
export interface LostSpan {
  readonly fromS: number;
  readonly toS: number;
  /** One a cluster, with all it lost meanwhile. */
  readonly losses: readonly LossView[];
}

/** Periods that reach into `[fromS, toS]`. */
export function lossesWithin(losses: readonly LossView[], fromS: number, toS: number): LossView[] {
  return losses.filter(({ from_ms, to_ms }) => to_ms >= fromS * 1000 && from_ms <= toS * 1000);
}

/**
 * What to hatch, left to right: stretches that touch are one, and none is narrower than `leastS`: a second of
 * a week would not be seen.
 */
export function lostSpans(
  losses: readonly LossView[],
  range: { readonly fromS: number; readonly toS: number },
  leastS: number,
): LostSpan[] {
  const spans: { fromS: number; toS: number; losses: LossView[] }[] = [];
  const shown = lossesWithin(losses, range.fromS, range.toS).toSorted((a, b) => a.from_ms - b.from_ms);
  for (const loss of shown) {
    const [fromS, toS] = widened(loss.from_ms / 1000, loss.to_ms / 1000, leastS);
    const last = spans.at(-1);
    if (last && fromS <= last.toS) {
      last.toS = Math.max(last.toS, toS);
      last.losses.push(loss);
    } else spans.push({ fromS, toS, losses: [loss] });
  }
  return spans.map((span) => ({ ...span, losses: lossesByCluster(span.losses) }));
}

function widened(fromS: number, toS: number, leastS: number): [number, number] {
  const lack = Math.max(0, leastS - (toS - fromS)) / 2;
  return [fromS - lack, toS + lack];
}

/** One a cluster: all it lost, from its first loss to its last. */
export function lossesByCluster(losses: readonly LossView[]): LossView[] {
  return [...Map.groupBy(losses, ({ cluster }) => cluster)].map(([cluster, own]) => ({
    cluster,
    from_ms: Math.min(...own.map(({ from_ms }) => from_ms)),
    to_ms: Math.max(...own.map(({ to_ms }) => to_ms)),
    packets: own.reduce((sum, { packets }) => sum + packets, 0),
    reasons: [...new Set(own.flatMap(({ reasons }) => reasons))],
  }));
}

/** `web lost 1 234 datagrams between 12:03:04 and 12:03:09`. */
export function lossWords({ cluster, from_ms: fromMs, to_ms: toMs, packets }: LossView): string {
  const [from, to] = [formatClock(fromMs), formatClock(toMs)];
  const when = from === to ? `at ${from}` : `between ${from} and ${to}`;
  return `${cluster} lost ${datagrams(packets)} ${when}`;
}

/** Of several periods together: `web, mysql lost 1 235 datagrams in this range`. */
export function lossesTogether(losses: readonly LossView[]): string {
  const clusters = [...new Set(losses.map(({ cluster }) => cluster))].join(', ');
  return `${clusters} lost ${datagrams(lostCount(losses))} in this range`;
}

export function lostCount(losses: readonly LossView[]): number {
  return losses.reduce((sum, { packets }) => sum + packets, 0);
}

export function datagrams(count: number): string {
  return count === 1 ? '1 datagram' : `${formatCount(count)} datagrams`;
}

/** What keeps it from happening again; reasons that are not known here have none. */
export function lossCures(reasons: readonly string[]): readonly string[] {
  return reasons.flatMap((reason) => CURES.get(reason) ?? []);
}

const CURES: ReadonlyMap<string, string> = new Map([
  [
    'kernel',
    'the receive buffer of its port was full: raise net.core.rmem_max, as the log of the server says',
  ],
  ['ring-full', 'its worker did not keep up: add ingest.workers, with the groups spread over them'],
]);
