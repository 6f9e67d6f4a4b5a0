import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { formatDuration } from '../format/duration.ts';
import { formatClock } from '../format/clock.ts';
import { useConnection, useServerNow } from '../live/feed-context.tsx';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';

/**
 * Over the header's search, which finds nothing then, while the server is away; at the foot when a newer one
 * has come back.
 */
export function ConnectionBanner() {
  const connection = useConnection();
  const newVersion = useNewVersion();
  if (connection.kind === 'broken') return <Lost sinceMs={connection.sinceMs} />;
  if (newVersion === undefined) return null;
  return (
    <div className="banner" role="status">
      <span>
        Muster is now version <bdi>{newVersion}</bdi>; this page is of the one before.
      </span>
      <button type="button" className="button push" onClick={() => location.reload()}>
        Reload
      </button>
    </div>
  );
}

/** `sinceMs`: when something was last heard, on this machine's clock. */
function Lost({ sinceMs }: { readonly sinceMs: number | null }) {
  // Ticks once a second.
  useServerNow();
  return (
    <div className="banner banner-lost">
      <Mark kind="warning" silent />
      {/* Said once: the age that ticks is for the eyes. */}
      <span className="hidden-text" role="alert">
        Connection lost. Trying again.
      </span>
      {sinceMs === null ? (
        <span aria-hidden="true">No connection to Muster. Trying again.</span>
      ) : (
        <span aria-hidden="true">
          Connection lost {formatDuration(Date.now() - sinceMs)} ago: what you see is as of{' '}
          <span className="nowrap">{formatClock(sinceMs)}</span>. Trying again.
        </span>
      )}
    </div>
  );
}

/** The server's version where it is not the one this page began with. */
function useNewVersion(): string | undefined {
  const { data } = useQuery(queries.status());
  const [first, setFirst] = useState<string>();
  if (data && first === undefined) setFirst(data.version);
  return data && first !== undefined && data.version !== first ? data.version : undefined;
}
