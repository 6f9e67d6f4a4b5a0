import { isProblem, markOf } from './state.ts';
import type { MarkKind } from './state.ts';
import type { HostView } from '../../../src/contract/api.ts';

/** A host's identity in maps. */
export function hostKey(cluster: string, host: string): string {
  return `${cluster}\n${host}`;
}

/** A host's own state, or the worst of its services where that is fine. */
export function hostMark(host: HostView): MarkKind {
  if (host.retired_reason !== null) return 'retired';
  const own = markOf(host.state);
  if (own !== 'ok') return own;
  const worst = markOf(host.worst_state);
  return isProblem(worst) ? worst : own;
}
