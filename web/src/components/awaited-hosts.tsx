import { useMemo } from 'react';
import { Link } from 'wouter';
import { isAwaited } from '../fleet/instance.ts';
import { hostLink, sendersToLink } from '../fleet/link.ts';
import { formatDuration } from '../format/duration.ts';
import { formatCount } from '../format/number.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { Mark } from '../ui/mark.tsx';
import type { HostView } from '../../../src/contract/api.ts';

/** More are in the list of hosts. */
const NAMED = 5;

/** Instances that registered and were not heard yet, the oldest first: new ones are on their way. */
export function AwaitedHosts(props: { readonly cluster: string; readonly hosts: readonly HostView[] }) {
  const { cluster, hosts } = props;
  const nowMs = useServerNow();
  const awaited = useMemo(() => hosts.filter(isAwaited).toSorted((a, b) => sinceOf(a) - sinceOf(b)), [hosts]);
  if (awaited.length === 0) return null;
  return (
    <section className="card note awaited" aria-label="Registered, not heard yet">
      <Mark kind="pending" silent />
      <p className="note-title">
        {awaited.length === 1 ? '1 host' : `${formatCount(awaited.length)} hosts`} registered, not heard yet
      </p>
      <p className="sub">
        {awaited.slice(0, NAMED).map((host, i) => (
          <span key={host.name}>
            {i > 0 && ', '}
            <Link href={hostLink(cluster, host.name)} className="notice-link mono">
              <bdi>{host.name}</bdi>
            </Link>{' '}
            since {formatDuration(nowMs - sinceOf(host))}
          </span>
        ))}
        {awaited.length > NAMED && ` and ${formatCount(awaited.length - NAMED)} more`} ·{' '}
        <Link href={sendersToLink(cluster)} className="notice-link">
          Who talks to me
        </Link>
      </p>
    </section>
  );
}

function sinceOf({ instance }: HostView): number {
  return instance?.since_ms ?? 0;
}
