import { useEffect } from 'react';
import { markGlyph } from '../fleet/state.ts';
import type { MarkKind } from '../fleet/state.ts';

const shapes: Readonly<Record<MarkKind, string>> = {
  down: '<rect width="16" height="16" rx="3.5" fill="#8d2f35"/><path d="M4.5 4.5l7 7M11.5 4.5l-7 7" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>',
  critical: '<rect x="1" y="1" width="14" height="14" rx="3" fill="#e5534b"/>',
  unreachable: '<path d="M8 0l8 8-8 8-8-8z" fill="#9a86d8"/>',
  unknown: '<path d="M8 0l8 8-8 8-8-8z" fill="#9a86d8"/>',
  warning: '<path d="M8 1l7.5 14H.5z" fill="#e3a72f"/>',
  pending: '<circle cx="8" cy="8" r="6" fill="none" stroke="#98a3b1" stroke-width="2"/>',
  ok: '<circle cx="8" cy="8" r="7" fill="#35b57c"/>',
  retired:
    '<rect x="2" y="2" width="12" height="12" rx="3" fill="none" stroke="#98a3b1" stroke-dasharray="3 2"/>',
};

/**
 * Puts the worst open state into the tab: `■ 4 · web · Muster`, and its mark as the icon. Count null: not
 * known, or not any more, as while the server is away: `⚠ disconnected · web · Muster`.
 */
export function usePageMark(
  title: string,
  mark: { readonly worst: MarkKind; readonly count: number | null; readonly lost: boolean },
): void {
  const { worst, count, lost } = mark;
  useEffect(() => {
    document.title = `${lost ? '⚠ disconnected · ' : stateWords(worst, count)}${title} · Muster`;
    const shape = shapes[count === null ? 'pending' : worst];
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shape}</svg>`;
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    const href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    if (icon && icon.href !== href) icon.href = href;
  }, [title, worst, count, lost]);
}

function stateWords(worst: MarkKind, count: number | null): string {
  if (count === null) return '';
  return count === 0 ? `${markGlyph('ok')} ` : `${markGlyph(worst)} ${count} · `;
}
