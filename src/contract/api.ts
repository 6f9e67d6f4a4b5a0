import Type from 'typebox';
import type { Static } from 'typebox';
import { InstanceView } from './instances.ts';

/** The JSON API and the websocket, as users and the page see them. One schema serves validation and types. */

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const ErrorBody = Type.Object({ code: Type.String(), message: Type.String(), cure: Type.String() });
export type ErrorBody = Static<typeof ErrorBody>;

export const ClusterView = Type.Object({
  name: Type.String(),
  /** The group's UDP port; null for a cluster whose group is no longer configured. */
  port: Nullable(Type.Integer()),
  hosts_up: Type.Integer(),
  hosts_down: Type.Integer(),
  /** All that are there, those not judged yet included. */
  hosts: Type.Integer(),
  /** Registered and not heard yet; and those that left and are remembered. Neither is among the others. */
  hosts_awaited: Type.Integer(),
  hosts_retired: Type.Integer(),
  metrics: Type.Integer(),
  values_per_second: Type.Number(),
  worst_state: Type.String(),
  /** What is wrong, in words; `all well` otherwise. */
  summary: Type.String(),
});
export type ClusterView = Static<typeof ClusterView>;

export const HostView = Type.Object({
  cluster: Type.String(),
  name: Type.String(),
  address: Type.String(),
  /** UP or DOWN; PENDING until first judged after a start. */
  state: Type.String(),
  last_seen_ms: Type.Number(),
  /** How long it may be silent before it is DOWN. */
  silence_limit_ms: Type.Number(),
  /** The agent's clock minus ours, null where its protocol carries no time. */
  clock_skew_ms: Nullable(Type.Number()),
  agent: Type.String(),
  /** Several machines send under this name: which, and since when, in words. */
  conflict: Nullable(Type.String()),
  facts: Type.Record(Type.String(), Type.String()),
  metrics: Type.Integer(),
  registered: Type.Boolean(),
  /** What it registered as, or what a list has of it; null: neither. */
  instance: Nullable(InstanceView),
  retired_reason: Nullable(Type.String()),
  /** Worst state of its services, itself included. */
  worst_state: Type.String(),
});
export type HostView = Static<typeof HostView>;

export const MetricView = Type.Object({
  metric: Type.String(),
  value: Nullable(Type.Number()),
  units: Type.String(),
  kind: Type.String(),
  time_ms: Type.Number(),
  age_ms: Type.Number(),
  /** Older than this a value is stale: max(4 × tmax, 3 × interval, 2 × the host's usual gap + interval). */
  stale_after_ms: Type.Number(),
  group: Type.String(),
  title: Type.String(),
});
export type MetricView = Static<typeof MetricView>;

export const SeriesView = Type.Object({
  cluster: Type.String(),
  host: Type.String(),
  metric: Type.String(),
  units: Type.String(),
  values: Type.Array(Nullable(Type.Number())),
  /** With `band`: the lowest and highest there was behind each value; null where that is not known. */
  lows: Type.Optional(Type.Array(Nullable(Type.Number()))),
  highs: Type.Optional(Type.Array(Nullable(Type.Number()))),
});
export type SeriesView = Static<typeof SeriesView>;
export const SeriesAnswer = Type.Object({
  times: Type.Array(Type.Number()),
  series: Type.Array(SeriesView),
  /** Series left out because the selector matched more than an answer may hold. */
  left_out: Type.Integer(),
});
export type SeriesAnswer = Static<typeof SeriesAnswer>;

export const AGGREGATES = ['avg', 'sum', 'min', 'max', 'count', 'p95'] as const;
export type AggregateName = (typeof AGGREGATES)[number];
/** With an aggregate: one column for each cluster, host or metric instead of one for all. */
export const AGGREGATE_BY = ['cluster', 'host', 'metric'] as const;
export type AggregateBy = (typeof AGGREGATE_BY)[number];

