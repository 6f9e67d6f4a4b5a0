import type { Problem, Status } from '../model/service-state.ts';

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
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'recovery' }
  | { readonly kind: 'held'; readonly why: Hold };

export interface AlertState {
  readonly status: Status;
  /** The problem the receivers were last told of; null: nothing is open. */
  readonly announced: Problem | null;
}

const NONE: Decision = { kind: 'none' };

/**
 * What is owed to the receivers, from where the service stands against what they were told. It looks at
 * levels and not at edges: what was held back is owed still when the hold ends, and a restart changes
 * nothing.
 */
export function decide(alert: AlertState, hold: Hold | null): Decision {
  const { status, announced } = alert;
  switch (status.kind) {
    case 'soft':
      return NONE;
    case 'hard':
      if (announced === status.problem) return NONE;
      return hold ? { kind: 'held', why: hold } : { kind: 'problem', problem: status.problem };
    case 'ok':
      if (announced === null) return NONE;
      return hold === 'not-ours' ? { kind: 'held', why: hold } : { kind: 'recovery' };
  }
}
