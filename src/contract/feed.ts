import Type from 'typebox';
import type { Static } from 'typebox';

/**
 * Frames of `WS /api/v1/live`. The client subscribes; the server sends names once, then what changed, at most
 * once a second.
 */

export const FEED_TOPICS = ['clusters', 'services', 'events'] as const;
export type FeedTopic = (typeof FEED_TOPICS)[number];

export const SubscribeFrame = Type.Object(
  {
    subscribe: Type.Object(
      {
        id: Type.String({ minLength: 1, maxLength: 64 }),
        topic: Type.Optional(Type.Union(FEED_TOPICS.map((t) => Type.Literal(t)))),
        cluster: Type.Optional(Type.String({ maxLength: 1000 })),
        host: Type.Optional(Type.String({ maxLength: 1000 })),
        metric: Type.Optional(Type.String({ maxLength: 1000 })),
        /** `role:db.*`, as readFact of facts.ts reads it: of the hosts, all have to match. */
        fact: Type.Optional(Type.Array(Type.String({ maxLength: 2000 }), { maxItems: 8 })),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export const UnsubscribeFrame = Type.Object(
  { unsubscribe: Type.String({ maxLength: 64 }) },
  { additionalProperties: false },
);
export const ClientFrame = Type.Union([SubscribeFrame, UnsubscribeFrame]);
export type ClientFrame = Static<typeof ClientFrame>;

/** The names, once after subscribing and again whenever the set changes; `rows` index into it. */
export interface FeedNames {
  id: string;
  series: { cluster: string; host: string; metric: string; units: string }[];
  left_out: number;
}
/**
 * Values that changed since the last frame. `t` is the server's clock; `ages` how old each sample was then,
 * ms.
 */
export interface FeedValues {
  id: string;
  t: number;
  rows: number[];
  values: (number | null)[];
  ages: number[];
}
/**
 * A topic's data whole (the first frame), then whole again when something changed. `clusters`: every
 * ClusterView; `services`: the ServiceViews that are not OK or UP, worst first, 1000 at most; `events`:
 * EventViews, newest first, 1000 at most. A topic takes no selector.
 */
export interface FeedTopicFrame {
  id: string;
  topic: FeedTopic;
  t: number;
  data: unknown;
}
/** Sent every second when nothing else is, so that a broken connection shows within three. */
export interface FeedBeat {
  beat: number;
}
export interface FeedError {
  id: string;
  error: { code: string; message: string; cure: string };
}
export type ServerFrame = FeedNames | FeedValues | FeedTopicFrame | FeedBeat | FeedError;
