/** Whether a good part of a group fell silent together: one problem, and not one for each host. Pure. */

import { isAhead } from './liveness.ts';

/** Hosts of a group that fell silent so close to one another did so for one reason. */
export const TOGETHER_MS = 30_000;
/** Fewer are single deaths, however small the group. */
const HOSTS_MIN = 3;
/** Part of its silence limit after which a host is missed: the first to cross its limit finds the others. */
const MISSED_AFTER = 0.5;
/** Usual gaps after which a packet is overdue: it matters where two of them are all of the limit. */
const OVERDUE_AFTER = 1.25;

/** A host of the group that is to be there: neither retired nor at the end of its expected lifetime. */
export interface GroupHost {
  readonly lastSeenMs: number;
  /** Null, 0: it has been known for long. */
  readonly firstSeenMs: number | null;
  /** It is DOWN when silent for longer. */
  readonly limitMs: number;
  /** Usual gap between its packets; 0 while not known. */
  readonly gapMs: number;
  /** Its silence may be our own: it is in the grace after our start. */
  readonly waiting: boolean;
}

/** Those that fell silent together: the newest, where it happened more than once. */
export interface MassSilence {
  readonly silent: number;
  /** Hosts that were up then. */
  readonly hosts: number;
  /** When the first and the last of them were last heard. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The same of others that fell silent together at another time, and were as large a part then. */
  readonly others: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** When the first of them crossed its limit. */
  readonly crossedMs: number;
  /** The longest of their limits. */
  readonly limitMs: number;
}

export type GroupSilence =
  | { readonly kind: 'none' }
  /** Perhaps: some of them have not had the time to be heard since our own start. */
  | { readonly kind: 'unsure' }
  | ({ readonly kind: 'mass' } & MassSilence);

const NONE: GroupSilence = { kind: 'none' };

/** Is the host missed: silent for so long that it is worth asking whether it still is to be there? */
export function isMissed(
  { lastSeenMs, limitMs, gapMs }: Pick<GroupHost, 'lastSeenMs' | 'limitMs' | 'gapMs'>,
  nowMs: number,
): boolean {
  const afterMs = Math.max(limitMs * MISSED_AFTER, Math.min(limitMs, OVERDUE_AFTER * gapMs));
  return lastSeenMs > 0 && (isAhead(lastSeenMs, nowMs) || nowMs - lastSeenMs > afterMs);
}

/**
 * At least half of the hosts of a group that were up, and three, were last heard within 30 s of one another
 * (or within their usual gap, where that is longer: when in it they fell silent cannot be told), and the
 * first of them is silent for longer than its limit. Whoever was silent before them was not up. A function of
 * when hosts were heard alone: a restart changes nothing.
 */
export function judgeGroup(hosts: readonly GroupHost[], nowMs: number): GroupSilence {
  const missed = hosts.filter((host) => isMissed(host, nowMs));
  if (missed.length < HOSTS_MIN) return NONE;
  missed.sort((a, b) => a.lastSeenMs - b.lastSeenMs);
  const heard = hosts.filter((host) => host.lastSeenMs > 0);
  // With the clock set back one may have been heard first later than last.
  const known = Float64Array.from(heard, (host) =>
    Math.min(host.firstSeenMs ?? 0, host.lastSeenMs),
  ).toSorted();
  const windows = allWindows(missed, known);
  const hasCrossed = ({ lastSeenMs, limitMs }: GroupHost) =>
    isAhead(lastSeenMs, nowMs) || nowMs - lastSeenMs > limitMs;
  const crossing = windows
    .filter(({ from, to }) => missed.slice(from, to).some(hasCrossed))
    .toSorted((a, b) => b.from - a.from);
  if (crossing.length === 0) return NONE;
  const waitingOf = ({ from, to }: Window) => missed.slice(from, to).filter((host) => host.waiting).length;
  const window = crossing.find((one) => isMass(one.to - one.from - waitingOf(one), one.hosts));
  if (!window) return { kind: 'unsure' };
  const others = windows.filter((one) => one !== window);
  const together = missed.slice(window.from, window.to);
  const crossed = together.filter(hasCrossed);
  return {
    kind: 'mass',
    silent: together.length,
    hosts: window.hosts,
    fromMs: together[0]?.lastSeenMs ?? 0,
    toMs: together.at(-1)?.lastSeenMs ?? 0,
    others: others.map(({ from, to }) => {
      return { fromMs: missed[from]?.lastSeenMs ?? 0, toMs: missed[to - 1]?.lastSeenMs ?? 0 };
    }),
    crossedMs: crossed.reduce((ms, one) => Math.min(ms, one.lastSeenMs + one.limitMs), nowMs),
    limitMs: together.reduce((ms, one) => Math.max(ms, one.limitMs), 0),
  };
}

/** Did the host fall silent with the others? */
export function isOfMass({ fromMs, toMs, others }: MassSilence, lastSeenMs: number): boolean {
  return [{ fromMs, toMs }, ...others].some((one) => lastSeenMs >= one.fromMs && lastSeenMs <= one.toMs);
}

/** `27 of 50 hosts fell silent within 12 s, at 03:12:10 UTC: a network path, …`. */
export function massWords({ silent, hosts, fromMs, toMs }: MassSilence): string {
  const withinS = Math.max(1, Math.ceil((toMs - fromMs) / 1000));
  const at = new Date(fromMs).toISOString().slice(11, 19);
  const cause = `a network path, a security group or this server's own port, not ${silent} deaths`;
  return `${silent} of ${hosts} hosts fell silent within ${withinS} s, at ${at} UTC: ${cause}`;
}

interface Window {
  /** Of the missed hosts in their order: the first of it, and the first after it. */
  readonly from: number;
  readonly to: number;
  /** Hosts that were up when it began. */
  readonly hosts: number;
}

/** The widest first, then those beside it: a path may fail in steps. */
function allWindows(missed: readonly GroupHost[], known: Float64Array): Window[] {
  const windows: Window[] = [];
  const taken = new Set<number>();
  for (let next = widest(missed, known, taken); next; next = widest(missed, known, taken)) {
    windows.push(next);
    for (let i = next.from; i < next.to; i += 1) taken.add(i);
  }
  return windows;
}

/**
 * The most of the missed that fell silent together and were at least half of the group; undefined: none were.
 * `known`: when each host, missed or not, was first heard, ascending. `taken`: those of other windows. Who
 * came after the others had fallen silent was not among them, and whoever was silent already was not up.
 */
function widest(
  missed: readonly GroupHost[],
  known: Float64Array,
  taken: ReadonlySet<number>,
): Window | undefined {
  let best: Window | undefined;
  let to = 0;
  for (const [from, first] of missed.entries()) {
    if (taken.has(from)) continue;
    const untilMs = first.lastSeenMs + Math.max(TOGETHER_MS, first.gapMs);
    to = Math.max(to, from);
    while (to < missed.length && !taken.has(to) && (missed[to]?.lastSeenMs ?? 0) <= untilMs) to += 1;
    const count = to - from;
    if (best && count <= best.to - best.from) continue;
    const hosts = countUpTo(known, missed[to - 1]?.lastSeenMs ?? 0) - from;
    if (isMass(count, hosts)) best = { from, to, hosts };
  }
  return best;
}

function isMass(silent: number, hosts: number): boolean {
  return silent >= HOSTS_MIN && 2 * silent >= hosts;
}

/** How many of the ascending values are not above it. */
function countUpTo(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
