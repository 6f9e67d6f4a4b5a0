import { awaitsEnd, isOwed } from './told.ts';
import type { Problem, Status, Told } from '../model/service-state.ts';

/** Why a problem is kept back for now. */
export type Hold =
  /** The host is down, and its page says so. */
  | 'host-down'
  /** The host is silent with its parents: whether it is DOWN or UNREACHABLE will show. */
  | 'parent-silent'
  /** Nothing was heard of the host since the metric became overdue: its silence, not the metric's. */
  | 'host-silent'
  /** The host fell silent with many of its group, of which one problem tells. */
  | 'mass-silence'
  /** The host never registered, and was heard for a short while only. */
  | 'new-host'
  /** The list that has the host may say in a moment that it left. */
  | 'list'
  /** It changes so often that nobody would read it; told is what it comes to when that is over. */
  | 'flapping'
  /** Another service that it depends on is in trouble. */
  | 'dependency'
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
  return withHold(owed(alert, to), to.hold);
}

/** The same, whatever it is held back by. */
export function owed(
  { status, told }: AlertState,
  { receivers, nowMs }: { readonly receivers: readonly string[]; readonly nowMs: number },
): Decision {
  switch (status.kind) {
    case 'soft':
      return NONE;
    case 'hard': {
      const { problem } = status;
      const isDue = (receiver: string) => isOwed(find(told, receiver), problem, nowMs);
      if (!receivers.some(isDue)) return NONE;
      return { kind: 'problem', problem, receivers: receivers.filter(isDue) };
    }
    case 'ok':
      if (!told.some(awaitsEnd)) return NONE;
      return { kind: 'recovery', receivers: told.filter(awaitsEnd).map(({ receiver }) => receiver) };
  }
}

/** A problem waits for every reason; its end for those that keep everything back. */
export function withHold(decision: Decision, hold: Hold | null): Decision {
  if (hold === null || decision.kind === 'none') return decision;
  const holdsAll = hold === 'not-ours' || hold === 'flapping';
  return decision.kind === 'problem' || holdsAll ? { kind: 'held', why: hold } : decision;
}

function find(told: readonly Told[], receiver: string): Told | undefined {
  return told.find((one) => one.receiver === receiver);
}
