import { useRef, useState } from 'react';
import { restingOrder } from '../fleet/resting-order.ts';

/** Handlers for an element, and whether the pointer is on it. */
export function usePointed() {
  const [pointed, setPointed] = useState(false);
  return {
    pointed,
    handlers: { onPointerEnter: () => setPointed(true), onPointerLeave: () => setPointed(false) },
  };
}

/** While `resting`, items keep their places and only change in themselves. */
export function useRestingOrder<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  resting: boolean,
): readonly T[] {
  const kept = useRef({ items, shown: items });
  // Of thousands of items the order is found once an answer, not once a second.
  if (kept.current.items !== items || (!resting && kept.current.shown !== items))
    kept.current = { items, shown: resting ? restingOrder(kept.current.shown, items, keyOf) : items };
  return kept.current.shown;
}
