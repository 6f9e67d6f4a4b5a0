import { HELD_NAMED_MAX } from '../limits.ts';
import type { Hold } from '../fleet/reconcile.ts';
import type { ListState } from '../reconciler/list-watch.ts';
import type { ReconcilerConfig } from '../contract/config.ts';
import type { ReconcilerView } from '../contract/instances.ts';

/** A list as the API shows it. `source`: where it is read, without secrets. */
export function reconcilerView(
  { name, groups, intervalMs }: ReconcilerConfig,
  source: string,
  state: ListState,
): ReconcilerView {
  const { hold } = state;
  return {
    name,
    source,
    groups: [...groups],
    interval_ms: intervalMs,
    read_ms: state.readMs,
    tried_ms: state.triedMs,
    fault: state.fault === '' ? state.passedOver : `it ${state.fault}`,
    instances: state.instances,
    others: { ...state.others, groups: [...state.others.groups] },
    held: hold === undefined ? null : heldView(name, hold),
  };
}

function heldView(name: string, hold: Hold): NonNullable<ReconcilerView['held']> {
  return {
    digest: hold.digest,
    since_ms: hold.sinceMs,
    gone: hold.missing.length,
    groups: hold.groups.map((group) => ({ ...group })),
    first: hold.missing.slice(0, HELD_NAMED_MAX).map(({ cluster, host, instanceId }) => {
      return { group: cluster, host, instance_id: instanceId };
    }),
    words: shrinkWords(name, hold),
  };
}

/** `list cloud would retire 61 of 120 instances at once (web 61 of 100)`. */
export function shrinkWords(name: string, { missing, of, groups }: Hold): string {
  const parts = groups.map(({ group, gone, of: had }) => `${group} ${gone} of ${had}`);
  const shown = parts.length > 5 ? [...parts.slice(0, 5), '…'] : parts;
  return `list ${name} would retire ${missing.length} of ${of} instances at once (${shown.join(', ')})`;
}
