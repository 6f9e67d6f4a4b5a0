import type { GroupMembers } from '../members.ts';
import type { HostState } from '../host-table.ts';

/**
 * What one address may write in a group whose instances are bound to their addresses: an address that belongs
 * to hosts writes these, and a host that belongs to addresses is written from these. All else is free.
 */
export class Rights {
  readonly #members: GroupMembers;
  /** The hosts that belong to the address; undefined: it is nobody's. */
  readonly #only: ReadonlySet<string> | undefined;
  readonly #own: string | undefined;
  #admitted: HostState | undefined;

  /** `own`: the host that the address may write in any case. */
  constructor(members: GroupMembers, address: string, own: string | undefined) {
    this.#members = members;
    this.#only = members.hostsAt(address);
    this.#own = own;
  }

  /** The same host as the last time costs no look at its name, which is 100 ns of gmond's 1500. */
  may(host: HostState): boolean {
    if (host === this.#admitted) return true;
    if (!this.mayName(host.name)) return false;
    this.#admitted = host;
    return true;
  }

  mayName(host: string): boolean {
    if (host === this.#own) return true;
    return this.#only === undefined ? !this.#members.isBound(host) : this.#only.has(host);
  }
}
