import type { ListedGroup, Standing } from '../model/instance.ts';

/** A list may say for so long after a host crossed its limit that it left, before anybody is woken for it. */
export const LIST_WAIT_MS = 30_000;

/**
 * Whether the next list is worth waiting for: it is well, and was last read before the silence was too long.
 * One that fails, or is held, keeps nobody waiting.
 */
export function isListAwaited(list: ListedGroup | undefined, crossedMs: number, nowMs: number): boolean {
  if (!list?.isWell || list.readMs >= crossedMs) return false;
  return nowMs >= crossedMs && nowMs < crossedMs + LIST_WAIT_MS;
}

/** What a list says of a host that is silent: `cloud says running`; empty: none has it. */
export function listSays(standing: Standing | undefined): string {
  return standing?.kind === 'here' ? standing.says : '';
}
