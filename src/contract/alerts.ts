import type { FactPattern } from './facts.ts';

/** `alerts:` of muster.yaml as the server uses it: defaults filled in, durations in ms, paths absolute. */

/** Patterns over whole values; an empty match takes everything. */
export interface AlertMatch {
  readonly cluster?: string;
  readonly host?: string;
  readonly service?: string;
  /** Over the state in lower case: `warning critical unknown down unreachable`. */
  readonly severity?: string;
  /** All of them must match; an aggregate has none. */
  readonly facts?: readonly FactPattern[];
  /** Over the definition's `tags`: each must match one of them. */
  readonly tags?: readonly string[];
}

/** What the pages of a route are gathered by: `cluster host service severity`, or `facts.NAME`. */
export type GroupLabel = string;
export const GROUP_LABELS = ['cluster', 'host', 'service', 'severity'] as const;

export interface AlertRoute {
  readonly match: AlertMatch;
  /** A receiver, a rota or an escalation. */
  readonly receiver: string;
  readonly continue: boolean;
  /** As it is called in explanations: its `name`, else `route 3`. */
  readonly name?: string;
  /** `file:line:column`. */
  readonly where?: string;
  /** What comes under the same labels is one incident, and one page; ROUTE_DEFAULTS without. */
  readonly groupBy?: readonly GroupLabel[];
  /** How long a group's first page waits for more. */
  readonly groupWaitMs?: number;
  /** How long what comes to a group afterwards is gathered. */
  readonly groupIntervalMs?: number;
  /** An open problem that nobody has acknowledged is told again after so long; null: never. */
  readonly repeatEveryMs?: number | null;
  /** Told only while this time period includes the moment, then of what still holds; null: always. */
  readonly period?: string | null;
  /** How long a problem has been hard before it is told. */
  readonly firstNotificationDelayMs?: number;
}

/** What a route has that says nothing of its own. */
export const ROUTE_DEFAULTS = {
  groupBy: ['cluster', 'service'],
  groupWaitMs: 0,
  groupIntervalMs: 10_000,
  repeatEveryMs: null,
  period: null,
  firstNotificationDelayMs: 0,
} as const satisfies Partial<AlertRoute>;

/** A way to a receiver. Secrets stand in files, or come from the environment. */
export type ChannelConfig =
  | {
      readonly kind: 'webhook';
      readonly url: string;
      /** Its HMAC-SHA-256 signs every request; null: none are signed. */
      readonly secretFile: string | null;
    }
  | {
      readonly kind: 'email';
      readonly to: readonly string[];
      readonly from: string;
      readonly smtp: SmtpConfig;
      /** Whether a graph of the worst service's metric is inlined. */
      readonly graph: boolean;
    }
  | { readonly kind: 'slack'; readonly url: string; readonly channel: string | null }
  | {
      readonly kind: 'pagerduty';
      /** Of Events API v2. */
      readonly routingKey: string | null;
      readonly routingKeyFile: string | null;
      readonly url: string;
    }
  | { readonly kind: 'alertmanager'; readonly url: string; readonly labels: Readonly<Record<string, string>> }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly method: 'POST' | 'PUT' | 'GET';
      readonly headers: Readonly<Record<string, string>>;
      /** A text with placeholders, such as `{{summary}}`; no logic. */
      readonly body: string;
      /** How placeholders are escaped: as inside a JSON string, a form's value, or not at all. */
      readonly contentType: string;
    }
  | { readonly kind: 'exec'; readonly command: readonly string[]; readonly timeoutMs: number };

export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  /** `starttls`: demanded; `opportunistic`: when it is offered; `implicit`: from the first byte. */
  readonly tls: 'off' | 'opportunistic' | 'starttls' | 'implicit';
  readonly user: string | null;
  readonly passwordFile: string | null;
}

/** Somebody, or something, that pages go to. */
export interface ReceiverConfig {
  readonly name: string;
  /** `file:line:column`. */
  readonly where?: string;
  /** At least one, each kind once. With several each is told for itself, as `NAME/KIND`. */
  readonly channels: readonly ChannelConfig[];
  /** A page that finds no way for so long is given up. */
  readonly giveUpAfterMs?: number;
  /** More pages than that within that time become one that names them all; null: none do. See `stormOf`. */
  readonly storm?: { readonly pages: number; readonly withinMs: number } | null;
}

