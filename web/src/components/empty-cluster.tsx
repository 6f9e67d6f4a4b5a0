import { Snippet } from '../ui/snippet.tsx';

/**
 * What to paste so that the first host of a group shows up; it turns into the group's picture when that
 * arrives.
 */
export function EmptyCluster(props: { readonly cluster: string; readonly port: number | null }) {
  const { cluster, port } = props;
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
      <div>
        <h3>gmond.conf</h3>
        <Snippet label="the lines for gmond.conf" text={gmondLines(server, port)} />
      </div>
      <div>
        <h3>collectd.conf</h3>
        <Snippet label="the lines for collectd.conf" text={collectdLines(server, port)} />
      </div>
      <div>
        <h3>By hand, in bash</h3>
        <Snippet label="the gmetric command" text={gmetricLine(server, port)} />
      </div>
    </div>
  );
}

export function gmondLines(server: string, port: number): string {
  return `globals {\n  send_metadata_interval = 30\n}\nudp_send_channel {\n  host = ${server}\n  port = ${port}\n}`;
}

export function collectdLines(server: string, port: number): string {
  return `LoadPlugin network\n<Plugin network>\n  Server "${server}" "${port}"\n</Plugin>`;
}

/** gmetric sends where a gmond.conf says: this one is made for it alone, and the host's stays untouched. */
export function gmetricLine(server: string, port: number): string {
  const conf = `udp_send_channel {\n    host = ${server}\n    port = ${port}\n  }`;
  return `gmetric -n hello -v 1 -t uint32 \\\n  -c <(echo '${conf}')`;
}
