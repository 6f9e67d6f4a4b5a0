import { taggedLink } from './link.ts';
import type { HostView } from '../../../src/contract/api.ts';
import type { InstanceView } from '../../../src/contract/instances.ts';

/** What an instance registered with, or a list says of it, one by one. */
export interface Tag {
  readonly name: string;
  readonly value: string;
  /** The hosts of the cluster that have it too. */
  readonly href: string;
}

export function tagsOf({ cluster, instance }: HostView): Tag[] {
  const tags = instance ? Object.entries(instance.tags) : [];
  return tags
    .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([name, value]) => ({ name, value, href: taggedLink(cluster, name, value) }));
}

/** Facts of the host that its instance tells already. */
export function isOfInstance({ instance }: HostView, fact: string): boolean {
  if (instance === null) return false;
  return ['instance_id', 'region', 'zone'].includes(fact) || Object.hasOwn(instance.tags, fact);
}

/** It registered, and nothing of it was heard yet. */
export function isAwaited({ state, last_seen_ms: lastSeenMs, registered }: HostView): boolean {
  return registered && state === 'PENDING' && lastSeenMs === 0;
}

/** `its registration and the list cloud`. */
export function knownByWords({ known_by: knownBy }: InstanceView): string {
  const lists = knownBy.filter((name) => name !== 'registration');
  const own = knownBy.length > lists.length ? ['its registration'] : [];
  const listed = lists.map((name, i) =>
    i === 0 ? `${lists.length > 1 ? 'the lists' : 'the list'} ${name}` : name,
  );
  return joined([...own, ...listed]);
}

function joined(words: readonly string[]): string {
  if (words.length < 3) return words.join(' and ');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
