/** When datagrams of a cluster were lost before anybody read them. Pure; times are epoch milliseconds. */

/** `kernel`: a socket's receive buffer was full; `ring-full`: the worker behind it did not keep up. */
export type LossReason = 'kernel' | 'ring-full';

/** Between two looks at a cluster's counters something was lost. */
export interface LossReading {
  readonly cluster: string;
  /** The look before, and this one. */
  readonly fromMs: number;
  readonly toMs: number;
  /** 0: nothing more was lost; what else came until the look before is told only now. */
  readonly packets: number;
  readonly reasons: readonly LossReason[];
  /** Datagrams sent to the cluster up to either look, lost ones included: totals that only grow. */
  readonly cameBefore: number;
  readonly cameNow: number;
}

export interface LossPeriod {
  readonly cluster: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly packets: number;
  /** Datagrams that came in the period, those included. */
  readonly of: number;
  readonly reasons: readonly LossReason[];
  readonly cameBefore: number;
}

/** Losses no further apart are one period: a burst every few seconds is one trouble. */
const APART_MS = 30_000;

/** The period that a reading belongs to: that before it, grown, or one of its own. */
export function withLoss(before: LossPeriod | undefined, reading: LossReading): LossPeriod {
  const { cluster, toMs, packets, cameNow } = reading;
  // With the clock set back they are two: none ends before it begins.
  const isNear = before && reading.fromMs - before.toMs <= APART_MS && toMs >= before.toMs;
  if (!isNear) {
    const { reasons, cameBefore } = reading;
    const fromMs = Math.min(reading.fromMs, toMs);
    return { cluster, fromMs, toMs, packets, of: cameNow - cameBefore, reasons, cameBefore };
  }
  const of = cameNow - before.cameBefore;
  if (packets === 0) return { ...before, of };
  const reasons = [...new Set([...before.reasons, ...reading.reasons])];
  return { ...before, toMs, packets: before.packets + packets, of, reasons };
}
