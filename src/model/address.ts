/** IPv4 addresses as a dual-stack socket writes them. */
const MAPPED = '::ffff:';
const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`, 'u');
const IPV6 = /^(?<digits>[0-9a-f:.]{2,45})(?<zone>%[\w.-]{1,32})?$/iu;

/** One spelling for an address however its socket spells it. */
export function plainAddress(address: string): string {
  return address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address;
}

/** One spelling for an address that anybody wrote: that of sockets (RFC 5952); undefined: it is none. */
export function canonicalAddress(text: string): string | undefined {
  const plain = withoutPort(text);
  if (IPV4.test(plain)) return plain;
  const { digits = '', zone = '' } = IPV6.exec(plain)?.groups ?? {};
  if (!digits.includes(':')) return undefined;
  const short = URL.parse(`http://[${digits}]`)?.hostname.slice(1, -1);
  return short === undefined ? undefined : `${unmapped(short)}${zone}`;
}

/** Without the port that some proxies forward with an address. */
export function withoutPort(address: string): string {
  const [, v4, v6] = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]*)\](?::\d+)?)$/u.exec(address) ?? [];
  return v4 ?? v6 ?? address;
}

function unmapped(address: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/u.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const words = [high, low].map((word) => Number.parseInt(word, 16));
  return words.flatMap((word) => [word >>> 8, word & 0xff]).join('.');
}