export const ServiceView = Type.Object({
  cluster: Type.String(),
  host: Type.String(),
  service: Type.String(),
  /** What it judges: `host metric combined aggregate command passive`. */
  kind: Type.String(),
  /** `PENDING` before its first result. */
  state: Type.String(),
  state_type: Type.Union([Type.Literal('SOFT'), Type.Literal('HARD')]),
  attempt: Type.Integer(),
  max_check_attempts: Type.Integer(),
  output: Type.String(),
  since_ms: Type.Number(),
  last_check_ms: Type.Number(),
  /** When its command runs next; null where nothing is run, or not for now: the output says why. */
  next_check_ms: Nullable(Type.Number()),
  flapping: Type.Boolean(),
  /** How much it changed of late, as flap detection weighs it. */
  percent_state_change: Type.Number(),
  acknowledged: Type.Boolean(),
  in_downtime: Type.Boolean(),
  silenced: Type.Boolean(),
  /** The series judged, for a graph beside; empty for `host`. */
  metric: Type.String(),
  /**
   * `rate_of_change missing forecast compare`: what of the series the ranges hold for; empty: its own values.
   */
  function: Type.String(),
  warning: Type.String(),
  critical: Type.String(),
  notes: Type.String(),
  runbook: Type.String(),
});
export type ServiceView = Static<typeof ServiceView>;

/** One item of a plugin's performance data, and the series it is kept as. */
export const PerformanceView = Type.Object({
  label: Type.String(),
  /** Null: undetermined (`U`). */
  value: Nullable(Type.Number()),
  uom: Type.String(),
  warning: Type.String(),
  critical: Type.String(),
  min: Nullable(Type.Number()),
  max: Nullable(Type.Number()),
  metric: Type.String(),
});
export type PerformanceView = Static<typeof PerformanceView>;

/** `GET /api/v1/service?cluster=&host=&service=`: all there is to know of one. */
export const ServiceDetail = Type.Object({
  service: ServiceView,
  /** The lines of a plugin's text after the first. */
  long_output: Type.String(),
  performance: Type.Array(PerformanceView),
  /** Metrics it judges, for graphs beside: of one host, or of the hosts of an aggregate. */
  metrics: Type.Array(Type.String()),
  /**
   * The hosts of an aggregate, as regular expressions over whole names; null: it is none, or they are too
   * many to be named one by one.
   */
  members: Nullable(Type.Object({ cluster: Type.String(), host: Type.String() })),
  /** How its last result came about; zeroes where nothing was run. */
  execution_ms: Type.Number(),
  latency_ms: Type.Number(),
  /** `judge`, `plugin`, or the door by which a passive result came, and who brought it. */
  via: Type.String(),
  from: Type.String(),
  /** What can be asked for by `POST …/check`. */
  can_check_now: Type.Boolean(),
  accepts_results: Type.Boolean(),
  depends_on: Type.Array(Type.Object({ host: Type.String(), service: Type.String(), fails: Type.Boolean() })),
  parents: Type.Array(Type.String()),
  definition: Type.Object({
    name: Type.String(),
    /** `file:line:column`. */
    where: Type.String(),
    semantics: Type.String(),
    /** The settings that hold for it, in the words of checks/*.yaml. */
    settings: Type.Record(Type.String(), Type.String()),
  }),
});
export type ServiceDetail = Static<typeof ServiceDetail>;

/** `GET /api/v1/checks`: the engine's own figures. */
export const ChecksView = Type.Object({
  evaluations: Type.Number(),
  evaluations_per_second: Type.Number(),
  /** Of the newest turn: how long it took, and how long the oldest sample judged had waited. */
  turn_ms: Type.Number(),
  lag_ms: Type.Number(),
  services_by_kind: Type.Record(Type.String(), Type.Integer()),
  definitions: Type.Array(
    Type.Object({
      name: Type.String(),
      where: Type.String(),
      kind: Type.String(),
      services: Type.Integer(),
      problems: Type.Integer(),
      /** Why it does not do all it says, in words; empty where it does. */
      note: Type.String(),
    }),
  ),
  plugins: Type.Object({
    running: Type.Integer(),
    waiting: Type.Integer(),
    /** By how they ended. */
    runs: Type.Record(Type.String(), Type.Number()),
    /** The longest first. */
    slowest: Type.Array(
      Type.Object({
        cluster: Type.String(),
        host: Type.String(),
        service: Type.String(),
        execution_ms: Type.Number(),
        latency_ms: Type.Number(),
        end: Type.String(),
      }),
    ),
  }),
  /** Passive results by door. */
  doors: Type.Array(
    Type.Object({
      door: Type.String(),
      accepted: Type.Number(),
      refused: Type.Array(
        Type.Object({
          reason: Type.String(),
          /** Who brought the last of them. */
          from: Type.String(),
          /** Which result that was: host and service. */
          about: Type.String(),
          count: Type.Number(),
          last_ms: Type.Number(),
          cure: Type.String(),
        }),
      ),
    }),
  ),
});
export type ChecksView = Static<typeof ChecksView>;

