import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, run } from './server.ts';
import type { Ended } from './server.ts';

/** A gmond.conf for unicast to one port; `gmetric -c` reads the same file. */
export function gmondConf(dir: string, port: number): string {
  const file = join(dir, `gmond-${port}.conf`);
  writeFileSync(
    file,
    `globals { daemonize = no  setuid = no  debug_level = 0  deaf = yes  mute = no  host_dmax = 0  send_metadata_interval = 2 }
cluster { name = "unspecified" }
udp_send_channel { host = 127.0.0.1  port = ${port} }
modules {
  module { name = "core_metrics" }
  module { name = "cpu_module"  path = "modcpu.so" }
  module { name = "load_module"  path = "modload.so" }
  module { name = "mem_module"  path = "modmem.so" }
  module { name = "sys_module"  path = "modsys.so" }
}
collection_group { collect_once = yes  time_threshold = 2  metric { name = "heartbeat" } }
collection_group {
  collect_every = 1
  time_threshold = 2
  metric { name = "load_one" title = "One Minute Load Average" }
  metric { name = "cpu_idle" }
  metric { name = "mem_free" }
}
collection_group {
  collect_once = yes
  time_threshold = 2
  metric { name = "cpu_num" }
  metric { name = "mem_total" }
  metric { name = "os_release" }
}
`,
  );
  return file;
}

export function gmond(conf: string): Program {
  return new Program('/usr/sbin/gmond', ['-f', '-c', conf]);
}

export async function gmetric(conf: string, name: string, value: number | string, more: readonly string[] = []): Promise<Ended> {
  const type = typeof value === 'number' ? 'double' : 'string';
  return run('gmetric', ['-c', conf, '-n', name, '-v', String(value), '-t', type, '-u', 'things', ...more]);
}
