import Type from 'typebox';
import type { Static } from 'typebox';
import { FactPattern } from './facts.ts';
import { ServiceView } from './api.ts';

/** Alerting in the API: what is quiet and who said so, what was told, and why. Times are epoch ms. */

/** Null first: bodies are coerced, and a null would become the number 0. */
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([Type.Null(), schema]);
const Name = Type.String({ maxLength: 1000 });
const Pattern = Type.String({ minLength: 1, maxLength: 4000 });
/** A reason is asked for; who gave it is whoever signed in. */
const Comment = Type.String({ minLength: 1, maxLength: 2000 });
/** Who, where nobody signs in. */
const Author = Type.Optional(Type.String({ minLength: 1, maxLength: 200 }));

export const NotificationView = Type.Object({
  id: Type.Integer(),
  receiver: Type.String(),
  kind: Type.String(),
  cluster: Type.String(),
  host: Type.String(),
  service: Type.String(),
  state: Type.String(),
  output: Type.String(),
  created_ms: Type.Number(),
  /** pending, delivered, failed (given up) or superseded (taken back). */
  outcome: Type.String(),
  attempts: Type.Integer(),
  detail: Type.String(),
  /** The incident it is about and the route that brought it there; empty: of neither. */
  incident: Type.String(),
  route: Type.String(),
  title: Type.String(),
  /** Services it tells of: the first of them, and how many there are. */
  services: Type.Array(
    Type.Object({
      cluster: Type.String(),
      host: Type.String(),
      service: Type.String(),
      state: Type.String(),
      news: Type.String(),
    }),
  ),
  count: Type.Integer(),
  /** The last attempt's time; null: none yet, or it was not kept. */
  settled_ms: Nullable(Type.Number()),
});
export type NotificationView = Static<typeof NotificationView>;

export const ServiceKeyView = Type.Object({ cluster: Name, host: Name, service: Name });
export type ServiceKeyView = Static<typeof ServiceKeyView>;

/** What a downtime, a silence or a bulk acknowledgement covers: all parts that are given must match. */
export const Coverage = Type.Object(
  {
    cluster: Type.Optional(Pattern),
    host: Type.Optional(Pattern),
    service: Type.Optional(Pattern),
    /** Over the state in lower case; silences only. */
    severity: Type.Optional(Pattern),
    facts: Type.Optional(Type.Array(FactPattern, { maxItems: 20 })),
    /** These and no others. */
    services: Type.Optional(Type.Array(ServiceKeyView, { minItems: 1, maxItems: 1000 })),
  },
  { additionalProperties: false },
);
export type Coverage = Static<typeof Coverage>;

/** The first of what would be covered, and how many there are. */
export const CoverageView = Type.Object({
  count: Type.Integer(),
  hosts: Type.Integer(),
  services: Type.Array(ServiceView),
});
export type CoverageView = Static<typeof CoverageView>;

/** `POST /api/v1/downtimes`. */
export const DowntimeBody = Type.Object(
  {
    covers: Coverage,
    /**
     * `fixed`: from … to. `flexible`: for `duration_ms` from the first problem between from and to.
     * `recurring`: whenever the time period `period` (of checks, or in their words) includes the moment,
     * until `to_ms`.
     */
    kind: Type.Optional(Type.Enum(['fixed', 'flexible', 'recurring'])),
    from_ms: Type.Optional(Type.Number()),
    to_ms: Type.Optional(Nullable(Type.Number())),
    duration_ms: Type.Optional(Type.Number({ minimum: 1000 })),
    /** Lines of a time period: `sunday 02:00-04:00`. */
    times: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 50 })),
    timezone: Type.Optional(Type.String({ maxLength: 100 })),
    comment: Comment,
    author: Author,
    /** Only says what it would cover. */
    preview: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type DowntimeBody = Static<typeof DowntimeBody>;