/** What a reload does to one definition and its services. */
export const DefinitionChange = Type.Object({
  definition: Type.String(),
  /** Settings that are other now, `critical 8 → 9`: a few, and how many more. */
  changed: Type.Array(Type.String()),
  added: Type.Integer(),
  removed: Type.Integer(),
  kept: Type.Integer(),
  /** Whose services come and go: the first few hosts, with the service where it is called otherwise. */
  added_names: Type.Array(Type.String()),
  removed_names: Type.Array(Type.String()),
});
export type DefinitionChange = Static<typeof DefinitionChange>;

/** `POST /api/v1/reload`; with `preview` nothing is changed: it says what would be. */
export const ReloadBody = Type.Object(
  { preview: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
export type ReloadBody = Static<typeof ReloadBody>;
export const ReloadAnswer = Type.Object({
  /** What is, or would be, different now, in words. */
  changes: Type.Array(Type.String()),
  /** Definitions that are other now, and those whose services come or go. */
  definitions: Type.Array(DefinitionChange),
});
export type ReloadAnswer = Static<typeof ReloadAnswer>;

/** States as a result names them: by word, or as the exit status of a plugin. */
export const RESULT_STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
export const HOST_RESULT_STATES = ['UP', 'DOWN', 'UNREACHABLE'] as const;

/** `POST /api/v1/services/{cluster}/{host}/{service}/result`. */
export const ResultBody = Type.Object(
  {
    /**
     * OK WARNING CRITICAL UNKNOWN, or 0 … 3, also as a shell quotes it; of the service `host` UP DOWN
     * UNREACHABLE, or 0 … 2.
     */
    state: Type.Enum([...RESULT_STATES, ...HOST_RESULT_STATES, 0, 1, 2, 3, '0', '1', '2', '3']),
    /** As a plugin writes it: a line, more lines, and performance data after `|`. */
    output: Type.String({ maxLength: 65_536 }),
    /** Epoch seconds; now without it. */
    time: Type.Optional(Type.Number({ minimum: 0, maximum: 1e11 })),
  },
  { additionalProperties: false },
);
export type ResultBody = Static<typeof ResultBody>;

/** `POST /api/v1/commands`: Nagios' external commands, `[time] NAME;argument;…`. As text: a line each. */
export const CommandsBody = Type.Object(
  { commands: Type.Array(Type.String({ maxLength: 100_000 }), { maxItems: 10_000 }) },
  { additionalProperties: false },
);
export type CommandsBody = Static<typeof CommandsBody>;
export const CommandsAnswer = Type.Object({
  taken: Type.Integer(),
  refused: Type.Integer(),
  outcomes: Type.Array(
    Type.Object({
      /** From 1. */
      line: Type.Integer(),
      ok: Type.Boolean(),
      /** The service, or what else could be read. */
      about: Type.String(),
      /** Why it was refused, as docs/PROTOCOLS.md lists it, and what mends that; empty where it was not. */
      reason: Type.String(),
      cure: Type.String(),
    }),
  ),
});
export type CommandsAnswer = Static<typeof CommandsAnswer>;

/** `GET /api/v1/status`: what the page's frame shows. */
export const StatusView = Type.Object({
  version: Type.String(),
  grid: Type.String(),
  /** Instances of a simulated fleet are among the hosts. */
  demo: Type.Boolean(),
  started_ms: Type.Number(),
  now_ms: Type.Number(),
  values_per_second: Type.Number(),
  values_pending: Type.Number(),
  values_lost: Type.Number(),
  kernel_drops: Type.Number(),
  points_per_write: Type.Number(),
  oldest_unwritten_ms: Type.Number(),
  series: Type.Integer(),
  hosts_up: Type.Integer(),
  hosts_down: Type.Integer(),
  services: Type.Record(Type.String(), Type.Integer()),
  notes: Type.Array(Type.String()),
});
export type StatusView = Static<typeof StatusView>;

/**
 * What happened: a change of a service's state (a host's is that of its service `host`), a posted mark, or
 * what an agent had to say.
 */
export const EventView = Type.Object({
  /** `s…` a change of state, `m…` a mark, `n…` an agent's notification. */
  id: Type.String(),
  time_ms: Type.Number(),
  kind: Type.Union([
    Type.Literal('state'),
    Type.Literal('notification'),
    Type.Literal('deploy'),
    Type.Literal('note'),
  ]),
  /** Empty: the whole grid. */
  cluster: Type.String(),
  /** Empty: the whole cluster. */
  host: Type.String(),
  /** What happened, in words: of a change of state the check's output. */
  text: Type.String(),
  tags: Type.Array(Type.String()),
  /** Who posted it; empty for what is no mark. */
  by: Type.String(),
  /**
   * The next four are null for a mark, the last two for a notification, whose service is
   * `plugin[-instance]/type[-instance]` as far as the agent says.
   */
  service: Nullable(Type.String()),
  state: Nullable(Type.String()),
  state_type: Nullable(Type.Union([Type.Literal('SOFT'), Type.Literal('HARD')])),
  attempt: Nullable(Type.Integer()),
});
export type EventView = Static<typeof EventView>;

/** `POST /api/v1/events`. */
export const EventBody = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 1000 }),
    kind: Type.Optional(Type.Enum(['deploy', 'note'])),
    cluster: Type.Optional(Type.String({ maxLength: 1000 })),
    host: Type.Optional(Type.String({ maxLength: 1000 })),
    tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 20 })),
    /** Epoch seconds; now without it. */
    time: Type.Optional(Type.Number({ minimum: 0, maximum: 1e11 })),
  },
  { additionalProperties: false },
);
export type EventBody = Static<typeof EventBody>;

