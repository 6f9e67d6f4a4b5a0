import type { Books } from './books.ts';
import type { Intake } from '../model/intake.ts';
import type { JournalFigures } from './journal/port.ts';

/** One worker's figures as plain data, for a message to the main thread. Label order as in Books. */
export interface IngestStats {
  readonly groups: readonly {
    readonly name: string;
    readonly packets: Readonly<Record<string, number>>;
    readonly values: Readonly<Record<string, number>>;
    readonly notifications: number;
    /** Samples of statsd by type. */
    readonly statsd: Readonly<Record<string, number>>;
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
  /** Hosts and records that left because they were silent for too long. */
  readonly hostsExpired: number;
  readonly recordsExpired: number;
  readonly writes: number;
  readonly pointsWritten: number;
  readonly storeFault: string;
  readonly oldestWaitS: number;
  readonly records: number;
  /** Of each group, how many are remembered. */
  readonly senders: ReadonlyMap<string, number>;
  readonly seriesRows: number;
  /** `replaying`: what earlier runs left has not been read whole. */
  readonly journal: JournalFigures & { readonly replaying: boolean };
}

/** What each group's sockets brought, and what there was no room for. */
export function intakeOf(books: Books): Intake['groups'] {
  return [...books.groups].map(([name, { packets }]) => ({
    name,
    packets: Object.values(packets).reduce((sum, n) => sum + n, 0),
    // Whoever had most of the ring lost by its being full, too.
    ringFull:
      books.packetsRejected.get(name, 'unknown', 'ring-full') +
      books.packetsRejected.get(name, 'unknown', 'source-share'),
  }));
}

/** A consistent copy: the caller runs on the worker's own thread, between datagrams. */
export function statsOf(
  books: Books,
  now: Pick<IngestStats, 'pending' | 'oldestWaitS' | 'records' | 'senders' | 'seriesRows' | 'journal'>,
): IngestStats {
  return {
    groups: [...books.groups].map(([name, { packets, values, notifications, statsd }]) => ({
      name,
      packets: { ...packets },
      values: { ...values },
      notifications,
      statsd: { ...statsd },
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
    hostsExpired: books.hostsExpired,
    recordsExpired: books.recordsExpired,
    writes: books.writes,
    pointsWritten: books.pointsWritten,
    storeFault: books.storeFault,
    ...now,
  };
}
