import type { HostWatch } from './watch.ts';

/** Is its page about to say that it is down? Its services' problems wait meanwhile. */
export function isHostDown({ reported, state }: HostWatch): boolean {
  return reported ? reported.status.kind === 'hard' : state === 'DOWN';
}

/** Neither DOWN nor UNREACHABLE, not even softly. */
export function isHostUp({ reported, state }: HostWatch): boolean {
  return reported ? reported.status.kind === 'ok' : state !== 'DOWN';
}
