import { awaitsEnd, isOwed } from './told.ts';
import type { Problem, Told } from '../model/service-state.ts';

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
  /** It was planned. */
  | 'in-downtime'
  /** Somebody wants to hear nothing of it. */
  | 'silenced'
  /** Somebody works on it. */
  | 'acknowledged'
  /** Another server has the lease. */
  | 'not-ours';

/** What a target is to be told of a service. */
export type News = 'problem' | 'recovery' | 'closed';

/** Where a service stands, for what somebody is owed of it. */
export interface Level {
  readonly stands: 'ok' | 'soft' | 'hard';
  /** Of a hard one. */
  readonly problem: Problem | null;
}

/**
 * What a target is owed of a service, whatever it is held by: from where the service stands against what the
 * target was last told. It looks at levels and not at edges: what was held back or refused is owed still, a
 * target that a reload or a handover brings is told of what is open, and a restart changes nothing.
 *
 * A target whose page is still on its way hears of the end when that has arrived; when it was refused, only
 * if it knew of a problem before.
 */
export function owedTo(
  told: Told | undefined,
  { stands, problem }: Level,
  { isWanted, nowMs }: { readonly isWanted: boolean; readonly nowMs: number },
): News | null {
  switch (stands) {
    case 'soft':
      return null;
    case 'hard':
      return isWanted && problem !== null && isOwed(told, problem, nowMs) ? 'problem' : null;
    case 'ok':
      return told && awaitsEnd(told) ? 'recovery' : null;
  }
}

/** A problem waits for every reason; its end for those that keep everything back. */
export function isHeldBy(hold: Hold | null, news: News): boolean {
  if (hold === null) return false;
  return news === 'problem' || hold === 'not-ours' || hold === 'flapping';
}

/** What others tell of by now, or what shall bother nobody; other holds may be over in a moment. */
const TAKES_BACK: ReadonlySet<Hold> = new Set([
  'in-downtime',
  'silenced',
  'acknowledged',
  'host-down',
  'dependency',
]);

/** Whether what a page that waits says of a service holds still. */
export function isStillTrue({ level, known }: Told, now: Level, hold: Hold | null): boolean {
  if (now.stands === 'soft') return true;
  // Whoever hears neither of the end nor of the new problem knows as much as there is to know.
  if (level === null) return now.stands === 'ok' || known === null;
  if (now.stands === 'ok' || now.problem !== level) return false;
  return hold === null || !TAKES_BACK.has(hold);
}
