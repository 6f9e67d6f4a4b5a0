import { matchesWords } from './pattern.ts';
import type { HostView } from '../../../src/contract/api.ts';

/**
 * Whether a host has all the words, in any case: in its name, address, agent or the value of a fact; or, of a
 * word `role:db`, a fact of that name whose value begins so.
 */
export function hostHasWords({ name, address, agent, facts }: HostView, words: string): boolean {
  const texts = [name, address, agent, ...Object.values(facts)];
  return words.split(/\s+/).every((word) => matchesWords(word, texts) || hasFact(facts, word.toLowerCase()));
}

/** Why a host has no services; undefined: the host is not known yet. */
export function noServicesWords(host: Pick<HostView, 'state' | 'last_seen_ms'> | undefined): string {
  if (host?.state === 'RETIRED') return 'It has none: it left, and nothing of it is judged.';
  if (host?.last_seen_ms === 0) return 'It has none yet: it was not heard, so there is nothing to judge.';
  return 'No check matches this host. Services are defined in checks/*.yaml.';
}

function hasFact(facts: HostView['facts'], word: string): boolean {
  if (!word.includes(':')) return false;
  return Object.entries(facts).some(([name, value]) => `${name}:${value}`.toLowerCase().startsWith(word));
}
