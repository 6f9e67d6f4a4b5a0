import type { Books } from './books.ts';
import type { JournalFigures } from './journal/port.ts';

/** One worker's figures as plain data, for a message to the main thread. Label order as in Books. */
export interface IngestStats {
  readonly groups: readonly {
    readonly name: string;
    readonly packets: Readonly<Record<string, number>>;
    readonly values: Readonly<Record<string, number>>;
  }[];
  readonly packetsRejected: readonly [string[], number][];
  readonly valuesRejected: readonly [string[], number][];
  readonly valuesLost: readonly [string[], number][];
  readonly storeErrors: readonly [string[], number][];
  readonly received: number;
  readonly stored: number;
  readonly pending: number;
  readonly coalesced: number;
  readonly rejected: number;
  readonly lost: number;
  readonly notifications: number;
  readonly writes: number;
  readonly pointsWritten: number;
  readonly storeFault: string;
  readonly oldestWaitS: number;
  readonly records: number;
  readonly seriesRows: number;
  /** `replaying`: what earlier runs left has not been read whole. */
  readonly journal: JournalFigures & { readonly replaying: boolean };
}

/** A consistent copy: the caller runs on the worker's own thread, between datagrams. */
export function statsOf(
  books: Books,
  now: Pick<IngestStats, 'pending' | 'oldestWaitS' | 'records' | 'seriesRows' | 'journal'>,
): IngestStats {
  return {
    groups: [...books.groups].map(([name, { packets, values }]) => ({
      name,
      packets: { ...packets },
      values: { ...values },
    })),
    packetsRejected: books.packetsRejected.entries(),
    valuesRejected: books.valuesRejected.entries(),
    valuesLost: books.valuesLost.entries(),
    storeErrors: books.storeErrors.entries(),
    received: books.received,
    stored: books.stored,
    coalesced: books.coalesced,
    rejected: books.rejected,
    lost: books.lost,
    notifications: books.notifications,
    writes: books.writes,
    pointsWritten: books.pointsWritten,
    storeFault: books.storeFault,
    ...now,
  };
}
