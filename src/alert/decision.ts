import { awaitsEnd, isOwed } from './told.ts';
import type { Problem, Status, Told } from '../model/service-state.ts';

/** Why a problem is kept back for now. */
export type Hold =
  /** The host is down, and its page says so. */
  | 'host-down'
  /** Nothing was heard of the host since the metric became overdue: its silence, not the metric's. */
  | 'host-silent'
  /** Another server has the lease. */
  | 'not-ours';

export type Decision =
  | { readonly kind: 'none' }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly receivers: readonly string[] }
  | { readonly kind: 'recovery'; readonly receivers: readonly string[] }
  | { readonly kind: 'held'; readonly why: Hold };

export interface AlertState {
  readonly status: Status;
  readonly told: readonly Told[];
}

const NONE: Decision = { kind: 'none' };

/**
 * What is owed to the receivers, from where the service stands against what each was told. It looks at
 * levels and not at edges: what was held back or refused is owed still, a receiver that a reload brings is
 * told of what is open, and a restart changes nothing.
 *
 * `receivers`: those the routes name for the problem. A receiver whose page is still on its way hears of the
 * end when that has arrived; when it was refused, only if it knew of a problem before.
 */
export function decide(
  alert: AlertState,
  to: { readonly receivers: readonly string[]; readonly hold: Hold | null; readonly nowMs: number },
): Decision {
  const { status, told } = alert;
  const { hold, nowMs } = to;
  switch (status.kind) {
    case 'soft':
      return NONE;
    case 'hard': {
      const { problem } = status;
      const isDue = (receiver: string) => isOwed(find(told, receiver), problem, nowMs);
      if (!to.receivers.some(isDue)) return NONE;
      if (hold) return { kind: 'held', why: hold };
      return { kind: 'problem', problem, receivers: to.receivers.filter(isDue) };
    }
    case 'ok':
      if (!told.some(awaitsEnd)) return NONE;
      if (hold === 'not-ours') return { kind: 'held', why: hold };
      return { kind: 'recovery', receivers: told.filter(awaitsEnd).map(({ receiver }) => receiver) };
  }
}

function find(told: readonly Told[], receiver: string): Told | undefined {
  return told.find((one) => one.receiver === receiver);
}
