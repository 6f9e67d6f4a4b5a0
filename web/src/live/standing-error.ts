import { useRef } from 'react';

/**
 * The error of a question that has no answer yet, also while it is asked again: what stands on the page does
 * not come and go with every try.
 */
export function useStandingError(query: {
  readonly error: Error | null;
  readonly data: unknown;
}): Error | null {
  const last = useRef<Error | null>(null);
  if (query.error !== null || query.data !== undefined) last.current = query.error;
  return last.current;
}
