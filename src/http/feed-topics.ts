import { FEED_TOPIC_ROWS_MAX } from '../limits.ts';
import type { FeedTopic } from '../contract/feed.ts';
import type { FleetView } from './fleet-view.ts';
import type { Judged } from './ports.ts';

interface TopicState {
  /** The data as JSON. */
  text: string;
  changed: boolean;
}

/** The topics' data as JSON text, made once a tick for all subscribers of a topic. */
export class FeedTopics {
  readonly #data: Readonly<Record<FeedTopic, () => unknown>>;
  readonly #states = new Map<FeedTopic, TopicState>();

  constructor(fleet: FleetView, judged: Judged) {
    this.#data = {
      clusters: () => fleet.clusters(),
      services: () => fleet.services.problems().slice(0, FEED_TOPIC_ROWS_MAX),
      events: () => judged.events(FEED_TOPIC_ROWS_MAX),
    };
  }

  /**
   * Makes the data of the topics anew, and notes whether it is other than before. Topics nobody reads are let
   * go.
   */
  look(read: ReadonlySet<FeedTopic>): void {
    for (const topic of this.#states.keys()) if (!read.has(topic)) this.#states.delete(topic);
    for (const topic of read) {
      const text = JSON.stringify(this.#data[topic]());
      this.#states.set(topic, { text, changed: this.#states.get(topic)?.text !== text });
    }
  }

  changed(topic: FeedTopic): boolean {
    return this.#states.get(topic)?.changed ?? false;
  }

  /** The frame without its beginning `{"id":…,`. */
  frame(topic: FeedTopic, nowMs: number): string {
    const state = this.#states.get(topic) ?? { text: JSON.stringify(this.#data[topic]()), changed: false };
    this.#states.set(topic, state);
    return `"topic":"${topic}","t":${nowMs},"data":${state.text}}`;
  }
}
