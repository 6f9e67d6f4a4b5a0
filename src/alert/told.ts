import type { PageKind, PageOutcome, Problem, Settlement, Told } from '../model/service-state.ts';

/** How long after a page failed for good its problem is told again: the longest back-off. */
export const AGAIN_AFTER_MS = 10 * 60_000;

/** Is it known to be told of a problem, or about to be? */
export function isOpen(told: Told): boolean {
  return told.level !== null || told.known !== null;
}

/** Whether a receiver is to be told of a problem now. */
export function isOwed(told: Told | undefined, problem: Problem, nowMs: number): boolean {
  if (!told) return true;
  if (told.level === problem) return false;
  const { refused } = told;
  if (refused?.problem !== problem) return true;
  // With the clock set back the pause would be longer than meant.
  return nowMs >= refused.againMs || refused.againMs - nowMs > AGAIN_AFTER_MS;
}

/** Whether a receiver knows of a problem, and nothing more about it is on its way. */
export function awaitsEnd(told: Told): boolean {
  return told.known !== null && told.key === null;
}

/** A page that says `level` (null: it is over), to one receiver. */
export interface Saying {
  readonly receiver: string;
  readonly key: string;
  readonly level: Problem | null;
  readonly incident?: string;
}

/** After a page was queued. */
export function tell(told: readonly Told[], { receiver, key, level, incident }: Saying): readonly Told[] {
  const before = told.find((one) => one.receiver === receiver);
  const of = incident ?? before?.incident;
  const next: Told = { receiver, level, known: before?.known ?? null, key, refused: null };
  const named = of === undefined ? next : { ...next, incident: of };
  return before ? told.map((one) => (one === before ? named : one)) : [...told, named];
}

/** After a problem came about once more (of a volatile service): whoever was told of it is owed it again. */
export function tellAgain(told: readonly Told[], problem: Problem): readonly Told[] {
  if (!told.some(({ level }) => level === problem)) return told;
  return told.map((one) => (one.level === problem ? { ...one, level: null } : one));
}

/** A page that has not been settled, and what it says of a service; null: that it is over. */
type OnWay = Pick<Told, 'key' | 'level'>;

/** What became of a page, as far as one service is concerned. */
export interface Settled {
  readonly receiver: string;
  readonly key: string;
  readonly outcome: PageOutcome;
  /** What it said of the service; null: that it is over. */
  readonly said: Problem | null;
}

/**
 * After an attempt to deliver a page was settled. A problem refused leaves the receiver with what it knows,
 * so the level is owed again, after a pause; a recovery refused is given up. What was taken back leaves it
 * with what it knows, and what is owed now is told at once. The same array when nothing changes.
 */
export function settle(told: readonly Told[], settled: Settled, nowMs: number): readonly Told[] {
  const { receiver, key, outcome, said } = settled;
  const one = told.find((other) => other.receiver === receiver);
  if (!one || outcome === 'retry') return told;
  const isNewest = one.key === key;
  if (outcome === 'delivered') {
    return replaced(told, one, { ...one, known: said, key: isNewest ? null : one.key });
  }
  if (!isNewest) return told;
  if (outcome === 'superseded') return takenBack(told, { receiver, key, before: null });
  if (said === null) return told.filter((other) => other !== one);
  const refused = { problem: said, againMs: nowMs + AGAIN_AFTER_MS };
  return replaced(told, one, { ...one, level: one.known, key: null, refused });
}

/**
 * After a page was taken back. Where one made before it is on its way still (`before`), what that says is what
 * the receiver will know; else it is what the receiver knows.
 */
export function takenBack(
  told: readonly Told[],
  { receiver, key, before }: Pick<Settled, 'receiver' | 'key'> & { readonly before: OnWay | null },
): readonly Told[] {
  const one = told.find((other) => other.receiver === receiver);
  if (one?.key !== key) return told;
  return replaced(told, one, { ...one, level: one.known, key: null, ...before });
}

/** The same of a page about one service, or where only the newest page is known: it said what is told. */
export function absorb(told: readonly Told[], { page, outcome }: Settlement, nowMs: number): readonly Told[] {
  const { receiver, key, kind } = page;
  if (!SAYS_LEVEL.has(kind)) return told;
  const one = told.find((other) => other.receiver === receiver);
  if (!one || (page.services.length > 1 && one.key !== key)) return told;
  const isOne = page.services.length <= 1;
  const isProblem = kind === 'problem' || kind === 'reminder';
  const said = isOne ? (isProblem ? (page.state as Problem) : null) : one.level;
  return settle(told, { receiver, key, outcome, said }, nowMs);
}

/** Pages that say where a service stands, and not that something besides has happened. */
const SAYS_LEVEL: ReadonlySet<PageKind> = new Set(['problem', 'reminder', 'recovery', 'closed']);

/** Without receivers that have nothing open and nothing on its way. */
export function withoutIdle(told: readonly Told[]): readonly Told[] {
  return told.some(isIdle) ? told.filter((one) => !isIdle(one)) : told;
}

/** For pages the outbox has lost: they are no longer on their way, and what they said is owed again. */
export function withoutLost(told: readonly Told[], pending: ReadonlySet<string>): readonly Told[] {
  return told.map((one) =>
    one.key === null || pending.has(one.key) ? one : { ...one, level: one.known, key: null },
  );
}

function replaced(told: readonly Told[], one: Told, next: Told): readonly Told[] {
  return told.flatMap((other) => {
    if (other !== one) return [other];
    return isIdle(next) && next.refused === null ? [] : [next];
  });
}

function isIdle(told: Told): boolean {
  return !isOpen(told) && told.key === null;
}
