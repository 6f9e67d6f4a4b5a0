import { useEffect, useRef } from 'react';

/** A pair of keys is one shortcut when the second follows within this time. */
const PAIR_MS = 1000;
const PAIR_BEGINS = 'g';

/** Shortcuts by key (`/`) or pair of keys (`g p`), wherever the focus is, except in fields and dialogs. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    let first = { key: '', atMs: 0 };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const soon = event.timeStamp - first.atMs < PAIR_MS;
      const pair = soon ? `${first.key} ${event.key}` : '';
      // What follows a `g` is part of its pair, whoever knows that one: `d` alone is another shortcut.
      const alone = soon && first.key === PAIR_BEGINS ? '' : event.key;
      first = { key: soon && alone === '' ? '' : event.key, atMs: event.timeStamp };
      const known = new Map(Object.entries(latest.current));
      const action = known.get(pair) ?? known.get(alone);
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** A box that is ticked takes no letters. */
const FIELDS = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]';

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.matches(FIELDS) || target.closest('[role=dialog]') !== null)
  );
}

/**
 * Moves the focus among the rows of the view's list. Rows that select themselves do so when they get it this
 * way.
 */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  if (rows.length === 0) return;
  const current = rows.findIndex((row) => row === document.activeElement || row.hasAttribute('aria-current'));
  const next = rows[current < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, current + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  if (next?.dataset['row'] === 'select') next.click();
}
