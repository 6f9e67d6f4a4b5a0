import { Buffer } from 'node:buffer';
import { NAME_BYTES_MAX } from '../limits.ts';
import { clean, IdentityKey } from './identity.ts';
import type { Books } from './books.ts';
import type { Group } from './group.ts';
import type { HostRefusal, HostState, HostTable } from './host-table.ts';
import type { Protocol, RecordDescription } from '../model/record.ts';
import type { RecordRefusal, Samples } from './samples.ts';
import type { RecordTable } from './record-table.ts';

const HOST_SPACE = 5;

export interface NamedRecordsOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly samples: Samples;
}

/** What a text protocol says of a record; the rest of its description follows from it. */
export type NamedRecord = Pick<RecordDescription, 'metric' | 'sources' | 'intervalS' | 'units' | 'group'>;

/** Hosts and records by names that are text already: statsd, Graphite, line protocol. */
export class NamedRecords {
  readonly #o: NamedRecordsOptions;
  readonly #key = new IdentityKey();

  constructor(options: NamedRecordsOptions) {
    this.#o = options;
  }

  /** The host of that name, made when it is new; its pulse is touched. Or why it may not be written. */
  host(
    group: Group,
    groupIndex: number,
    said: { name: string; address: string; agent: Protocol; arrivalMs: number },
  ): number | HostRefusal {
    const { hosts } = this.#o;
    const key = this.#key;
    const name = hostText(said.name);
    key.begin(HOST_SPACE, groupIndex);
    key.addText(name);
    const known = hosts.find(key.bytes, key.length);
    const host =
      known < 0
        ? hosts.open(group.rules.name, name, said.address, said.agent)
        : (hosts.refusal(known) ?? known);
    if (typeof host === 'string') return host;
    if (known < 0) hosts.bind(key.bytes, key.length, host);
    hosts.touch(host, said.address, said.agent, said.arrivalMs);
    return host;
  }

  /** The host's record of that name, made when it is new; or why there is none. */
  record(group: Group, host: number, protocol: Protocol, said: NamedRecord): number | RecordRefusal {
    const { hosts, records, samples } = this.#o;
    const state = hosts.hosts[host] as HostState;
    const known = state.records.get(said.metric);
    if (known !== undefined) {
      return sameShape(records.descriptions[known], protocol, said) ? known : 'type_mismatch';
    }
    const description: RecordDescription = {
      ...said,
      cluster: state.cluster,
      host: state.name,
      protocol,
      tmaxS: 0,
      dmaxS: 0,
      slope: 'both',
      title: '',
      description: '',
      provisional: false,
    };
    const opened = samples.open(state, description, group.rules.maxSeriesPerHost);
    return 'record' in opened ? opened.record : opened.refusal;
  }
}

/** A host's name as people and paths will see it. */
export function hostText(name: string): string {
  const text = clean(name).replaceAll('/', '_');
  return Buffer.byteLength(text) <= NAME_BYTES_MAX
    ? text
    : Buffer.from(text).subarray(0, NAME_BYTES_MAX).toString();
}

function sameShape(known: RecordDescription | undefined, protocol: Protocol, said: NamedRecord): boolean {
  if (known?.protocol !== protocol || known.sources.length !== said.sources.length) return false;
  return known.sources.every((source, s) => source.kind === said.sources[s]?.kind);
}
