import { Check } from 'typebox/value';
import { ClientFrame } from '../contract/feed.ts';
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
    return {
      kind: 'fault',
      id: idOf(frame),
      error: new HttpError('feed_bad_frame', 'the frame cannot be read'),
    };
  }
  if ('unsubscribe' in frame) return { kind: 'unsubscribe', id: frame.unsubscribe };
  const { id, topic, ...selector } = frame.subscribe;
  if (topic === undefined) {
    const { cluster = '.*', host = '.*', metric = '.*' } = selector;
    return { kind: 'series', id, source: { cluster, host, metric } };
  }
  const [surplus] = Object.keys(selector);
  if (surplus === undefined) return { kind: 'topic', id, topic };
  const error = new HttpError('feed_bad_frame', `a topic takes no ${surplus}`, `leave ${surplus} out`);
  return { kind: 'fault', id, error };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The id of a frame that is otherwise wrong, so that its sender knows which one; empty when there is none.
 */
function idOf(frame: unknown): string {
  if (typeof frame !== 'object' || frame === null || !('subscribe' in frame)) return '';
  const { subscribe } = frame;
  if (typeof subscribe !== 'object' || subscribe === null || !('id' in subscribe)) return '';
  return typeof subscribe.id === 'string' ? subscribe.id.slice(0, 64) : '';
}
