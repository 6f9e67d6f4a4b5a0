import { formatDuration } from '../format/duration.ts';
import { useConnection, useServerNow } from '../live/feed-context.tsx';
import type { Connection } from '../live/feed-client.ts';

/** Whether what is on screen moves, and how old it is when it does not. */
export function LiveIndicator() {
  const connection = useConnection();
  return (
    <div className="live" data-kind={connection.kind} role="status">
      <span className="live-dot" aria-hidden="true" />
      <LiveWords connection={connection} />
    </div>
  );
}

function LiveWords({ connection }: { readonly connection: Connection }) {
  switch (connection.kind) {
    case 'connecting':
      return <span>connecting</span>;
    case 'live':
      return <span>live</span>;
    case 'broken':
      return <BrokenWords sinceMs={connection.sinceMs} />;
  }
}

function BrokenWords({ sinceMs }: { readonly sinceMs: number | null }) {
  useServerNow();
  if (sinceMs === null) return <span>no connection</span>;
  return (
    <span title="The connection to Muster broke; the page keeps trying. What is shown is that old.">
      reconnecting <span aria-live="off">· {formatDuration(Date.now() - sinceMs)} old</span>
    </span>
  );
}
