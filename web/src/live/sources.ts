import { useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { useStandingError } from './standing-error.ts';
import type { SourcesAnswer } from '../../../src/contract/api.ts';

/** As many as an answer holds. */
const SOURCES_MAX = 10_000;

/**
 * Who sends. Everybody, as far as an answer holds them; where it does not, those of a group and with some
 * words, which the server looks for. Both may be empty.
 */
export function useSources(
  group: string,
  words: string,
): { readonly answer: SourcesAnswer | undefined; readonly error: Error | null } {
  const all = useQuery(queries.sources({ limit: SOURCES_MAX }));
  const narrow = (all.data?.left_out ?? 0) > 0 && (group !== '' || words.trim() !== '');
  const some = useQuery({
    ...queries.sources({
      ...(group !== '' && { group }),
      ...(words.trim() !== '' && { q: longestWord(words) }),
      limit: SOURCES_MAX,
    }),
    enabled: narrow,
  });
  // What is known of them stands in until the server has looked.
  const answer = (narrow ? some.data : undefined) ?? all.data;
  const { error } = narrow ? some : all;
  return { answer, error: useStandingError({ error, data: answer }) };
}

/** The server looks for one part of a name; the page, among those it has found, for every word. */
function longestWord(words: string): string {
  return words.split(/\s+/).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}
