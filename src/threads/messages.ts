import type { AlertsConfig } from '../contract/alerts.ts';
import type { GroupConfig, MusterConfig } from '../contract/config.ts';
import type { AgentNotification } from '../model/event.ts';
import type { AnnouncementBatch } from '../live/announcement.ts';
import type { BindOutcome } from '../ingest/listeners.ts';
import type { DataSource } from '../model/record.ts';
import type { ExpiredHost } from '../model/expired-host.ts';
import type { ServicePerformance } from '../model/performance.ts';
import type { Flushed } from '../ingest/planner.ts';
import type { HistoryAnswer, HistoryRequest } from '../query/history.ts';
import type { GcPauses } from '../contract/stats.ts';
import type { IngestStats } from '../ingest/stats.ts';
import type { Intake } from '../model/intake.ts';
import type {
  CheckNowOutcome,
  CheckResult,
  PluginOutcome,
  PluginRun,
  ResultRefusal,
} from '../model/check-result.ts';
import type { JudgeAnswers, JudgeQuestion } from '../judge/answers/questions.ts';
import type { HandlerOutcome, HandlerRun } from '../model/handler-run.ts';
import type { ReceiverTested } from '../model/receiver-test.ts';
import type { DecidedOutcome, DecidedQuestion } from '../model/decided.ts';
import type { JudgeReport } from '../judge/report.ts';
import type { RunnerFigures } from '../contract/stats.ts';
import type { Mark } from '../model/event.ts';
import type { MessagePort } from 'node:worker_threads';
import type { Picture } from '../query/graph/script.ts';
import type { Place } from '../ingest/group-changes.ts';
import type { PackedResults } from '../model/packed-results.ts';
import type { ProgramEnd, ProgramRun } from '../notify/program.ts';
import type { RestoredHost } from '../model/restored.ts';
import type { HistoryMove, ListedGroup, RosterNews } from '../model/instance.ts';
import type { MovedHost } from '../model/moved-hosts.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { Role } from '../demo/fleet.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { SetAside } from '../model/set-aside.ts';
import type { SourceQuery, SourcesFound } from '../model/source-query.ts';
import type { SeriesRequest, StoredRows } from '../store/store.ts';
import type { Tail, TailKey } from '../model/tail.ts';
import type { WriteOutcome, WriteRequest } from '../model/write.ts';

/** What travels between the threads. Every request carries a number; its answer carries the same. */

