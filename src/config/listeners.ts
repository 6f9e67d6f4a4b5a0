import { isIPv6, SocketAddress } from 'node:net';
import type { ListenAddress } from '../contract/config.ts';
import type { Located } from './readers.ts';

export interface Listener {
  /** A group, or the key that it stands under. */
  readonly holder: Located<string> | 'http.listen' | 'passive.nsca.listen';
  readonly listen: Located<ListenAddress>;
}

export interface ListenerClash {
  readonly first: Listener;
  readonly second: Listener;
}

/**
 * Listeners that cannot be bound beside an earlier one: the same port of the same address, or of all
 * addresses of that family. IPv4 and IPv6 never clash (IPv6 sockets take IPv6 only); port 0 never does.
 */
export function listenerClashes(listeners: readonly Listener[]): ListenerClash[] {
  const byPort = new Map<string, Listener[]>();
  const clashes: ListenerClash[] = [];
  for (const listener of listeners) {
    const { address, port } = listener.listen.value;
    if (port === 0) continue;
    const key = `${isIPv6(address) ? 6 : 4}:${port}`;
    const earlier = byPort.get(key) ?? [];
    const first = earlier.find((other) => overlap(other.listen.value.address, address));
    if (first !== undefined) clashes.push({ first, second: listener });
    byPort.set(key, [...earlier, listener]);
  }
  return clashes;
}

function overlap(a: string, b: string): boolean {
  const [one, other] = [canonical(a), canonical(b)];
  return one === other || isWildcard(one) || isWildcard(other);
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || canonical(address) === '::1';
}

function canonical(address: string): string {
  if (!isIPv6(address)) return address;
  const [bare = address, zone] = address.split('%');
  const { address: short } = new SocketAddress({ address: bare, family: 'ipv6' });
  return zone === undefined ? short : `${short}%${zone}`;
}

/** `1.2.3.4:8600` or `[::1]:8600`. */
export function formatAddress({ address, port }: ListenAddress): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** An address by which a socket bound to `address` is reached from this machine. */
export function reachableAddress(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
