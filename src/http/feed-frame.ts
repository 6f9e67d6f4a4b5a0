import { Check } from 'typebox/value';
import { readFact } from '../contract/facts.ts';
import { ClientFrame, FEED_TOPICS } from '../contract/feed.ts';
import { HttpError } from './errors.ts';
import type { FeedTopic } from '../contract/feed.ts';
import type { SelectorSource } from '../live/selector.ts';

/** What a client's frame asks for. */
export type FeedOrder =
  | { readonly kind: 'series'; readonly id: string; readonly source: SelectorSource }
  | { readonly kind: 'topic'; readonly id: string; readonly topic: FeedTopic }
  | { readonly kind: 'unsubscribe'; readonly id: string }
  | { readonly kind: 'fault'; readonly id: string; readonly error: HttpError };

/** Total: what cannot be read is a fault, with the id where there is one. */
export function readClientFrame(text: string): FeedOrder {
  const frame = parseJson(text);
  if (!Check(ClientFrame, frame)) {
    return { kind: 'fault', id: idOf(frame), error: frameFault(frame) };
  }
  if ('unsubscribe' in frame) return { kind: 'unsubscribe', id: frame.unsubscribe };
  const { id, topic, ...selector } = frame.subscribe;
  if (topic === undefined) {
    const { cluster = '.*', host = '.*', metric = '.*', fact = [] } = selector;
    const facts = fact.map(readFact);
    if (facts.includes(null)) return { kind: 'fault', id, error: factFault() };
    return {
      kind: 'series',
      id,
      source: { cluster, host, metric, facts: facts.filter((one) => one !== null) },
    };
  }
  const [surplus] = Object.keys(selector);
  if (surplus === undefined) return { kind: 'topic', id, topic };
  const error = new HttpError('feed_bad_frame', `a topic takes no ${surplus}`, `leave ${surplus} out`);
  return { kind: 'fault', id, error };
}

function factFault(): HttpError {
  return new HttpError('feed_bad_frame', 'a fact has no pattern', 'write "fact": ["role:db.*"]');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A topic that is not known is the likeliest mistake: it is named, with those there are. */
function frameFault(frame: unknown): HttpError {
  const { topic } = subscribed(frame);
  const known: readonly string[] = FEED_TOPICS;
  if (typeof topic !== 'string' || known.includes(topic)) {
    return new HttpError('feed_bad_frame', 'the frame cannot be read');
  }
  const cure = `the topics are ${known.join(', ')}`;
  return new HttpError('feed_bad_frame', `unknown topic ${JSON.stringify(topic.slice(0, 64))}`, cure);
}

/**
 * The id of a frame that is otherwise wrong, so that its sender knows which one; empty when there is none.
 */
function idOf(frame: unknown): string {
  const { id } = subscribed(frame);
  return typeof id === 'string' ? id.slice(0, 64) : '';
}

/** What a frame subscribes to, unchecked; nothing where there is no such thing. */
function subscribed(frame: unknown): { readonly id?: unknown; readonly topic?: unknown } {
  if (typeof frame !== 'object' || frame === null || !('subscribe' in frame)) return {};
  return typeof frame.subscribe === 'object' && frame.subscribe !== null ? frame.subscribe : {};
}