export interface LogMessage {
  readonly kind: 'log';
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A damaged file was moved out of the way. */
export type SetAsideMessage = SetAside & { readonly kind: 'set-aside' };

export interface IngestSetup {
  readonly worker: number;
  /** Null: the store forgets everything with the process, and so do we. */
  readonly journal: { readonly directory: string; readonly maxBytes: number; readonly syncMs: number } | null;
  readonly store: MusterConfig['store'];
  readonly cache: MusterConfig['cache'];
  readonly rrdDirs: ReadonlyMap<string, string>;
  readonly dataDir: string;
  readonly types: ReadonlyMap<string, readonly DataSource[]>;
  /** Series the process may hold, and how many all workers have made. */
  readonly series: { readonly max: number; readonly used: SharedArrayBuffer };
  /** Announcements go to the judge directly, so that a stall of the main thread delays no check. */
  readonly judge: MessagePort;
  readonly query: MessagePort;
}

/** Why a host could not leave, in words; or when it left, epoch ms: nothing of it is there any more. */
export type Departed =
  | { readonly ok: false; readonly fault: string }
  | { readonly ok: true; readonly leftMs: number };

export type ToIngest =
  /** `moved`: where histories went whose points the journal may have under their old names. */
  | {
      readonly kind: 'restore';
      readonly hosts: readonly RestoredHost[];
      readonly moved: readonly MovedHost[];
    }
  /**
   * Getting ready to have exactly these groups: new sockets are bound, nothing is taken away yet. Ports in
   * `freed` are held by sockets that close at the commit; whoever wants them is bound after that.
   */
  | {
      readonly kind: 'prepare';
      readonly request: number;
      readonly groups: readonly GroupConfig[];
      readonly freed: readonly Place[];
    }
  /** Everybody is ready: sockets and groups that are no longer wanted go, rules change. */
  | { readonly kind: 'commit'; readonly request: number }
  /** The freed ports are free. */
  | { readonly kind: 'finish'; readonly request: number }
  /** Somebody was not ready: what was prepared is undone. */
  | { readonly kind: 'abandon'; readonly request: number }
  /** Send nothing to the store, or go on; answered when nothing is under way, or after `withinMs`. */
  | { readonly kind: 'hold'; readonly request: number; readonly withinMs: number }
  | { readonly kind: 'release' }
  /** Write what these records have waiting. */
  | {
      readonly kind: 'flush';
      readonly request: number;
      readonly records: Uint32Array;
      readonly withinMs: number;
    }
  /** A body of InfluxDB's line protocol to be read. */
  | { readonly kind: 'write'; readonly request: number; readonly body: WriteRequest }
  /** Who sends to its groups? */
  | { readonly kind: 'senders'; readonly request: number; readonly query: SourceQuery }
  /** What changed of instances; all of them at first, before any group is there. */
  | { readonly kind: 'roster'; readonly news: readonly RosterNews[] }
  /**
   * Writes what waits of a host and forgets it: it is announced as gone, and `departed` answers. What comes by
   * its name from then on is kept from the store until `resume`.
   */
  | { readonly kind: 'depart'; readonly request: number; readonly cluster: string; readonly host: string }
  /** What the store has of a host is to have another name; `renamed` answers. */
  | { readonly kind: 'rename'; readonly request: number; readonly move: HistoryMove }
  | { readonly kind: 'resume'; readonly cluster: string; readonly host: string }
  | { readonly kind: 'stop'; readonly request: number };

export type FromIngest =
  | LogMessage
  | SetAsideMessage
  | { readonly kind: 'announced'; readonly batch: AnnouncementBatch; readonly restored: boolean }
  | { readonly kind: 'notifications'; readonly notifications: readonly AgentNotification[] }
  | { readonly kind: 'stats'; readonly stats: IngestStats; readonly gcPauses: GcPauses }
  | { readonly kind: 'bound'; readonly request: number; readonly outcomes: readonly BindOutcome[] }
  | { readonly kind: 'held'; readonly request: number; readonly fault: string | undefined }
  | { readonly kind: 'flushed'; readonly request: number; readonly flushed: Flushed }
  | { readonly kind: 'senders'; readonly request: number; readonly found: SourcesFound }
  | { readonly kind: 'written'; readonly request: number; readonly outcome: WriteOutcome }
  | { readonly kind: 'departed'; readonly request: number; readonly departed: Departed }
  /** Why it keeps its name, in words. */
  | { readonly kind: 'renamed'; readonly request: number; readonly fault: string | undefined }
  | { readonly kind: 'stopped'; readonly request: number; readonly stats: IngestStats };

/** Ingest worker to judge, directly: a stall of the main thread delays no check. */
export type IngestNews =
  | { readonly kind: 'announced'; readonly batch: AnnouncementBatch }
  | { readonly kind: 'intake'; readonly intake: Intake };

/** Judge to ingest worker: hosts it may forget, and what plugins measured of its hosts. */
export type JudgeToIngest =
  | { readonly kind: 'expired'; readonly hosts: readonly ExpiredHost[] }
  | { readonly kind: 'performance'; readonly performances: readonly ServicePerformance[] };

export interface JudgeSetup {
  /** To the query worker, for the history that checks look at. */
  readonly past: MessagePort;
  /** To the runner, which has plugins and the doors of passive results. */
  readonly runner: MessagePort;
  readonly dataDir: string;
  readonly publicUrl: string;
  readonly startedMs: number;
  readonly ingest: readonly MessagePort[];
  /** What the links in pages are signed with. */
  readonly linkSecret: Uint8Array;
  readonly rules: JudgeRules;
}

export interface JudgeRules {
  readonly checks: CheckRules;
  readonly alerts: AlertsConfig;
  readonly groups: readonly GroupConfig[];
  /** How often hosts that register are told to send. */
  readonly boot: Pick<MusterConfig['boot'], 'intervalMs'>;
}

export type ToJudge =
  /** What changed of instances; all of them at first. */
  | { readonly kind: 'roster'; readonly news: readonly RosterNews[] }
  /** How the groups' lists of instances stand: every group that has one. */
  | { readonly kind: 'lists'; readonly groups: readonly ListedGroup[] }
  /** Histories older than that, epoch ms, are over. */
  | { readonly kind: 'forget'; readonly beforeMs: number }
  | { readonly kind: 'rules'; readonly request: number; readonly rules: JudgeRules }
  | { readonly kind: 'ask'; readonly request: number; readonly question: JudgeQuestion }
  /** A page to a receiver, or to whoever a rota or an escalation comes to now; `tested` answers. */
  | { readonly kind: 'test-receiver'; readonly request: number; readonly name: string }
  | { readonly kind: 'stop'; readonly request: number };

export type FromJudge =
  | LogMessage
  | SetAsideMessage
  | { readonly kind: 'started' }
  /** judge.db cannot be used: the server does not start. */
  | { readonly kind: 'refused'; readonly message: string; readonly cure: string }
  /** The new rules are not taken, in words. */
  | { readonly kind: 'ruled'; readonly request: number; readonly faults: readonly string[] }
  /** `turnMs`: how long the turn took; a report between turns, of results that came in, is of none. */
  | { readonly kind: 'report'; readonly report: JudgeReport; readonly turnMs?: number }
  | {
      readonly kind: 'answered';
      readonly request: number;
      readonly answer: JudgeAnswers[JudgeQuestion['kind']];
    }
  | { readonly kind: 'tested'; readonly request: number; readonly tested: ReceiverTested }
  /** Why the heartbeat does not get through, in words; null: it does. */
  | { readonly kind: 'heartbeat'; readonly fault: string | null }
  /** Datagrams the kernel has dropped since the start, by group; told when they have changed. */
  | { readonly kind: 'kernel-drops'; readonly drops: ReadonlyMap<string, number> }
  | { readonly kind: 'done'; readonly request: number };

/** The runner: processes of plugins, and the doors by which results of checks come in but for HTTP. */
export interface RunnerSetup {
  readonly judge: MessagePort;
  readonly plugins: MusterConfig['plugins'];
}

/** What the configuration says of its work. */
export type RunnerWishes = Pick<MusterConfig, 'passive' | 'plugins'>;

export type ToRunner =
  | { readonly kind: 'use'; readonly request: number; readonly wishes: RunnerWishes }
  | { readonly kind: 'stop'; readonly request: number };

export type FromRunner =
  | LogMessage
  | { readonly kind: 'started' }
  /** What cannot be listened on, in words; none: all of it is open. */
  | { readonly kind: 'opened'; readonly request: number; readonly faults: readonly string[] }
  /** Once a second. */
  | { readonly kind: 'figures'; readonly figures: RunnerFigures }
  | { readonly kind: 'done'; readonly request: number };

/** Judge to runner and back, directly: a stall of the main thread delays no check. */
export type JudgeToRunner =
  | { readonly kind: 'run'; readonly runs: readonly PluginRun[] }
  /** Commands of event handlers. */
  | { readonly kind: 'handle'; readonly runs: readonly HandlerRun[] }
  | { readonly kind: 'taken'; readonly request: number; readonly refusals: readonly (ResultRefusal | null)[] }
  | { readonly kind: 'checked'; readonly request: number; readonly outcome: CheckNowOutcome }
  | { readonly kind: 'decided'; readonly request: number; readonly outcome: DecidedOutcome }
  /** A receiver's program: `program-ended` answers. */
  | { readonly kind: 'program'; readonly request: number; readonly program: ProgramRun }
  | { readonly kind: 'end-program'; readonly request: number };
export type RunnerToJudge =
  | { readonly kind: 'ran'; readonly outcomes: readonly PluginOutcome[] }
  | { readonly kind: 'handled'; readonly outcome: HandlerOutcome }
  | { readonly kind: 'results'; readonly request: number; readonly results: PackedResults }
  | { readonly kind: 'program-ended'; readonly request: number; readonly end: ProgramEnd }
  | { readonly kind: 'decide'; readonly request: number; readonly question: DecidedQuestion }
  /** An empty cluster: wherever a host of that name or address is. */
  | { readonly kind: 'check-now'; readonly request: number; readonly service: ServiceKey };

/** Judge to query worker and back: what checks look at of the past, when there is time for it, and graphs. */
export type JudgeToQuery = PastQuestion | GraphQuestion;
export type QueryToJudge = PastReply | GraphAnswer;

export interface PastQuestion {
  readonly kind: 'past';
  readonly request: number;
  readonly read: HistoryRequest;
}
/** One series' past as a picture. */
export interface GraphQuestion {
  readonly kind: 'graph';
  readonly request: number;
  readonly read: HistoryRequest;
  readonly picture: Omit<Picture, 'times' | 'values'>;
}
export type GraphAnswer =
  | { readonly kind: 'graph'; readonly request: number; readonly png: Uint8Array }
  | { readonly kind: 'no-graph'; readonly request: number; readonly fault: string };
export type PastReply =
  | {
      readonly kind: 'past';
      readonly request: number;
      /** Ends of the rows, epoch seconds; one column a series. */
      readonly times: readonly number[];
      readonly columns: readonly Float64Array[];
    }
  | { readonly kind: 'no-past'; readonly request: number; readonly fault: string };

export interface QuerySetup {
  readonly judge: MessagePort;
  readonly store: MusterConfig['store'];
  readonly rrdDirs: ReadonlyMap<string, string>;
  readonly dataDir: string;
  readonly ingest: readonly MessagePort[];
}

export type ToQuery =
  | { readonly kind: 'read'; readonly request: number; readonly read: HistoryRequest }
  | { readonly kind: 'abort'; readonly request: number }
  | { readonly kind: 'stop'; readonly request: number };

export type FromQuery =
  | LogMessage
  | { readonly kind: 'rows'; readonly request: number; readonly answer: HistoryAnswer }
  | {
      readonly kind: 'failed';
      readonly request: number;
      readonly message: string;
      readonly tooLarge: boolean;
    }
  | { readonly kind: 'done'; readonly request: number };

/**
 * Query worker to ingest worker and back. `stored` serves a store that lives in the ingest worker's memory.
 */
export type IngestQuestion =
  | { readonly kind: 'tails'; readonly request: number; readonly records: readonly TailKey[] }
  | { readonly kind: 'stored'; readonly request: number; readonly read: SeriesRequest };
export type IngestReply =
  | { readonly kind: 'tails'; readonly request: number; readonly tails: readonly Tail[] }
  | { readonly kind: 'stored'; readonly request: number; readonly rows: readonly StoredRows[] };

/** What the demo's thread is given: where its fleet's datagrams go, and what there is of its history. */
export interface DemoSetup {
  readonly dataDir: string;
  /** The second of its first start in that directory. */
  readonly startS: number;
  readonly store: MusterConfig['store'];
  readonly types: ReadonlyMap<string, readonly DataSource[]>;
  readonly groups: readonly {
    readonly role: Role;
    readonly cluster: string;
    readonly address: string;
    readonly port: number;
  }[];
  /** Epoch ms by `cluster NUL host`: when an earlier run heard it last. */
  readonly lastSeenMs: ReadonlyMap<string, number>;
  /** Up to how long before that an earlier run's points may be missing, if it was killed. */
  readonly unwrittenMs: number;
}

export type ToDemo = { readonly kind: 'stop' };

export type FromDemo =
  | LogMessage
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'results'; readonly results: readonly CheckResult[] }
  /** Every instance has its past and sends. */
  | { readonly kind: 'running' };
