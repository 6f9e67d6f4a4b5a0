import { HOST_SERVICE } from './watch.ts';
import { reachability } from '../check/reachability.ts';
import { relationsOf } from './relations.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';
import type { ParentState } from '../check/reachability.ts';
import type { Turn } from './turn.ts';

/** Is its page about to say that it is down? Its services' problems wait meanwhile. */
export function isHostDown({ reported, state }: HostWatch): boolean {
  return reported ? reported.status.kind === 'hard' : state === 'DOWN';
}

/** Neither DOWN nor UNREACHABLE, not even softly. */
export function isHostUp({ reported, state }: HostWatch): boolean {
  return reported ? reported.status.kind === 'ok' : state !== 'DOWN';
}

/** What a host that does not answer is, as its parents are. */
export function unanswered(watch: ServiceWatch, turn: Turn): 'DOWN' | 'UNREACHABLE' {
  if (watch.compiled.definition.parents.length === 0) return 'DOWN';
  const { parents } = relationsOf(watch);
  return reachability(parents.map((name) => parentState(turn.table.hostOf(watch.cluster, name), watch.on)));
}

function parentState(parent: HostWatch | undefined, child: HostWatch): ParentState {
  if (!parent || parent === child) return 'unknown';
  const own = parent.services.get(HOST_SERVICE);
  if (own?.judged) return own.status.kind === 'ok' ? 'up' : 'not-up';
  return parent.state === 'DOWN' ? 'not-up' : parent.state === 'UP' ? 'up' : 'unknown';
}
