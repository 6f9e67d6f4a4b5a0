import { canonicalAddress } from './address.ts';

/**
 * Where the server never goes, whoever writes it into a receiver's URL: link-local addresses and the services
 * of clouds that hand out credentials, nowhere, and everybody. Loopback and private networks are allowed:
 * receivers live there.
 */
export type AddressRefusal =
  | 'unspecified'
  | 'link-local'
  | 'cloud-metadata'
  | 'multicast'
  | 'reserved'
  | 'no-address';

/** Azure, Alibaba, Oracle: outside the link-local network. */
const METADATA_V4: ReadonlySet<string> = new Set(['168.63.129.16', '100.100.100.200', '192.0.0.192']);
/** AWS, Google, Scaleway. */
const METADATA_V6: ReadonlySet<string> = new Set(['fd00:ec2::254', 'fd20:ce::254', 'fd00:42::42']);
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** Null: one may go there. `address` in any spelling, with or without a zone. */
export function addressRefusal(address: string): AddressRefusal | null {
  const canonical = canonicalAddress(address)?.replace(/%.*$/u, '');
  if (canonical === undefined) return 'no-address';
  return canonical.includes(':') ? v6Refusal(canonical) : v4Refusal(canonical);
}

/** Whether a name stands for a cloud's metadata service, whatever it resolves to. */
export function isMetadataName(name: string): boolean {
  return METADATA_NAMES.has(name.toLowerCase().replace(/\.$/u, ''));
}

function v4Refusal(address: string): AddressRefusal | null {
  const [first = 0, second = 0] = address.split('.').map(Number);
  if (METADATA_V4.has(address) || address === '169.254.169.254') return 'cloud-metadata';
  if (first === 0) return 'unspecified';
  if (first === 169 && second === 254) return 'link-local';
  if (first >= 224 && first < 240) return 'multicast';
  return first >= 240 ? 'reserved' : null;
}

function v6Refusal(address: string): AddressRefusal | null {
  const words = wordsOf(address);
  const [first = 0] = words;
  if (METADATA_V6.has(address)) return 'cloud-metadata';
  if (words.every((word) => word === 0)) return 'unspecified';
  if ((first & 0xffc0) === 0xfe80) return 'link-local';
  if (first >= 0xff00) return 'multicast';
  const inner = innerV4(words);
  return inner === null ? null : v4Refusal(inner);
}

/** The IPv4 address that one of these forms leads to: a gateway would go there for us. */
function innerV4(words: readonly number[]): string | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = words;
  // Mapped, translated and compatible (RFC 4291, 2.5.5; RFC 2765); `::1` is the loopback.
  if ((a | b | c | d) === 0 && ((e === 0 && (f === 0xffff || f === 0)) || (e === 0xffff && f === 0))) {
    return f === 0 && e === 0 && g === 0 ? null : dotted(g, h);
  }
  // NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo, which hides it (RFC 4380).
  if (a === 0x64 && b === 0xff9b) return dotted(g, h);
  if (a === 0x2002) return dotted(b, c);
  if (a === 0x2001 && b === 0) return dotted(g ^ 0xffff, h ^ 0xffff);
  return null;
}

function dotted(high: number, low: number): string {
  return [high >>> 8, high & 0xff, low >>> 8, low & 0xff].join('.');
}

/** Eight words of an address as RFC 5952 writes it. */
function wordsOf(address: string): number[] {
  const [before = '', after = ''] = address.split('::');
  const left = hexWords(before);
  const right = hexWords(after);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

function hexWords(half: string): number[] {
  return half === '' ? [] : half.split(':').map((word) => Number.parseInt(word, 16));
}
