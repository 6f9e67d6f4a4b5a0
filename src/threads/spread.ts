/** What a group counts for beside the records it has: those that a new one will have are not known yet. */
const GROUP_RECORDS = 5000;

/**
 * The worker that has least to do, for one more group: by the records each has, and the groups that are
 * given to it. `owners`: the worker of every group so far.
 */
export function leastLoaded(records: readonly number[], owners: Iterable<number>): number {
  const load = [...records];
  for (const owner of owners) load[owner] = (load[owner] ?? 0) + GROUP_RECORDS;
  return load.indexOf(Math.min(...load));
}
