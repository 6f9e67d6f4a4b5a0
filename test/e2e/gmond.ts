import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, run } from './server.ts';
import type { Ended } from './server.ts';

/**
 * Debian's own gmond.conf with what the README says changed: unicast to one port, no multicast, no listening.
 * `gmetric -c` reads the same file.
 */
export function gmondConf(dir: string, port: number): string {
  const file = join(dir, `gmond-${port}.conf`);
  const shipped = readFileSync('/etc/ganglia/gmond.conf', 'utf8');
  const unicast = shipped
    .replace(/daemonize = yes/, 'daemonize = no')
    .replace(/setuid = yes/, 'setuid = no')
    .replace(/deaf = no/, 'deaf = yes')
    .replace(/udp_recv_channel \{[^}]*\}/, '')
    .replace(/tcp_accept_channel \{[^}]*\}/, '')
    .replace(/udp_send_channel \{[^}]*\}/, `udp_send_channel { host = 127.0.0.1 port = ${port} }`);
  writeFileSync(file, unicast);
  return file;
}

export function gmond(conf: string): Program {
  return new Program('/usr/sbin/gmond', ['-f', '-c', conf]);
}

export async function gmetric(
  conf: string,
  name: string,
  value: number | string,
  more: readonly string[] = [],
): Promise<Ended> {
  const type = typeof value === 'number' ? 'double' : 'string';
  return run('gmetric', ['-c', conf, '-n', name, '-v', String(value), '-t', type, '-u', 'things', ...more]);
}