/** `POST /api/v1/silences`: nobody is told of what it covers, from … to. */
export const SilenceBody = Type.Object(
  {
    covers: Coverage,
    from_ms: Type.Optional(Type.Number()),
    to_ms: Type.Number(),
    comment: Comment,
    author: Author,
    preview: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type SilenceBody = Static<typeof SilenceBody>;

/** A downtime or a silence as it stands. */
export const QuietView = Type.Object({
  id: Type.String(),
  covers: Coverage,
  kind: Type.Enum(['fixed', 'flexible', 'recurring', 'silence']),
  from_ms: Type.Number(),
  to_ms: Nullable(Type.Number()),
  duration_ms: Nullable(Type.Number()),
  times: Type.Array(Type.String()),
  timezone: Type.String(),
  comment: Type.String(),
  author: Type.String(),
  created_ms: Type.Number(),
  /**
   * `pending active waiting over ended`: `waiting` is a flexible one without a problem yet, `ended` one that
   * was undone.
   */
  state: Type.String(),
  ended_ms: Nullable(Type.Number()),
  ended_by: Type.String(),
  /** Services that it covers now. */
  services: Type.Integer(),
});
export type QuietView = Static<typeof QuietView>;

/** Answer to a `POST` of a downtime or a silence; `quiet` is null in a preview. */
export const QuietAnswer = Type.Object({ quiet: Nullable(QuietView), covers: CoverageView });
export type QuietAnswer = Static<typeof QuietAnswer>;

/** `POST /api/v1/services/{cluster}/{host}/{service}/acknowledge`. */
export const AcknowledgeBody = Type.Object(
  {
    comment: Comment,
    author: Author,
    /** Until it is well, whatever its problem becomes; else until its state changes. */
    sticky: Type.Optional(Type.Boolean()),
    until_ms: Type.Optional(Nullable(Type.Number())),
    /** Whether those who were told of the problem are told of this, too. */
    notify: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type AcknowledgeBody = Static<typeof AcknowledgeBody>;

/** `POST /api/v1/acknowledgements`: many at once. `DELETE` with the same `covers` takes them back. */
export const AcknowledgementsBody = Type.Object(
  { ...AcknowledgeBody.properties, covers: Coverage, preview: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
export type AcknowledgementsBody = Static<typeof AcknowledgementsBody>;

export const AcknowledgementView = Type.Object({
  ...ServiceKeyView.properties,
  comment: Type.String(),
  author: Type.String(),
  sticky: Type.Boolean(),
  at_ms: Type.Number(),
  until_ms: Nullable(Type.Number()),
  /** The problem it was given for. */
  state: Type.String(),
});
export type AcknowledgementView = Static<typeof AcknowledgementView>;

/** What was, or would be, acknowledged. */
export const AcknowledgementsAnswer = Type.Object({
  acknowledged: Type.Array(AcknowledgementView),
  covers: CoverageView,
});
export type AcknowledgementsAnswer = Static<typeof AcknowledgementsAnswer>;

/** How far an incident got with one target. */
export const IncidentTargetView = Type.Object({
  /** A receiver, or `receiver/channel`. */
  target: Type.String(),
  /** The last page to it; null: none yet. */
  told_ms: Nullable(Type.Number()),
  pages: Type.Integer(),
  /** Of the newest page: `pending delivered failed`; empty: none yet. */
  outcome: Type.String(),
});
export type IncidentTargetView = Static<typeof IncidentTargetView>;

/** Open problems that one page tells of, or that nobody is told of. */
export const IncidentView = Type.Object({
  /** Empty: no route takes them. */
  id: Type.String(),
  /** `37 hosts in web: load`. */
  title: Type.String(),
  /** The worst of its open problems. */
  state: Type.String(),
  /** Since when the oldest of its open problems is hard. */
  since_ms: Type.Number(),
  route: Type.String(),
  labels: Type.Record(Type.String(), Type.String()),
  /** The worst first; at most so many as `count` says otherwise. */
  services: Type.Array(ServiceView),
  count: Type.Integer(),
  hosts: Type.Integer(),
  /**
   * All of its open problems are acknowledged, in a downtime, or silenced: why nobody is bothered; else
   * empty.
   */
  quiet: Type.String(),
  targets: Type.Array(IncidentTargetView),
  /** What comes next, in words: `tells ops in 20 s`, `asks bob at 14:05`; empty: nothing. */
  next: Type.String(),
  next_ms: Nullable(Type.Number()),
});
export type IncidentView = Static<typeof IncidentView>;

/** Why somebody is told of a service now, or why nobody is. */
export const EXPLANATIONS = [
  'well',
  'pending',
  'soft',
  'told',
  'sending',
  'refused',
  'in_downtime',
  'acknowledged',
  'silenced',
  'flapping',
  'dependency',
  'host_down',
  'parent_silent',
  'host_silent',
  'mass_silence',
  'new_host',
  'list',
  'not_ours',
  'no_route',
  'outside_period',
  'first_delay',
  'grouped',
  'storm',
  'outside_check_period',
] as const;
export type Explanation = (typeof EXPLANATIONS)[number];

/** One link of the chain from datagram to receipt. */
export const ExplainStep = Type.Object({
  step: Type.Enum(['datagram', 'value', 'check', 'state', 'hold', 'route', 'group', 'page', 'receipt']),
  verdict: Type.Enum(['passed', 'waiting', 'stopped', 'none']),
  at_ms: Nullable(Type.Number()),
  text: Type.String(),
  /** `file:line:column` of what decides it; empty where no file does. */
  where: Type.String(),
});
export type ExplainStep = Static<typeof ExplainStep>;

export const ExplainRoute = Type.Object({
  name: Type.String(),
  where: Type.String(),
  matched: Type.Boolean(),
  /** Why it takes the service or does not: `severity: "critical" is not warning`. */
  why: Type.String(),
  receiver: Type.String(),
  /** Whom that comes to now. */
  targets: Type.Array(Type.String()),
});
export type ExplainRoute = Static<typeof ExplainRoute>;

/** `GET /api/v1/explain?cluster=&host=&service=`. */
export const ExplainView = Type.Object({
  service: ServiceView,
  reason: Type.Enum([...EXPLANATIONS]),
  /** The same in a sentence. */
  sentence: Type.String(),
  steps: Type.Array(ExplainStep),
  routes: Type.Array(ExplainRoute),
  /** About it, the newest first. */
  notifications: Type.Array(NotificationView),
});
export type ExplainView = Static<typeof ExplainView>;

/** A receiver, without anything secret. */
export const ReceiverView = Type.Object({
  name: Type.String(),
  channels: Type.Array(
    Type.Object({
      kind: Type.String(),
      target: Type.String(),
      /** Where it leads, as far as that is no secret: an address of mail, a host's name, a program. */
      leads_to: Type.String(),
      /** `idle well failing`; `idle`: nothing was sent, or nothing is left to be tried since it failed. */
      state: Type.String(),
      last_delivered_ms: Nullable(Type.Number()),
      /** Of its last failed attempt; empty: none since it was well. */
      fault: Type.String(),
      /** Pages that wait. */
      pending: Type.Integer(),
    }),
  ),
});
export type ReceiverView = Static<typeof ReceiverView>;

/** `POST /api/v1/receivers/{name}/test`. */
export const ReceiverTestAnswer = Type.Object({
  receiver: Type.String(),
  outcomes: Type.Array(
    Type.Object({
      target: Type.String(),
      ok: Type.Boolean(),
      detail: Type.String(),
      took_ms: Type.Number(),
    }),
  ),
});
export type ReceiverTestAnswer = Static<typeof ReceiverTestAnswer>;

/** Somebody's turn. */
export const ShiftView = Type.Object({
  who: Type.String(),
  from_ms: Type.Number(),
  to_ms: Type.Number(),
  /** `turn`, or `override`; of the latter who made it, and its id where it can be undone here. */
  kind: Type.Enum(['turn', 'override']),
  by: Type.String(),
  override_id: Type.String(),
});
export type ShiftView = Static<typeof ShiftView>;

export const RotaView = Type.Object({
  name: Type.String(),
  timezone: Type.String(),
  people: Type.Array(Type.String()),
  now: Nullable(ShiftView),
  next: Nullable(ShiftView),
  /** Of the time asked for, one after the other. */
  shifts: Type.Array(ShiftView),
});
export type RotaView = Static<typeof RotaView>;

export const EscalationView = Type.Object({
  name: Type.String(),
  steps: Type.Array(
    Type.Object({
      after_ms: Type.Number(),
      notify: Type.Array(Type.String()),
      /** Whom that comes to now. */
      now: Type.Array(Type.String()),
    }),
  ),
});
export type EscalationView = Static<typeof EscalationView>;

/** `GET /api/v1/oncall?from=&to=`. */
export const OnCallView = Type.Object({
  rotas: Type.Array(RotaView),
  escalations: Type.Array(EscalationView),
});
export type OnCallView = Static<typeof OnCallView>;

/** `POST /api/v1/rotas/{name}/overrides`. */
export const OverrideBody = Type.Object(
  {
    who: Name,
    from_ms: Type.Number(),
    to_ms: Type.Number(),
    comment: Type.Optional(Type.String({ maxLength: 2000 })),
    author: Author,
  },
  { additionalProperties: false },
);
export type OverrideBody = Static<typeof OverrideBody>;
