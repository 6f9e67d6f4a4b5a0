import { canonicalAddress } from '../model/address.ts';
import type { Membership, RosterNews } from '../model/instance.ts';

export interface MembersOptions {
  /** Something is news of that host. */
  readonly changed?: (cluster: string, host: string) => void;
}

/** The instances of one worker's groups; those of others, too, as a reload may bring their group here. */
export class Members {
  readonly #groups = new Map<string, GroupMembers>();
  readonly #changed: (cluster: string, host: string) => void;

  constructor(options: MembersOptions = {}) {
    this.#changed = options.changed ?? (() => undefined);
  }

  /** The instances of a group: the same object for a name, whether anything is known of it yet or not. */
  of(cluster: string): GroupMembers {
    let found = this.#groups.get(cluster);
    if (!found) {
      found = new GroupMembers();
      this.#groups.set(cluster, found);
    }
    return found;
  }

  take(news: readonly RosterNews[]): void {
    for (const one of news) {
      const { cluster, host } = one.kind === 'member' ? one.member : one;
      const group = this.of(cluster);
      if (one.kind === 'member') group.put(one.member);
      else group.remove(host);
      this.#changed(cluster, host);
    }
  }
}

/** The instances of one group. One that left has neither key nor address: its facts alone are left. */
export class GroupMembers {
  /** Grows with all that changes here: what was concluded from an earlier one is to be concluded again. */
  version = 0;
  readonly #byHost = new Map<string, Membership>();
  readonly #byAddress = new Map<string, Set<string>>();
  readonly #byUser = new Map<string, Membership>();

  find(host: string): Membership | undefined {
    return this.#byHost.get(host);
  }

  /** The hosts that registered from an address, or that a list has there; undefined: none. */
  hostsAt(address: string): ReadonlySet<string> | undefined {
    return this.#byAddress.get(address);
  }

  /** The host of an address, where it is the only one: behind a translated address may be several. */
  nameOf(address: string): string | undefined {
    const hosts = this.#byAddress.get(address);
    if (hosts?.size !== 1) return undefined;
    const [name] = hosts;
    return name;
  }

  /** Whether a host is known to send from certain addresses. */
  isBound(host: string): boolean {
    const member = this.#byHost.get(host);
    return member !== undefined && isHere(member) && member.addresses.length > 0;
  }

  /** The instance whose collectd signs as that user. */
  user(user: string): Membership | undefined {
    return this.#byUser.get(user);
  }

  put(member: Membership): void {
    this.remove(member.host);
    this.#byHost.set(member.host, member);
    if (!isHere(member)) return;
    for (const address of member.addresses) this.#bind(spelled(address), member.host);
    if (member.key) this.#byUser.set(member.key.user, member);
  }

  remove(host: string): void {
    this.version += 1;
    const member = this.#byHost.get(host);
    if (!member) return;
    this.#byHost.delete(host);
    for (const address of member.addresses) this.#release(spelled(address), host);
    // Under another host name it may have been told of already.
    if (member.key && this.#byUser.get(member.key.user) === member) this.#byUser.delete(member.key.user);
  }

  #bind(address: string, host: string): void {
    const hosts = this.#byAddress.get(address);
    if (hosts) hosts.add(host);
    else this.#byAddress.set(address, new Set([host]));
  }

  #release(address: string, host: string): void {
    const hosts = this.#byAddress.get(address);
    hosts?.delete(host);
    if (hosts?.size === 0) this.#byAddress.delete(address);
  }
}

function isHere({ standing }: Membership): boolean {
  return standing.kind === 'here';
}

/** What is no address stays as it is and is never met. */
function spelled(address: string): string {
  return canonicalAddress(address) ?? address;
}