export const GIVE_UP_AFTER_MS = 24 * 3_600_000;
export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';

/** What people read is kept readable; programs take as many pages as there are. */
const STORM_OF_PEOPLE = { pages: 20, withinMs: 600_000 } as const;

/** The limit of a receiver's channel; null: none. */
export function stormOf(
  receiver: Pick<ReceiverConfig, 'storm'>,
  kind: ChannelConfig['kind'],
): { readonly pages: number; readonly withinMs: number } | null {
  if (receiver.storm !== undefined) return receiver.storm;
  return kind === 'email' || kind === 'slack' ? STORM_OF_PEOPLE : null;
}

/** Who is on call when: receivers that take turns. */
export interface RotaConfig {
  readonly name: string;
  readonly where: string;
  /** IANA name; empty: the server's own. */
  readonly timezone: string;
  /** The day on which the first of `people` begins: `2026-01-05`. */
  readonly start: string;
  /** When turns change, in the zone's own time: minutes after midnight. */
  readonly handoverMinute: number;
  /** How long a turn is. */
  readonly turnDays: number;
  /** Names of receivers. */
  readonly people: readonly string[];
  readonly overrides: readonly RotaOverride[];
}

export const ROTA_DEFAULTS = { handoverMinute: 9 * 60, turnDays: 7 } as const;

/** Somebody else for a while. Times without a zone are the rota's: `2026-12-24T09:00`. */
export interface RotaOverride {
  readonly who: string;
  readonly from: string;
  readonly to: string;
  readonly where: string;
}

export interface EscalationConfig {
  readonly name: string;
  readonly where: string;
  /** In the order of `afterMs`. */
  readonly steps: readonly {
    /** After the incident's first page, as long as nobody acknowledges it. */
    readonly afterMs: number;
    /** Receivers and rotas. */
    readonly notify: readonly string[];
  }[];
  /** From the last step on that one is told again after so long; null: not. */
  readonly repeatEveryMs: number | null;
}

/** Something that is done when a state changes. */
export interface HandlerConfig {
  readonly name: string;
  readonly where: string;
  readonly match: AlertMatch;
  /** Which changes: a soft problem, a hard one, its end. */
  readonly on: readonly ('soft' | 'hard' | 'recovery')[];
  /** One of the two. */
  readonly command: readonly string[] | null;
  readonly url: string | null;
  readonly timeoutMs: number;
  /** At most so often; what is more is left out, counted and told. */
  readonly limit: { readonly times: number; readonly withinMs: number };
}

/** Who is told of the server itself. */
export interface WatcherConfig {
  /** A receiver, rota or escalation; null: nobody. */
  readonly receiver: string | null;
  /** Called while all is well; its silence is the alarm. */
  readonly heartbeat: { readonly url: string; readonly intervalMs: number } | null;
  /** The server was not there for so long: that is told when it is back. */
  readonly downAfterMs: number;
}

export const WATCHER_DEFAULTS: WatcherConfig = { receiver: null, heartbeat: null, downAfterMs: 120_000 };

export interface AlertsConfig {
  readonly receivers: readonly ReceiverConfig[];
  readonly rotas: readonly RotaConfig[];
  readonly escalations: readonly EscalationConfig[];
  readonly routes: readonly AlertRoute[];
  readonly handlers: readonly HandlerConfig[];
  readonly watcher: WatcherConfig;
}

/** Nobody is told of anything. */
export const NO_ALERTS: AlertsConfig = {
  receivers: [],
  rotas: [],
  escalations: [],
  routes: [],
  handlers: [],
  watcher: WATCHER_DEFAULTS,
};

/** Where pages of a receiver go, by channel: its name alone where there is only one. */
export function targetsOf(receiver: Pick<ReceiverConfig, 'name' | 'channels'>): string[] {
  if (receiver.channels.length === 1) return [receiver.name];
  return receiver.channels.map(({ kind }) => `${receiver.name}/${kind}`);
}
