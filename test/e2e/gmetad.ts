import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeTcpPort, freeUdpPort, Program } from './server.ts';

/** A cluster that a real gmond gathers and a real gmetad writes to files. */
export interface Ganglia {
  /** Tells where `gmetric` sends: this gmond, and `also`. */
  readonly conf: string;
  readonly gmond: Program;
  readonly gmetad: Program;
  /** gmetad's tree of files. */
  readonly root: string;
}

/**
 * Starts both in `dir`; whoever asks ends them. The gmond gathers what `gmetric` sends and nothing of its
 * own. `also`: a UDP port that gets every metric too.
 */
export async function ganglia(dir: string, cluster: string, also: number): Promise<Ganglia> {
  const [udp, xml] = [await freeUdpPort(), await freeTcpPort()];
  const conf = join(dir, 'gmond-gathers.conf');
  writeFileSync(
    conf,
    `globals { daemonize = no  setuid = no  mute = no  deaf = no  host_dmax = 0  allow_extra_data = yes }
cluster { name = "${cluster}" }
udp_send_channel { host = 127.0.0.1  port = ${udp} }
udp_send_channel { host = 127.0.0.1  port = ${also} }
udp_recv_channel { bind = 127.0.0.1  port = ${udp} }
tcp_accept_channel { bind = 127.0.0.1  port = ${xml} }
`,
  );
  const root = join(dir, 'rrds');
  mkdirSync(root);
  const gmetadConf = join(dir, 'gmetad.conf');
  writeFileSync(
    gmetadConf,
    `data_source "${cluster}" 15 127.0.0.1:${xml}
gridname "test"
setuid off
case_sensitive_hostnames 0
xml_port ${await freeTcpPort()}
interactive_port ${await freeTcpPort()}
rrd_rootdir "${root}"
`,
  );
  return {
    conf,
    root,
    gmond: new Program('/usr/sbin/gmond', ['-f', '-c', conf]),
    gmetad: new Program('/usr/sbin/gmetad', ['-c', gmetadConf, '-d', '1']),
  };
}
