import Type from 'typebox';
import type { Static } from 'typebox';

/** Instances in the API: registration, lists of them, and what is amiss. */

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A host as an instance. */
export const InstanceView = Type.Object({
  instance_id: Type.String(),
  /** `here` or `left`. */
  standing: Type.String(),
  /** First registered or listed, epoch ms. */
  since_ms: Type.Number(),
  region: Type.String(),
  zone: Type.String(),
  tags: Type.Record(Type.String(), Type.String()),
  addresses: Type.Array(Type.String()),
  /** `registration`, or the name of a reconciler, or both. */
  known_by: Type.Array(Type.String()),
  /** What a list says of it, in words; empty: no list names it. */
  says: Type.String(),
  /** Since when it is gone, epoch ms; null: it is here. */
  left_ms: Nullable(Type.Number()),
});
export type InstanceView = Static<typeof InstanceView>;

const Tags = Type.Record(Type.String(), Type.String());

/** `POST /api/v1/register`. */
export const RegisterBody = Type.Object(
  {
    group: Type.String({ minLength: 1, maxLength: 200 }),
    host: Type.String({ minLength: 1, maxLength: 1000 }),
    instance_id: Type.Optional(Type.String({ maxLength: 1000 })),
    region: Type.Optional(Type.String({ maxLength: 1000 })),
    zone: Type.Optional(Type.String({ maxLength: 1000 })),
    tags: Type.Optional(Tags),
    /** Whose configuration is wanted: `collectd` or `gmond`; without it, of the one that the group takes. */
    agent: Type.Optional(Type.Union([Type.Literal('collectd'), Type.Literal('gmond')])),
  },
  { additionalProperties: false },
);
export type RegisterBody = Static<typeof RegisterBody>;

/** The same for the same instance, however often it registers. With `Accept: text/plain`, `agent_config` alone. */
export const RegisterAnswer = Type.Object({
  group: Type.String(),
  host: Type.String(),
  instance_id: Type.String(),
  /** Names or addresses to send to, and the group's UDP port there. */
  servers: Type.Array(Type.String()),
  port: Type.Integer(),
  /** How often to send, seconds. */
  interval: Type.Number(),
  agent: Type.String(),
  /** A whole collectd.conf or gmond.conf, the instance's own key included. */
  agent_config: Type.String(),
});
export type RegisterAnswer = Static<typeof RegisterAnswer>;

/** `POST /api/v1/deregister`: by the instance's id, or by its host's name. */
export const DeregisterBody = Type.Object(
  {
    group: Type.String({ minLength: 1, maxLength: 200 }),
    host: Type.Optional(Type.String({ maxLength: 1000 })),
    instance_id: Type.Optional(Type.String({ maxLength: 1000 })),
    reason: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
);
export type DeregisterBody = Static<typeof DeregisterBody>;
export const DeregisterAnswer = Type.Object({
  group: Type.String(),
  host: Type.String(),
  instance_id: Type.String(),
  retired_reason: Type.String(),
});
export type DeregisterAnswer = Static<typeof DeregisterAnswer>;

/** `GET /api/v1/reconcilers`: the lists that say which instances there are. */
export const ReconcilerView = Type.Object({
  name: Type.String(),
  /** The file, or the address without what is secret in it. */
  source: Type.String(),
  groups: Type.Array(Type.String()),
  interval_ms: Type.Number(),
  /** When it was last read well, and last tried; 0: never. */
  read_ms: Type.Number(),
  tried_ms: Type.Number(),
  /** Why the newest attempt failed, or what of the list was passed over, in words; empty: all well. */
  fault: Type.String(),
  instances: Type.Integer(),
  /** Items of groups that it does not speak for, and the first of these groups: passed over, and no fault. */
  others: Type.Object({ instances: Type.Integer(), groups: Type.Array(Type.String()) }),
  /** Null: nothing waits to be confirmed. */
  held: Nullable(
    Type.Object({
      /** What the confirmation names, so that another list is not confirmed by mistake. */
      digest: Type.String(),
      since_ms: Type.Number(),
      /** Instances that would be retired, in all and by group, and the first of them. */
      gone: Type.Integer(),
      groups: Type.Array(Type.Object({ group: Type.String(), gone: Type.Integer(), of: Type.Integer() })),
      first: Type.Array(
        Type.Object({ group: Type.String(), host: Type.String(), instance_id: Type.String() }),
      ),
      words: Type.String(),
    }),
  ),
});
export type ReconcilerView = Static<typeof ReconcilerView>;
export const ConfirmBody = Type.Object(
  { digest: Type.String({ maxLength: 100 }) },
  { additionalProperties: false },
);

export const FINDINGS = [
  'unknown-sender',
  'wrong-port',
  'wrong-key',
  'not-its-host',
  'clock-skew',
  'duplicate-name',
  'never-heard',
  'never-registered',
  'heard-though-left',
  'list-held',
  'list-fails',
] as const;
export type FindingKind = (typeof FINDINGS)[number];

/**
 * `critical`: an instance is watched by nobody, or values are lost; `warning`: what is shown may be wrong, or
 * soon will be; `notice`: worth knowing.
 */
export const FINDING_WEIGHTS = ['critical', 'warning', 'notice'] as const;
export type FindingWeight = (typeof FINDING_WEIGHTS)[number];

/** One thing that is amiss between the server and who talks to it, and what mends it. */
export const FindingView = Type.Object({
  kind: Type.Enum([...FINDINGS]),
  weight: Type.Enum([...FINDING_WEIGHTS]),
  /** Empty: it is about none. */
  group: Type.String(),
  host: Type.String(),
  address: Type.String(),
  /** What is amiss, in a sentence. */
  what: Type.String(),
  /** What usually causes it, the likeliest first. */
  causes: Type.Array(Type.String()),
  /** Lines to paste, as they are, and where. */
  mend: Type.Object({ where: Type.String(), lines: Type.Array(Type.String()) }),
  /** Epoch ms; 0: not known. */
  since_ms: Type.Number(),
  last_ms: Type.Number(),
});
export type FindingView = Static<typeof FindingView>;

/** `GET /api/v1/diagnosis?group=&host=&kind=&limit=`: the gravest first. */
export const DiagnosisAnswer = Type.Object({
  findings: Type.Array(FindingView),
  left_out: Type.Integer(),
  /** How many there are of each kind, those left out included, and how many of them are critical. */
  kinds: Type.Array(
    Type.Object({ kind: Type.Enum([...FINDINGS]), count: Type.Integer(), critical: Type.Integer() }),
  ),
});
export type DiagnosisAnswer = Static<typeof DiagnosisAnswer>;
