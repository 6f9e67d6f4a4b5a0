import { recordKey } from '../model/record.ts';
import type { HostState, HostTable } from './host-table.ts';
import type { Journal } from './journal/port.ts';
import type { RestoredHost } from '../model/restored.ts';
import type { Samples } from './samples.ts';

export interface RestoreParts {
  readonly hosts: HostTable;
  readonly samples: Samples;
  readonly journal: Journal;
}

/** A host as it was known before a restart; what there is no room for is made when it is heard. */
export function restoreHost({ hosts, samples, journal }: RestoreParts, said: RestoredHost): void {
  const number = hosts.open(said.cluster, said.name, said.address, said.agent);
  if (number < 0) return;
  hosts.restorePulse(number, said);
  for (const [name, value] of said.facts) hosts.setFact(number, name, value);
  const host = hosts.hosts[number] as HostState;
  for (const { description, last } of said.records) {
    if (host.records.has(description.metric)) continue;
    const opened = samples.open(host, description, Infinity);
    if (!('record' in opened)) continue;
    samples.restore(opened.record, last, journal.known(recordKey(description)));
  }
}
