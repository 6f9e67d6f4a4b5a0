import type { Moment, Notifying } from './notifying.ts';

export function depthOf({ downtimes }: Notifying): number {
  return downtimes.filter(({ isRunning }) => isRunning).length;
}

export function isInDowntime(state: Notifying): boolean {
  return state.downtimes.some(({ isRunning }) => isRunning);
}

/** Whether it is bad within the window of a flexible downtime that has not begun. */
export function isEntering(
  state: Notifying,
  { nowMs, stands, downtimes }: Pick<Moment, 'nowMs' | 'stands' | 'downtimes'>,
): boolean {
  if (stands.problem === null) return false;
  return downtimes.some(
    ({ id, isFixed, trigger, fromMs, toMs }) =>
      !isFixed &&
      trigger === null &&
      fromMs <= nowMs &&
      nowMs <= toMs &&
      !state.over.includes(id) &&
      !state.downtimes.some((known) => known.id === id && known.isRunning),
  );
}
