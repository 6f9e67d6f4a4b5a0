import { FEED_TOPIC_ROWS_MAX } from '../limits.ts';
import type { FeedTopic } from '../contract/feed.ts';
import type { FleetView } from './fleet-view.ts';
import type { Events } from './ports.ts';

interface TopicState {
  /** The data as JSON. */
  text: string;
  changed: boolean;
}

/** The topics' data as JSON text, made once a tick for all subscribers of a topic. */
export class FeedTopics {
  readonly #texts: Readonly<Record<FeedTopic, () => string>>;
  readonly #states = new Map<FeedTopic, TopicState>();

  constructor(fleet: FleetView, events: Events) {
    this.#texts = {
      clusters: () => JSON.stringify(fleet.clusters()),
      services: () => JSON.stringify(fleet.services.problems().slice(0, FEED_TOPIC_ROWS_MAX)),
      events: textOfNewest(events),
    };
  }

  /**
   * Makes the data of the topics anew, and notes whether it is other than before. Topics nobody reads are let
   * go.
   */
  look(read: ReadonlySet<FeedTopic>): void {
    for (const topic of this.#states.keys()) if (!read.has(topic)) this.#states.delete(topic);
    for (const topic of read) {
      const text = this.#texts[topic]();
      this.#states.set(topic, { text, changed: this.#states.get(topic)?.text !== text });
    }
  }

  changed(topic: FeedTopic): boolean {
    return this.#states.get(topic)?.changed ?? false;
  }

  /** The frame without its beginning `{"id":…,`. */
  frame(topic: FeedTopic, nowMs: number): string {
    const state = this.#states.get(topic) ?? { text: this.#texts[topic](), changed: false };
    this.#states.set(topic, state);
    return `"topic":"${topic}","t":${nowMs},"data":${state.text}}`;
  }
}

const EVERYTHING = {
  fromMs: 0,
  toMs: Number.MAX_SAFE_INTEGER,
  limit: FEED_TOPIC_ROWS_MAX,
  looked: FEED_TOPIC_ROWS_MAX,
  kind: null,
  cluster: () => true,
  host: () => true,
  service: null,
  of: null,
} as const;

/** A thousand events are read from disk when there are other ones only. Where none can be, the last stay. */
function textOfNewest(events: Events): () => string {
  let version = '';
  let text = '[]';
  return () => {
    const now = events.version();
    const found = now === version ? undefined : events.list(EVERYTHING);
    if (found?.ok) {
      text = JSON.stringify(found.events);
      version = now;
    }
    return text;
  };
}
