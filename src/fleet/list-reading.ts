import { fingerprint } from './fingerprint.ts';
import { LEAVING_STATES } from '../contract/instance-list.ts';
import { hostNameFault, instanceIdFault } from './names.ts';
import { plainAddress } from '../model/address.ts';
import type { ListFault, ListItem } from '../contract/instance-list.ts';
import type { ListedInstance } from './instance.ts';

export interface ListSpeaker {
  /** The reconciler's name. */
  readonly list: string;
  /** Whether it speaks for the instances of this group. */
  readonly speaksFor: (cluster: string) => boolean;
}

/** An instance as a list names it. */
export interface Naming {
  readonly instance: ListedInstance;
  /** Its own `instanceKey`, and its `hostKey`; null where the list has no host of it. */
  readonly key: string;
  readonly name: string | null;
  /** Stands for all that is said of it: another number, another word. */
  readonly print: number;
  readonly isHere: boolean;
  /** False: it is called by its host's name for want of an id. */
  readonly hasId: boolean;
}

/** What a list has of groups that it does not speak for: how many items, and some of the groups. */
export interface OtherGroups {
  readonly instances: number;
  readonly groups: readonly string[];
}

const OTHER_GROUPS_NAMED = 5;
const QUOTE_CHARS = 60;

/** What a list says, put together item by item: whom it names, and what of it was passed over. */
export class ListReading {
  /** By `instanceKey`. */
  readonly named = new Map<string, Naming>();
  /** Ids and hosts of items that could not be read: nobody who is called so is gone. */
  readonly unclear = new Set<string>();
  readonly #speaker: ListSpeaker;
  readonly #faults = new Map<ListFault, { count: number; readonly quote: string }>();
  readonly #otherGroups = new Set<string>();
  #others = 0;

  constructor(speaker: ListSpeaker) {
    this.#speaker = speaker;
  }

  take(item: ListItem): void {
    const { group, instanceId, host } = item;
    if (!this.#speaker.speaksFor(group)) return this.#passBy(group);
    const names = [instanceId, host].filter((name) => name !== null);
    if (instanceId !== null && instanceIdFault(instanceId) !== undefined) {
      return this.refuse('bad-instance-id', instanceId, names);
    }
    if (host !== null && hostNameFault(host) !== undefined) return this.refuse('bad-host-name', host, names);
    const naming = this.#namingOf(item);
    const { key } = naming;
    const first = this.named.get(key);
    if (first) this.fault('twice', naming.instance.instanceId);
    // Of two items it is enough that one says it is here.
    if (!first || (naming.isHere && !first.isHere)) this.named.set(key, naming);
  }

  /** An item cannot be read. `names`: what it can be told by all the same. */
  refuse(fault: ListFault, quote: string, names: readonly string[]): void {
    this.fault(fault, quote);
    for (const name of names) this.unclear.add(name);
  }

  fault(fault: ListFault, quote: string): void {
    const known = this.#faults.get(fault);
    if (known) known.count += 1;
    else this.#faults.set(fault, { count: 1, quote: quote.slice(0, QUOTE_CHARS) });
  }

  /** What was passed over, in words; empty: nothing was. */
  get passedOver(): string {
    if (this.#faults.size === 0) return '';
    const parts = [...this.#faults].map(([fault, { count, quote }]) => {
      const example = quote === '' ? '' : ` (${JSON.stringify(quote)}${count > 1 ? ', …' : ''})`;
      return `${count} × ${FAULT_WORDS[fault]}${example}`;
    });
    return `passed over: ${parts.join(', ')}`;
  }

  /** Items of groups that it does not speak for: no fault, as a cloud has more than one server watches. */
  get others(): OtherGroups {
    return { instances: this.#others, groups: [...this.#otherGroups] };
  }

  #passBy(group: string): void {
    this.#others += 1;
    if (this.#otherGroups.size < OTHER_GROUPS_NAMED) this.#otherGroups.add(group.slice(0, QUOTE_CHARS));
  }

  #namingOf({ group, instanceId, host, state, addresses, region, zone, tags }: ListItem): Naming {
    const { list } = this.#speaker;
    const plain = addresses.map(plainAddress);
    for (const bad of plain.filter((one) => !isAddress(one))) this.fault('bad-address', bad);
    const instance = {
      cluster: group,
      instanceId: instanceId ?? host ?? '',
      host,
      says: state === '' ? `on list ${list}` : `${list} says ${state}`,
      addresses: plain.filter(isAddress),
      region,
      zone,
      tags,
    };
    return {
      instance,
      key: instanceKey(instance),
      print: fingerprint([
        host ?? '',
        instance.says,
        region,
        zone,
        ...instance.addresses,
        '',
        ...tags.flat(),
      ]),
      name: host === null ? null : hostKey({ cluster: group, host }),
      isHere: !LEAVING_STATES.includes(state.trim().toLowerCase()),
      hasId: instanceId !== null,
    };
  }
}

const FAULT_WORDS: Readonly<Record<ListFault, string>> = {
  'no-object': 'an item that is no object',
  'no-group': 'no group',
  'no-name': 'neither instance_id nor host',
  'no-text': 'something that is no text',
  'bad-instance-id': 'an instance id that may not be used',
  'bad-host-name': 'a host name that may not be used',
  'bad-address': 'what is no address',
  'bad-tag': 'a tag that cannot be kept',
  'too-many': 'more than is kept',
  twice: 'an instance named twice',
  'same-host': 'the host name of another instance',
};

/** How an instance is told from all others. */
export function instanceKey({
  cluster,
  instanceId,
}: {
  readonly cluster: string;
  readonly instanceId: string;
}): string {
  return `${cluster}\0${instanceId}`;
}

/** How a host name is told from that of another group. */
export function hostKey({ cluster, host }: { readonly cluster: string; readonly host: string }): string {
  return `${cluster}\0${host}`;
}

const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`, 'u');

/** An IPv4 or, by the letters it is made of, an IPv6 address. One that is none is never sent from. */
function isAddress(text: string): boolean {
  return IPV4.test(text) || (/^[0-9a-f:.]{2,45}$/iu.test(text) && text.split(':').length > 2);
}
