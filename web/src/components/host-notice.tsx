import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { Mark } from '../ui/mark.tsx';
import type { HostView } from '../../../src/contract/api.ts';

/** Over the graphs of a host that is silent: since when, and what that means for them. */
export function HostNotice({ host }: { readonly host: HostView }) {
  const nowMs = useServerNow();
  if (host.state !== 'DOWN') return null;
  const silentMs = nowMs - host.last_seen_ms;
  return (
    <div className="card note host-notice" role="status">
      <Mark kind="down" silent />
      <p className="note-title">
        <bdi>{host.name}</bdi> is down · silent for <time>{formatDuration(silentMs)}</time>
      </p>
      <p className="sub">
        The last thing heard came at {formatInstant(host.last_seen_ms)}: its graphs end there, and the values
        beside them are its last. Its services turn unknown as their samples age, and page nobody meanwhile.
        It is up again with its next datagram.
      </p>
    </div>
  );
}
