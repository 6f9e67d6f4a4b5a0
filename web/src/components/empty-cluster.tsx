/**
 * What to paste so that the first host of a group shows up; it turns into the group's picture when that
 * arrives.
 */
export function EmptyCluster(props: { readonly cluster: string; readonly port: number | null }) {
  const { cluster, port } = props;
  if (port === null) {
    return <p className="sub">The group {cluster} is no longer configured, and no host of it is known.</p>;
  }
  const host = location.hostname;
  return (
    <div className="empty-cluster">
      <p className="sub">
        No host of the group <b className="ink">{cluster}</b> has been heard yet. Send to its{' '}
        <b className="ink">UDP port {port}</b>, and the first one shows up here at once.
      </p>
      <div>
        <h3>gmond.conf</h3>
        <pre className="snippet" tabIndex={0} aria-label="Lines for gmond.conf">
          {`globals {\n  send_metadata_interval = 30\n}\nudp_send_channel {\n  host = ${host}\n  port = ${port}\n}`}
        </pre>
      </div>
      <div>
        <h3>collectd.conf</h3>
        <pre className="snippet" tabIndex={0} aria-label="Lines for collectd.conf">
          {`LoadPlugin network\n<Plugin network>\n  Server "${host}" "${port}"\n</Plugin>`}
        </pre>
      </div>
      <div>
        <h3>By hand, with that gmond.conf</h3>
        <pre className="snippet" tabIndex={0} aria-label="A command to try it">
          {'gmetric \\\n  -c /etc/ganglia/gmond.conf \\\n  -n hello -v 1 -t uint32'}
        </pre>
      </div>
    </div>
  );
}
