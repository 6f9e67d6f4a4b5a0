/**
 * The server's own figures, as the ingest workers, the judge and the store last reported them. Totals grow
 * from start.
 */

export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** What a group received in one wire format; `unknown` for datagrams none of them recognised. */
export interface ProtocolStats {
  readonly protocol: string;
  readonly packets: number;
  readonly values: number;
  readonly packetsRejected: readonly ReasonCount[];
  /** collectd's, taken as events. */
  readonly notifications?: number;
  /** statsd's, by type: what its values are made of. */
  readonly samples?: readonly { readonly type: string; readonly count: number }[];
}

export interface GroupStats {
  readonly name: string;
  /** The first UDP port it listens on; null for a group a reload took away, whose totals still count. */
  readonly port: number | null;
  /** Datagrams the kernel dropped because a receive buffer was full. */
  readonly kernelDrops: number;
  /** Senders that are remembered. */
  readonly sources: number;
  readonly protocols: readonly ProtocolStats[];
  readonly valuesRejected: readonly ReasonCount[];
}

/** The write-behind's books, in values: received = stored + pending + coalesced + rejected + lost. */
export interface WriteStats {
  readonly store: string;
  readonly valuesStored: number;
  readonly valuesCoalesced: number;
  readonly valuesLost: readonly ReasonCount[];
  /** Writes the store refused or could not do, since start. */
  readonly storeErrors: readonly ReasonCount[];
  readonly valuesPending: number;
  /** Over the latest writes; 0 before the first. */
  readonly pointsPerWrite: number;
  /** Age of the oldest point that waits, ms; 0 when none does. */
  readonly oldestUnwrittenMs: number;
  readonly journal: JournalStats;
}

/** The write-ahead journals of all ingest workers; all 0 where the store needs none. */
export interface JournalStats {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly bytesPerSecond: number;
  /** Values that only the journal has, earlier runs' included. */
  readonly backlogValues: number;
  /** What earlier runs left has not been read whole. */
  readonly replaying: boolean;
  /** Age of the oldest value that a loss of power would take, ms. */
  readonly unsyncedMs: number;
  /** Why it cannot be written; empty while it can. */
  readonly fault: string;
  /** Where damaged segments are now. */
  readonly setAside: readonly string[];
}

export interface NotificationCount {
  readonly receiver: string;
  /** pending, delivered or failed. */
  readonly outcome: string;
  readonly count: number;
}

export interface JudgeStats {
  readonly evaluations: number;
  /** How long after its sample the latest evaluation came, seconds. */
  readonly lagS: number;
  /** How long the latest turn took, seconds. */
  readonly turnS: number;
  readonly notifications: readonly NotificationCount[];
  /** Pages that wait or are on their way, by target; how long those that arrived took, from being made. */
  readonly targets: readonly TargetStats[];
  readonly handlers: readonly HandlerStats[];
}

/** How pages to one target fare. */
export interface TargetStats {
  readonly receiver: string;
  readonly pending: number;
  readonly failing: boolean;
  /** Pages that arrived since the start, and how long they took all together, seconds. */
  readonly delivered: number;
  readonly seconds: number;
}

/** Event handlers by how they ended, since the start. */
export interface HandlerStats {
  readonly handler: string;
  readonly outcome: string;
  readonly count: number;
}

/** How long the collection of garbage held up a thread, over the last minute or two, ms; 0 without any. */
export interface GcPauses {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface ProcessStats {
  readonly startedMs: number;
  readonly cpuS: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Null where the system does not tell. */
  readonly openFiles: number | null;
}

export interface ServerStats {
  readonly groups: readonly GroupStats[];
  readonly write: WriteStats;
  /** Hosts, and records of hosts that go on, that left because they were silent for too long; since start. */
  readonly expired: { readonly hosts: number; readonly records: number };
  readonly fleet: FleetFigures;
  readonly lists: readonly ListFigures[];
  readonly judge: JudgeStats;
  readonly runner: RunnerFigures;
  readonly process: ProcessStats;
  /** Of each ingest worker that has told, in their order. */
  readonly gcPauses: readonly GcPauses[];
  readonly disk: DiskStats;
  /** What an operator should know, in words: a clamped receive buffer, a store that does not answer. */
  readonly notes: readonly string[];
}

/** Instances that registered, or that a list names; registrations since start, by what became of them. */
export interface FleetFigures {
  readonly instances: readonly {
    readonly cluster: string;
    readonly standing: 'here' | 'left';
    readonly count: number;
  }[];
  /** `new`, `again`, or why it was refused. */
  readonly registrations: readonly {
    readonly cluster: string;
    readonly outcome: string;
    readonly count: number;
  }[];
}

/** A list of instances that a reconciler reads. */
export interface ListFigures {
  readonly name: string;
  /** Readings since start, by what came of them: `changed`, `unchanged`, `held`, `failed`. */
  readonly reads: readonly ReasonCount[];
  /** Instances it would retire that wait to be confirmed. */
  readonly held: number;
  /** Since it was last read well, seconds; null: it was not yet. */
  readonly ageS: number | null;
}

/** The disks, as they were last measured. */
export interface DiskStats {
  readonly free: readonly { readonly directory: 'data_dir' | 'store'; readonly bytes: number }[];
  /** Trees of hosts that are gone, removed since start. */
  readonly treesRemoved: number;
  /** Damaged files, since start. */
  readonly filesSetAside: number;
}

/** Everything `/metrics` shows: the reports, and what the main thread counts itself. */
export interface SelfFigures {
  readonly stats: ServerStats;
  readonly series: number;
  readonly hosts: readonly { readonly cluster: string; readonly state: string; readonly count: number }[];
  readonly services: readonly { readonly state: string; readonly count: number }[];
  readonly liveClients: number;
}

/** What the runner did since its start. */
export interface RunnerFigures {
  readonly running: number;
  readonly waiting: number;
  /** Plugins by how they ended. */
  readonly runs: readonly ReasonCount[];
  /** How long those that ended had waited for their turn, and how long they took; in all, ms. */
  readonly waitedMs: number;
  readonly executionMs: number;
  /** Of those that wait, the one that is overdue most, ms; 0: none is. */
  readonly longestWaitMs: number;
  /** By door. */
  readonly doors: readonly DoorFigures[];
}

/** One way by which results of checks come in. */
export interface DoorFigures {
  readonly door: string;
  readonly accepted: number;
  readonly connections: number;
  readonly refused: readonly DoorRefusal[];
}

/** Results that were not taken, by reason and by who brought them. */
export interface DoorRefusal {
  readonly reason: string;
  readonly from: string;
  /** The last of them: its host and service, as far as it could be read. */
  readonly about: string;
  readonly count: number;
  readonly lastMs: number;
}
