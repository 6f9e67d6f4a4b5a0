import { markLabel } from '../fleet/state.ts';
import type { MarkKind } from '../fleet/state.ts';

/** A state by shape and colour. Named for screen readers unless the words stand beside it. */
export function Mark({ kind, silent = false }: { readonly kind: MarkKind; readonly silent?: boolean }) {
  const name = silent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': markLabel(kind) };
  return (
    <span className={`mark mark-${kind}`} title={markLabel(kind)} {...name}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <MarkShape kind={kind} />
      </svg>
    </span>
  );
}

function MarkShape({ kind }: { readonly kind: MarkKind }) {
  switch (kind) {
    case 'ok':
      return <circle cx="8" cy="8" r="5.5" fill="currentColor" />;
    case 'warning':
      return <path d="M8 1.8 15 14.2H1z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />;
    case 'critical':
      return <rect x="2" y="2" width="12" height="12" rx="2.5" fill="currentColor" />;
    case 'unknown':
    case 'unreachable':
      return <path d="M8 1 15 8 8 15 1 8z" fill="currentColor" />;
    case 'down':
      return <path d="M3 3l10 10M13 3L3 13" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />;
    case 'pending':
      return <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="1.6" />;
    case 'retired':
      return (
        <rect
          x="2"
          y="2"
          width="12"
          height="12"
          rx="2.5"
          fill="none"
          stroke="currentColor"
          strokeDasharray="2.5 2"
        />
      );
  }
}
