import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { endianness } from 'node:os';

/** What the kernel says of one UDP socket. */
export interface SocketDrops {
  /** No two sockets that are open at once have the same; one that is opened again has another. */
  readonly inode: number;
  /** Datagrams dropped since it was opened, modulo 2³². */
  readonly drops: number;
}

const FILES = ['/proc/net/udp', '/proc/net/udp6'] as const;
const COLUMNS = { inode: 9, drops: 12 } as const;

/**
 * A bound address and port as /proc/net/udp and udp6 spell them: 32-bit words of the address in the machine's
 * own byte order, in hexadecimal (Linux, net/ipv4/udp.c udp4_format_sock, net/ipv6/datagram.c).
 */
export function socketName(address: string, port: number): string {
  const bytes = isIPv6(address) ? bytesOfIPv6(address) : address.split('.').map(Number);
  let name = '';
  for (let word = 0; word < bytes.length; word += 4) {
    const four = bytes.slice(word, word + 4);
    for (const byte of endianness() === 'LE' ? four.toReversed() : four) name += hex(byte, 2);
  }
  return `${name}:${hex(port, 4)}`;
}

/** The sockets of those names in the text of one of the files; a kernel before 2.6.27 counts no drops. */
export function parseSocketDrops(text: string, names: ReadonlySet<string>): Map<string, SocketDrops> {
  const found = new Map<string, SocketDrops>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(': ') + 2;
    const name = line.slice(at, line.indexOf(' ', at));
    if (!names.has(name)) continue;
    const columns = line.trim().split(/\s+/u);
    const inode = Number(columns[COLUMNS.inode]);
    const drops = Number(columns[COLUMNS.drops]);
    if (Number.isInteger(inode) && Number.isInteger(drops)) found.set(name, { inode, drops: drops >>> 0 });
  }
  return found;
}

/**
 * The sockets of those names as they are now; none where the system does not tell. The kernel answers from
 * memory: some 0.4 ms, and no disk that hangs is in the way.
 */
export function readSocketDrops(names: ReadonlySet<string>): Map<string, SocketDrops> {
  const found = new Map<string, SocketDrops>();
  for (const file of FILES) {
    let text = '';
    try {
      text = readFileSync(file, 'latin1');
    } catch {
      // Not Linux, or no IPv6.
    }
    for (const [name, drops] of parseSocketDrops(text, names)) found.set(name, drops);
  }
  return found;
}

/** A link-local address names its interface behind a `%`, which the kernel does not tell here. */
function bytesOfIPv6(address: string): number[] {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const [before, behind] = [bytesOfGroups(head), bytesOfGroups(tail ?? '')];
  const zeros = Array.from({ length: 16 - before.length - behind.length }, () => 0);
  return [...before, ...zeros, ...behind];
}

/** `1:ff:192.0.2.1`, two bytes a group and four of a dotted one. */
function bytesOfGroups(text: string): number[] {
  return text.split(':').flatMap((group) => {
    if (group === '') return [];
    if (group.includes('.')) return group.split('.').map(Number);
    const number = Number.parseInt(group, 16);
    return [number >>> 8, number & 0xff];
  });
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, '0');
}
