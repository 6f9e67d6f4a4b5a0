import { Link } from 'wouter';
import { hostNotes } from '../fleet/host-notes.ts';
import { sendersOfLink, sendersToLink } from '../fleet/link.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { Mark } from '../ui/mark.tsx';
import type { HostView } from '../../../src/contract/api.ts';

/** Over the graphs of a host that is silent, gone, in conflict or off in time: what that means for them. */
export function HostNotice({ host }: { readonly host: HostView }) {
  const nowMs = useServerNow();
  return hostNotes(host, nowMs).map(({ kind, mark, title, words }) => (
    <div key={kind} className={`card note host-notice host-notice-${mark}`} role="status">
      <Mark kind={mark} silent />
      <p className="note-title">
        <bdi>{host.name}</bdi> <bdi>{title}</bdi>
      </p>
      <p className="sub">
        {words}{' '}
        {kind === 'awaited' && (
          <Link href={sendersToLink(host.cluster)} className="notice-link">
            Who talks to me
          </Link>
        )}
        {kind === 'conflict' && (
          <Link href={sendersOfLink(host.cluster, host.name)} className="notice-link">
            Who sends as {host.name}
          </Link>
        )}
      </p>
    </div>
  ));
}