/** `GET /api/v1/search?q=`: a few of each with all the words, or that match the expression; the worst first. */
export const SearchAnswer = Type.Object({
  clusters: Type.Array(Type.Object({ cluster: Type.String(), state: Type.String(), hosts: Type.Integer() })),
  hosts: Type.Array(
    Type.Object({
      cluster: Type.String(),
      host: Type.String(),
      state: Type.String(),
      /** The fact by which it was found, `role: db`; empty: its names or its address say enough. */
      why: Type.String(),
    }),
  ),
  services: Type.Array(
    Type.Object({
      cluster: Type.String(),
      host: Type.String(),
      service: Type.String(),
      state: Type.String(),
    }),
  ),
  /** `hosts`: how many of the cluster's have it; `host`: one of them. */
  metrics: Type.Array(
    Type.Object({
      cluster: Type.String(),
      metric: Type.String(),
      hosts: Type.Integer(),
      host: Type.String(),
      units: Type.String(),
    }),
  ),
  /** Found, but more than an answer holds. */
  left_out: Type.Integer(),
});
export type SearchAnswer = Static<typeof SearchAnswer>;

/** One sender of a group: what it sends, what was refused, and what to change. */
export const SourceView = Type.Object({
  group: Type.String(),
  /** The address its datagrams come from, or that of its connection. */
  address: Type.String(),
  protocols: Type.Array(Type.String()),
  /** Names of hosts it writes: the first few, and how many there are. */
  hosts: Type.Array(Type.String()),
  hosts_total: Type.Integer(),
  first_seen_ms: Type.Number(),
  last_seen_ms: Type.Number(),
  packets: Type.Number(),
  /** Values taken. */
  values: Type.Number(),
  values_per_second: Type.Number(),
  /** Series it brought into being. */
  series: Type.Integer(),
  /** Its clock minus ours at its last packet, null where its protocols carry no time. */
  clock_skew_ms: Nullable(Type.Number()),
  /** The most frequent first. `cure`: what mends it, in words. */
  refused: Type.Array(
    Type.Object({
      /** `packet`: a datagram or the rest of one; `value`: values that were read. */
      what: Type.Enum(['packet', 'value']),
      reason: Type.String(),
      count: Type.Number(),
      last_ms: Type.Number(),
      cure: Type.String(),
    }),
  ),
});
export type SourceView = Static<typeof SourceView>;
export const SourcesAnswer = Type.Object({
  sources: Type.Array(SourceView),
  /** Senders that matched and are not in the answer. */
  left_out: Type.Integer(),
});
export type SourcesAnswer = Static<typeof SourcesAnswer>;

/** `GET /api/v1/losses?cluster=&from=&to=`: when datagrams of a group were lost before they were read. */
export const LossView = Type.Object({
  cluster: Type.String(),
  from_ms: Type.Number(),
  to_ms: Type.Number(),
  packets: Type.Number(),
  /** `kernel`: a receive buffer was full; `ring-full`: the worker did not keep up. */
  reasons: Type.Array(Type.String()),
});
export type LossView = Static<typeof LossView>;
