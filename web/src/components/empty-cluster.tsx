import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import {
  bootLine,
  collectdLines,
  enrolLine,
  gmetricLine,
  gmondLines,
  graphiteLine,
  statsdLine,
} from '../fleet/first-lines.ts';
import { sendersToLink } from '../fleet/link.ts';
import { formatCount } from '../format/number.ts';
import { queries } from '../live/queries.ts';
import { useSession } from '../live/session.tsx';
import { Mark } from '../ui/mark.tsx';
import { Snippet } from '../ui/snippet.tsx';

/** With so many it is many. */
const COUNTED = 100;

/**
 * What to paste so that the first host of a group shows up; it turns into the group's picture when that
 * arrives.
 */
export function EmptyCluster(props: { readonly cluster: string; readonly port: number | null }) {
  const { cluster, port } = props;
  const signsIn = useSession().session?.mode === 'users';
  if (port === null) {
    return <p className="sub">The group {cluster} is no longer configured, and no host of it is known.</p>;
  }
  // An IPv6 address stands in brackets in addresses of the web only.
  const server = location.hostname.replace(/^\[|\]$/g, '');
  return (
    <div className="empty-cluster">
      <p className="sub">
        No host of the group <b className="ink">{cluster}</b> has been heard yet. Send to its{' '}
        <b className="ink">UDP port {port}</b>, and the first one shows up here at once.
      </p>
      <RefusedHere cluster={cluster} />
      <div>
        <h3>gmond.conf</h3>
        <Snippet label="the lines for gmond.conf" text={gmondLines(server, port)} />
      </div>
      <div>
        <h3>collectd.conf</h3>
        <Snippet label="the lines for collectd.conf" text={collectdLines(server, port)} />
        <h3>Graphite, in bash</h3>
        <Snippet label="the Graphite command" text={graphiteLine(server, port)} />
      </div>
      <div>
        <h3>gmetric, in bash</h3>
        <Snippet label="the gmetric command" text={gmetricLine(server, port)} />
        <h3>statsd, in bash</h3>
        <Snippet label="the statsd command" text={statsdLine(server, port)} />
      </div>
      <div className="empty-cluster-boot">
        <h3>Instances of a cloud, at their first boot</h3>
        {signsIn && <Snippet label="the command on the server" text={enrolLine(cluster)} />}
        <Snippet label="the boot command" text={bootLine(location.origin, cluster, signsIn)} />
        <p className="sub">
          Installs the agent, registers the instance with its tags, says when it leaves. For gmond add{' '}
          <code className="mono">?agent=gmond</code>, for a cloud-init file{' '}
          <code className="mono">?format=cloud-init</code>.
        </p>
      </div>
    </div>
  );
}

/** Somebody sends to the group, and nothing of it makes a host. */
function RefusedHere({ cluster }: { readonly cluster: string }) {
  const { data } = useQuery({
    ...queries.sources({ group: cluster, limit: COUNTED }),
    refetchInterval: 15_000,
  });
  const refused = data?.sources.filter((source) => source.refused.length > 0).length ?? 0;
  if (refused === 0) return null;
  const senders =
    refused === 1 ? '1 sender' : `${formatCount(refused)}${refused === COUNTED ? '+' : ''} senders`;
  return (
    <p className="row sub">
      <Mark kind="warning" silent />
      <Link href={sendersToLink(cluster)} className="link">
        {senders} refused: see why
      </Link>
    </p>
  );
}
