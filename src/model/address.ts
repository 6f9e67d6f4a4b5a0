/** IPv4 addresses as a dual-stack socket writes them. */
const MAPPED = '::ffff:';

/** One spelling for an address however its socket spells it. */
export function plainAddress(address: string): string {
  return address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address;
}
