import { commentText, gmondText } from './quote.ts';
import { CONF_MARK } from './mark.ts';
import { bareServer } from './servers.ts';
import type { AgentConfigWish } from './agent-config.ts';

/** How often names, types and units are told again: after so long a server that began anew knows them all. */
const METADATA_S = 30;

/**
 * A whole gmond.conf of one instance, for gmond 3.1 and later: it sends by unicast and takes nothing in.
 * gmond has no interval of its own; its groups of metrics say how often each is read and sent.
 */
export function gmondConf({ group, servers, port, host, instanceId }: AgentConfigWish): string {
  return `# ${CONF_MARK}: what you change here is lost at the next boot.
# Your own settings go to a file of their own, see the end.
# Group ${commentText(group)}, instance ${commentText(instanceId)}.
globals {
  daemonize = yes
  setuid = yes
  user = nobody
  debug_level = 0
  max_udp_msg_len = 1472
  mute = no
  # It sends only: nobody asks it for the cluster.
  deaf = yes
  allow_extra_data = yes
  host_dmax = 86400
  host_tmax = 20
  cleanup_threshold = 300
  gexec = no
  send_metadata_interval = ${METADATA_S}
  override_hostname = ${gmondText(host)}
}

cluster {
  name = ${gmondText(group)}
  owner = "unspecified"
  latlong = "unspecified"
  url = "unspecified"
}

host {
  location = "unspecified"
}

# By unicast, to each of the server's names. No multicast anywhere: a cloud's network drops it.
# gmond looks these names up when it starts, and never again; "muster-instance refresh" restarts it.
${servers.map((server) => `udp_send_channel { host = ${gmondText(bareServer(server))} port = ${port} }\n`).join('')}
${MODULES}
${COLLECTION_GROUPS}
# Your own: modules and collection groups.
include ("/etc/ganglia/conf.d/*.conf")
`;
}

const MODULES = `modules {
${[
  'core_metrics',
  'cpu_module',
  'disk_module',
  'load_module',
  'mem_module',
  'net_module',
  'proc_module',
  'sys_module',
]
  .map((name) => `  module {\n    name = "${name}"\n${pathOf(name)}  }\n`)
  .join('')}}
`;

/** The core's metrics are part of gmond itself. */
function pathOf(module: string): string {
  return module === 'core_metrics' ? '' : `    path = "mod${module.replace('_module', '')}.so"\n`;
}

interface CollectionGroup {
  /** How often the values are read, seconds; null: once. */
  readonly everyS: number | null;
  /** They are sent after so long although they did not change, seconds. */
  readonly atLeastS: number;
  /** The change at which a value is sent at once; of some there is none. */
  readonly metrics: readonly (readonly [name: string, title: string | null, change?: string])[];
}

/** As gmond has them without a configuration, so that what was drawn and checked before goes on. */
const COLLECTION_GROUPS = groupsText([
  { everyS: null, atLeastS: 20, metrics: [['heartbeat', null]] },
  {
    everyS: 60,
    atLeastS: 60,
    metrics: [
      ['cpu_num', 'CPU Count'],
      ['cpu_speed', 'CPU Speed'],
      ['mem_total', 'Memory Total'],
      ['swap_total', 'Swap Space Total'],
      ['boottime', 'Last Boot Time'],
      ['machine_type', 'Machine Type'],
      ['os_name', 'Operating System'],
      ['os_release', 'Operating System Release'],
      ['location', 'Location'],
    ],
  },
  {
    everyS: 20,
    atLeastS: 90,
    metrics: [
      ['cpu_user', 'CPU User', '1.0'],
      ['cpu_system', 'CPU System', '1.0'],
      ['cpu_idle', 'CPU Idle', '5.0'],
      ['cpu_nice', 'CPU Nice', '1.0'],
      ['cpu_aidle', 'CPU aidle', '5.0'],
      ['cpu_wio', 'CPU wio', '1.0'],
      ['cpu_steal', 'CPU steal', '1.0'],
    ],
  },
  {
    everyS: 20,
    atLeastS: 90,
    metrics: [
      ['load_one', 'One Minute Load Average', '1.0'],
      ['load_five', 'Five Minute Load Average', '1.0'],
      ['load_fifteen', 'Fifteen Minute Load Average', '1.0'],
    ],
  },
  {
    everyS: 80,
    atLeastS: 950,
    metrics: [
      ['proc_run', 'Total Running Processes', '1.0'],
      ['proc_total', 'Total Processes', '1.0'],
    ],
  },
  {
    everyS: 40,
    atLeastS: 180,
    metrics: [
      ['mem_free', 'Free Memory', '1024.0'],
      ['mem_shared', 'Shared Memory', '1024.0'],
      ['mem_buffers', 'Memory Buffers', '1024.0'],
      ['mem_cached', 'Cached Memory', '1024.0'],
      ['swap_free', 'Free Swap Space', '1024.0'],
    ],
  },
  {
    everyS: 40,
    atLeastS: 300,
    metrics: [
      ['bytes_out', 'Bytes Sent', '4096'],
      ['bytes_in', 'Bytes Received', '4096'],
      ['pkts_in', 'Packets Received', '256'],
      ['pkts_out', 'Packets Sent', '256'],
    ],
  },
  { everyS: 1800, atLeastS: 3600, metrics: [['disk_total', 'Total Disk Space', '1.0']] },
  {
    everyS: 40,
    atLeastS: 180,
    metrics: [
      ['disk_free', 'Disk Space Available', '1.0'],
      ['part_max_used', 'Maximum Disk Space Used', '1.0'],
    ],
  },
]);

function groupsText(groups: readonly CollectionGroup[]): string {
  return groups
    .map(({ everyS, atLeastS, metrics }) => {
      const every = everyS === null ? 'collect_once = yes' : `collect_every = ${everyS}`;
      return `collection_group {\n  ${every}\n  time_threshold = ${atLeastS}\n${metrics.map(metricText).join('')}}\n`;
    })
    .join('\n');
}

function metricText([name, title, change]: CollectionGroup['metrics'][number]): string {
  const lines = [
    `    name = "${name}"`,
    ...(change === undefined ? [] : [`    value_threshold = "${change}"`]),
    ...(title === null ? [] : [`    title = "${title}"`]),
  ];
  return `  metric {\n${lines.join('\n')}\n  }\n`;
}
