import { formatAge } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';

/** How long ago something was, the exact time on hover. */
export function Age({ sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number }) {
  return <time title={formatInstant(sinceMs)}>{formatAge(sinceMs, nowMs)}</time>;
}
