import { Link } from 'wouter';
import { stateWords } from '../fleet/event-list.ts';
import { serviceLink } from '../fleet/link.ts';
import type { EventView } from '../../../src/contract/api.ts';

/** Whose state an event tells; what Muster judges leads to its own view. */
export function EventSubject({ event }: { readonly event: EventView }) {
  const { cluster, host, service, kind } = event;
  const name = <bdi>{stateWords(event).subject}</bdi>;
  if (kind !== 'state' || service === null) return name;
  return (
    <Link href={serviceLink({ cluster, host, service })} className="event-subject">
      {name}
    </Link>
  );
}
