import { FEED_BACKLOG_BYTES_MAX, FEED_PROMPT_MAX } from '../limits.ts';
import type { Identity } from '../contract/access.ts';
import type { FeedTopic } from '../contract/feed.ts';
import type { HttpError } from './errors.ts';
import type { FeedSelection } from './feed-selection.ts';
import type { FeedTopics } from './feed-topics.ts';

/** A connection as the feed needs it; a ws socket is one. Sending never waits. */
export interface FeedSocket {
  /** Bytes that wait to be taken by the other side. */
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Who holds the connection's credentials now, or why they are worth nothing any more. */
export type Permit = () => Identity | HttpError;

/** `everything`: the first frame, or frames were skipped; `changes`: it has seen all up to the last tick. */
type Needs = 'everything' | 'changes';

type Subscription =
  | {
      readonly kind: 'series';
      readonly head: string;
      needs: Needs;
      namesSeen: number;
      readonly selection: FeedSelection;
    }
  | { readonly kind: 'topic'; readonly head: string; needs: Needs; readonly topic: FeedTopic };

/** One client's subscriptions and how far it has come with each. */
export class FeedClient {
  readonly socket: FeedSocket;
  readonly subscriptions = new Map<string, Subscription>();
  /** Frames received in this second, malformed ones in all, pings without an answer. */
  framesNow = 0;
  faults = 0;
  unanswered = 0;
  promptLeft = FEED_PROMPT_MAX;
  /** Undefined: nobody signs in on this server. */
  readonly #permit: Permit | undefined;

  constructor(socket: FeedSocket, permit?: Permit) {
    this.socket = socket;
    this.#permit = permit;
  }

  /** Who is connected, as of now; undefined where nobody signs in. */
  whoever(): Identity | HttpError | undefined {
    return this.#permit?.();
  }

  /** Rows of all its selectors. */
  get rows(): number {
    let rows = 0;
    for (const sub of this.subscriptions.values()) rows += sub.kind === 'series' ? sub.selection.size : 0;
    return rows;
  }

  get selectors(): number {
    let selectors = 0;
    for (const sub of this.subscriptions.values()) selectors += sub.kind === 'series' ? 1 : 0;
    return selectors;
  }

  subscribe(id: string, to: { readonly selection: FeedSelection } | { readonly topic: FeedTopic }): void {
    const head = `{"id":${JSON.stringify(id)},`;
    const sub: Subscription =
      'topic' in to
        ? { kind: 'topic', head, needs: 'everything', topic: to.topic }
        : { kind: 'series', head, needs: 'everything', namesSeen: -1, selection: to.selection };
    this.subscriptions.set(id, sub);
  }

  sendError(id: string, { body: error }: HttpError): void {
    this.socket.send(JSON.stringify({ id, error }));
  }

  /**
   * Sends a subscription what it needs. False when nothing was sent: there is nothing new, or the client is
   * behind.
   */
  serve(sub: Subscription, topics: FeedTopics, nowMs: number): boolean {
    const news = hasNews(sub, topics);
    if (!news) return false;
    if (this.behind) {
      sub.needs = 'everything';
      return false;
    }
    if (sub.kind === 'topic') this.socket.send(sub.head + topics.frame(sub.topic, nowMs));
    else this.#sendSeries(sub, nowMs);
    sub.needs = 'changes';
    return true;
  }

  /** More waits in its socket than it should: its frames are skipped until that has gone. */
  get behind(): boolean {
    return this.socket.bufferedAmount > FEED_BACKLOG_BYTES_MAX;
  }

  #sendSeries(sub: Subscription & { kind: 'series' }, nowMs: number): void {
    const { head, selection } = sub;
    const renamed = sub.namesSeen !== selection.namesVersion;
    if (renamed) this.socket.send(head + selection.names());
    sub.namesSeen = selection.namesVersion;
    const whole = renamed || sub.needs === 'everything';
    this.socket.send(head + (whole ? selection.everything(nowMs) : selection.changes(nowMs)));
  }
}

function hasNews(sub: Subscription, topics: FeedTopics): boolean {
  if (sub.needs === 'everything') return true;
  if (sub.kind === 'topic') return topics.changed(sub.topic);
  return sub.selection.changed || sub.namesSeen !== sub.selection.namesVersion;
}
