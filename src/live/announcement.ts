import type { RecordDescription } from '../model/record.ts';

/**
 * What an ingest worker tells the readers of its live columns, in order, in batches. A reader that has
 * applied every announcement knows what each row means.
 */
export type Announcement =
  | { readonly kind: 'series-segment'; readonly index: number; readonly buffer: SharedArrayBuffer }
  | { readonly kind: 'host-segment'; readonly index: number; readonly buffer: SharedArrayBuffer }
  | {
      readonly kind: 'host';
      readonly hostRow: number;
      readonly generation: number;
      readonly cluster: string;
      readonly name: string;
      /** Source address of the packet that made it known, or last changed it. */
      readonly address: string;
      /** The agent as far as known: `gmond`, `collectd`, `gmetric`. */
      readonly agent: string;
      /** Several machines send as this host: which, and since when, in words. */
      readonly conflict?: string;
    }
  | { readonly kind: 'fact'; readonly hostRow: number; readonly name: string; readonly value: string }
  | {
      readonly kind: 'record';
      readonly record: number;
      readonly hostRow: number;
      /** First of `sources.length` consecutive series rows. */
      readonly row: number;
      readonly generation: number;
      readonly description: RecordDescription;
    }
  /** A record has left: its own dmax has passed, or the host's for want of one. Its history stays. */
  | {
      readonly kind: 'record-gone';
      readonly record: number;
      readonly hostRow: number;
      readonly cluster: string;
      readonly host: string;
      readonly metric: string;
      /** When it was last heard, epoch ms. */
      readonly lastSeenMs: number;
    }
  | { readonly kind: 'fact-gone'; readonly hostRow: number; readonly name: string }
  /** A host has left with all its records: it was retired. Its history stays. */
  | {
      readonly kind: 'host-gone';
      readonly hostRow: number;
      readonly cluster: string;
      readonly name: string;
      readonly lastSeenMs: number;
      /** Why it was retired: `expired`, `deregistered: scale-in`. */
      readonly reason: string;
    }
  /** A group left by reload: its hosts and records are gone from memory, their history stays. */
  | { readonly kind: 'cluster-gone'; readonly cluster: string };

export interface AnnouncementBatch {
  readonly worker: number;
  readonly announcements: readonly Announcement[];
}
