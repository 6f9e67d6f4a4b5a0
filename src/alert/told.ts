import type { Page, Problem, Settlement, Told } from '../model/service-state.ts';

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

/** After pages were queued that say `level` (null: it is over). */
export function tell(told: readonly Told[], pages: readonly Page[], level: Problem | null): readonly Told[] {
  const next = new Map(told.map((one) => [one.receiver, one]));
  for (const { receiver, key } of pages) {
    const known = next.get(receiver)?.known ?? null;
    next.set(receiver, { receiver, level, known, key, refused: null });
  }
  return [...next.values()];
}

/** After a problem came about once more (of a volatile service): whoever was told of it is owed it again. */
export function tellAgain(told: readonly Told[], problem: Problem): readonly Told[] {
  if (!told.some(({ level }) => level === problem)) return told;
  return told.map((one) => (one.level === problem ? { ...one, level: null } : one));
}

/**
 * After an attempt to deliver a page was settled. A problem refused leaves the receiver with what it knows,
 * so the level is owed again, after a pause; a recovery refused is given up. The same array when nothing
 * changes.
 */
export function absorb(told: readonly Told[], settlement: Settlement, nowMs: number): readonly Told[] {
  const { page, outcome } = settlement;
  const one = told.find(({ receiver }) => receiver === page.receiver);
  if (!one || outcome === 'retry') return told;
  const isNewest = one.key === page.key;
  const said = page.kind === 'problem' ? (page.state as Problem) : null;
  if (outcome === 'delivered') {
    return replaced(told, one, { ...one, known: said, key: isNewest ? null : one.key });
  }
  if (!isNewest) return told;
  if (said === null) return told.filter((other) => other !== one);
  const refused = { problem: said, againMs: nowMs + AGAIN_AFTER_MS };
  return replaced(told, one, { ...one, level: one.known, key: null, refused });
}

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
