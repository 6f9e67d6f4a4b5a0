import { asideName } from '../model/instance.ts';
import type { HistoryMove } from '../model/instance.ts';
import type { Instance } from './instance.ts';
import type { RosterView } from './roster.ts';

/** What becomes of others when an instance takes a host name. */
export interface TakenName {
  /** Who had the name, as it is from now on; null: nobody, or the instance itself. */
  readonly aside: Instance | null;
  readonly moves: readonly HistoryMove[];
}

export interface NameTaker {
  readonly cluster: string;
  readonly instanceId: string;
  readonly host: string;
  /** What the instance was called until now; undefined: it is new. */
  readonly former: string | undefined;
}

/**
 * Histories follow their instances. Whoever had the name keeps its history under a name aside, and has left:
 * one name has one instance. What the taker had under another name comes along, unless something is there
 * already that nobody registered: that is adopted, and the other goes aside, so that nobody misses it.
 */
export function takeName(
  roster: RosterView,
  { cluster, instanceId, host, former }: NameTaker,
  { nowMs, heardMs }: { readonly nowMs: number; readonly heardMs: (cluster: string, host: string) => number },
): TakenName {
  const holder = roster.holder(cluster, host);
  const aside = holder && holder.instanceId !== instanceId ? setAside(holder, instanceId, nowMs) : null;
  const moves: HistoryMove[] = aside ? [{ cluster, from: host, to: aside.host }] : [];
  const isFree = aside !== null || heardMs(cluster, host) === 0;
  if (former !== undefined && former !== host) {
    moves.push({ cluster, from: former, to: isFree ? host : asideName(former, instanceId) });
  }
  return { aside, moves };
}

function setAside(holder: Instance, by: string, nowMs: number): Instance {
  const { standing, instanceId } = holder;
  const host = asideName(holder.host, instanceId);
  if (standing.kind === 'left') return { ...holder, host };
  const left = { kind: 'left', reason: `replaced by ${by}`, sinceMs: nowMs } as const;
  return { ...holder, host, standing: left, lostBy: [] };
}
