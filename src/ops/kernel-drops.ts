import { readFile } from 'node:fs/promises';

/**
 * Datagrams the kernel dropped per local UDP port, from the text of /proc/net/udp or udp6: the last column of
 * a socket's line (Linux, Documentation/networking/proc_net_tcp; drops since 2.6.27).
 */
export function dropsByPort(text: string, into: Map<number, number>): void {
  for (const line of text.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const port = Number.parseInt(columns[1]?.split(':')[1] ?? '', 16);
    const drops = Number(columns.at(-1));
    if (columns.length < 13 || !Number.isInteger(port) || !Number.isFinite(drops)) continue;
    into.set(port, (into.get(port) ?? 0) + drops);
  }
}

/** Drops by port now; empty where the system does not tell. */
export async function readKernelDrops(): Promise<Map<number, number>> {
  const drops = new Map<number, number>();
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    try {
      dropsByPort(await readFile(file, 'utf8'), drops);
    } catch {
      // Not Linux, or no IPv6.
    }
  }
  return drops;
}
