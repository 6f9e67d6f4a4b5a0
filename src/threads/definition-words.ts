import type { DefinitionNews } from '../config/definition-changes.ts';
import type { ServiceChange } from '../judge/answers/preview.ts';

/** In words, for logs and people; an answer of the API has all of them. */
const DEFINITIONS_TOLD_MAX = 20;

/**
 * What a reload does to definitions, a line each: `load: changed (critical 8 → 9), 40 services`,
 * `disk: 12 services come (web-1, web-2, web-3 and 9 more), 1 goes (db-1)`. `counts` null: nobody knows.
 */
export function definitionWords(
  news: ReadonlyMap<string, DefinitionNews>,
  counts: ReadonlyMap<string, ServiceChange> | null,
): string[] {
  const moves = (name: string) => isMoved(counts?.get(name));
  const names = [...new Set([...(counts?.keys() ?? []), ...news.keys()])]
    .filter((name) => news.has(name) || moves(name))
    .toSorted((a, b) => Number(moves(b)) - Number(moves(a)));
  const told = names
    .slice(0, DEFINITIONS_TOLD_MAX)
    .map((name) => `${name}: ${lineOf(news.get(name), counts === null ? null : counts.get(name))}`);
  const more = names.length - told.length;
  if (more === 0) return told;
  return [...told, more === 1 ? '1 more definition is other' : `${more} more definitions are other`];
}

function isMoved(count: ServiceChange | undefined): boolean {
  return count !== undefined && count.added + count.removed > 0;
}

function lineOf(news: DefinitionNews | undefined, count: ServiceChange | undefined | null): string {
  const parts = news === undefined ? [] : [newsWords(news)];
  if (count === null) return parts.join(', ');
  const { added = 0, removed = 0, kept = 0, added_names: come = [], removed_names: go = [] } = count ?? {};
  if (news?.kind === 'changed' && kept > 0) parts.push(services(kept));
  if (added > 0) parts.push(`${services(added)} ${added === 1 ? 'comes' : 'come'}${named(come, added)}`);
  if (removed > 0) {
    const some = added > 0 ? String(removed) : services(removed);
    parts.push(`${some} ${removed === 1 ? 'goes' : 'go'}${named(go, removed)}`);
  }
  if (added + removed + kept === 0) parts.push('no service');
  return parts.join(', ');
}

function newsWords(news: DefinitionNews): string {
  return news.kind === 'changed' ? `changed (${news.keys.join(', ')})` : news.kind;
}

function services(count: number): string {
  return `${count} service${count === 1 ? '' : 's'}`;
}

/** ` (web-1, web-2, web-3 and 9 more)`; aggregates belong to no host, and have no names here. */
function named(names: readonly string[], count: number): string {
  if (names.length === 0) return '';
  const more = count - names.length;
  return ` (${names.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
}
