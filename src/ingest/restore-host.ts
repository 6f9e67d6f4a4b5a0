import { recordKey } from '../model/record.ts';
import type { HostState, HostTable } from './host-table.ts';
import type { MovedHosts } from '../model/moved-hosts.ts';
import type { Journal, SettledPoint } from './journal/port.ts';
import type { RestoredHost } from '../model/restored.ts';
import type { Samples } from './samples.ts';

export interface RestoreParts {
  readonly hosts: HostTable;
  readonly samples: Samples;
  readonly journal: Journal;
  readonly moved: MovedHosts;
}

/** A host as it was known before a restart; what there is no room for is made when it is heard. */
export function restoreHost({ hosts, samples, journal, moved }: RestoreParts, said: RestoredHost): void {
  const number = hosts.open(said.cluster, said.name, said.address, said.agent);
  if (typeof number === 'string') return;
  hosts.restorePulse(number, said);
  for (const [name, value] of said.facts) hosts.setFact(number, name, value);
  const sinceMs = moved.sinceMs(said.cluster, said.name);
  const host = hosts.hosts[number] as HostState;
  for (const { description, last } of said.records) {
    if (host.records.has(description.metric)) continue;
    const opened = samples.open(host, description, Infinity);
    if (!('record' in opened)) continue;
    const stored = journal.known(recordKey(description));
    samples.restore(opened.record, last, isItsOwn(stored, sinceMs) ? stored : 'none');
  }
}

/** Before then the name was another's, whose newest point the journal may know. */
function isItsOwn(stored: SettledPoint | 'none' | undefined, sinceMs: number): boolean {
  return typeof stored !== 'object' || stored.timeS * 1000 >= sinceMs;
}
