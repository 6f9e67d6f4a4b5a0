import { collectdText, commentText } from './quote.ts';
import { CONF_MARK } from './mark.ts';
import { bareServer } from './servers.ts';
import type { AgentConfigWish } from './agent-config.ts';

/**
 * How often a server's name is looked up anew, where nobody else does: while that fails collectd sends
 * nothing (sockent_client_connect of its network.c): muster-instance takes it out and looks them up itself.
 */
const RESOLVE_S = 30;

/** A whole collectd.conf of one instance, for collectd 5 with its own plugins, none of which needs more. */
export function collectdConf(wish: AgentConfigWish): string {
  const intervalS = wish.intervalMs / 1000;
  return `# ${CONF_MARK}: what you change here is lost at the next boot.
# Your own settings go to a file of their own, see the end.
# Group ${commentText(wish.group)}, instance ${commentText(wish.instanceId)}.
Hostname ${collectdText(wish.host)}
FQDNLookup false
Interval ${intervalS}

LoadPlugin syslog
<Plugin syslog>
  LogLevel "info"
</Plugin>

${PLUGINS}
# What is left in a datagram that is not full goes out at each interval, too.
<LoadPlugin network>
  FlushInterval ${intervalS}
</LoadPlugin>
<Plugin network>
${wish.servers.map((server) => serverBlock(server, wish)).join('')}</Plugin>

# Your own: plugins and their settings. The first is Debian's place, the second that of Red Hat and Amazon.
<Include "/etc/collectd/collectd.conf.d">
  Filter "*.conf"
</Include>
<Include "/etc/collectd.d">
  Filter "*.conf"
</Include>
`;
}

function serverBlock(server: string, { port, key }: AgentConfigWish): string {
  const secured =
    key === null
      ? ''
      : `    SecurityLevel "Sign"
    Username ${collectdText(key.user)}
    Password ${collectdText(key.password)}
`;
  return `  <Server ${collectdText(bareServer(server))} "${port}">
${secured}    ResolveInterval ${RESOLVE_S}
  </Server>
`;
}

/** Named and counted as the checks of checks/collectd.yaml and the dashboards look for them. */
const PLUGINS = `LoadPlugin cpu
<Plugin cpu>
  ReportByCpu false
  ValuesPercentage true
</Plugin>

LoadPlugin df
<Plugin df>
  FSType "/^(autofs|binfmt_misc|cgroup2?|debugfs|devpts|devtmpfs|efivarfs|fuse\\\\..*|hugetlbfs|mqueue)$/"
  FSType "/^(nsfs|overlay|proc|pstore|ramfs|rootfs|securityfs|squashfs|sysfs|tmpfs|tracefs)$/"
  IgnoreSelected true
  ReportInodes true
  ValuesPercentage true
</Plugin>

LoadPlugin disk
<Plugin disk>
  Disk "/^(fd|loop|ram|sr|zram)[0-9]/"
  IgnoreSelected true
</Plugin>

LoadPlugin interface
<Plugin interface>
  Interface "/^(veth|cali|tap)/"
  IgnoreSelected true
</Plugin>

LoadPlugin load

LoadPlugin memory
<Plugin memory>
  ValuesPercentage true
</Plugin>

LoadPlugin processes

LoadPlugin swap
<Plugin swap>
  ValuesPercentage true
</Plugin>

LoadPlugin uptime
LoadPlugin users
`;
