import { FEED_UNAUTHORIZED } from '../../../src/contract/feed-close.ts';
import { FeedTable } from './feed-table.ts';
import type { FeedTopic, ServerFrame } from '../../../src/contract/feed.ts';

/**
 * Nothing heard for this long: the connection counts as broken, and is made anew. The server beats every
 * second.
 */
export const SILENCE_MS = 2500;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** What is on screen dates from `sinceMs` (this machine's clock); null: nothing has been heard yet. */
  | { readonly kind: 'broken'; readonly sinceMs: number | null; readonly attempt: number };

export interface Selector {
  readonly cluster: string;
  readonly host: string;
  readonly metric: string;
  /** Of the hosts: `role:db.*`, all of them. */
  readonly fact?: readonly string[];
}

/** The part of a WebSocket that is used. */
export interface FeedSocket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  opened(): void;
  heard(text: string): void;
  /** The code of RFC 6455, 7.4. */
  closed(code: number): void;
}

/** Clock, timer and socket, so that tests bring their own. */
export interface FeedWorld {
  connect(events: SocketEvents): FeedSocket;
  nowMs(): number;
  /** Calls once, later; the answer cancels. */
  after(delayMs: number, run: () => void): () => void;
  /** 0…1, spreads reconnections. */
  random(): number;
}

export type TopicListener = (data: unknown) => void;

/** The wait before reconnecting: doubled from half a second to ten, with a fifth of it at random. */
export function retryDelayMs(attempt: number, random: number): number {
  const delay = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.max(0, attempt - 1));
  return delay * (0.8 + random * 0.2);
}

/**
 * The page's one websocket. Holds what is subscribed, subscribes again after a reconnection, and knows how
 * old the picture is. Subscriptions are counted: equal selectors share one.
 */
export class FeedClient {
  readonly #world: FeedWorld;
  readonly #tables = new Map<
    string,
    { readonly table: FeedTable; readonly selector: Selector; users: number }
  >();
  readonly #topics = new Map<FeedTopic, Set<TopicListener>>();
  readonly #watchers = new Set<() => void>();
  readonly #turnedAway = new Set<() => void>();
  #socket: FeedSocket | undefined;
  /** Counts sockets made and left: events of an older one are not heard. */
  #generation = 0;
  #connection: Connection = { kind: 'connecting' };
  #open = false;
  #attempt = 0;
  #heardMs: number | null = null;
  #offsetMs = 0;
  #nextId = 0;
  #cancelWatch: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(world: FeedWorld) {
    this.#world = world;
  }

  start(): void {
    if (this.#socket) return;
    this.#connect();
  }

  stop(): void {
    const socket = this.#leave();
    this.#attempt = 0;
    this.#become({ kind: 'connecting' });
    socket?.close();
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** The server's clock, as far as the last frame tells. */
  serverNowMs(): number {
    return this.#world.nowMs() + this.#offsetMs;
  }

  /** Called whenever `connection` changes. */
  watch(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Called when the server ends the connection because nobody is signed in (any more). */
  onTurnedAway(listener: () => void): () => void {
    this.#turnedAway.add(listener);
    return () => this.#turnedAway.delete(listener);
  }

  /** A table that stays current until released. */
  subscribe(
    selector: Selector,
    keepTails: boolean,
  ): { readonly table: FeedTable; readonly release: () => void } {
    const { cluster, host, metric, fact = [] } = selector;
    const key = JSON.stringify([cluster, host, metric, keepTails, ...fact]);
    const id = this.#idOf(key) ?? this.#newTable(key, selector, keepTails);
    const entry = this.#tables.get(id);
    if (!entry) throw new Error('a subscription was lost');
    entry.users += 1;
    return { table: entry.table, release: () => this.#release(id) };
  }

  onTopic(topic: FeedTopic, listener: TopicListener): () => void {
    const listeners = this.#topics.get(topic) ?? new Set<TopicListener>();
    if (listeners.size === 0) {
      this.#topics.set(topic, listeners);
      if (this.#open) this.#say({ subscribe: { id: topicId(topic), topic } });
    }
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#topics.delete(topic);
      if (this.#open) this.#say({ unsubscribe: topicId(topic) });
    };
  }

  #idOf(key: string): string | undefined {
    for (const [id, { table }] of this.#tables) if (table.key === key) return id;
    return undefined;
  }

  #newTable(key: string, selector: Selector, keepTails: boolean): string {
    const id = `s${this.#nextId}`;
    this.#nextId += 1;
    this.#tables.set(id, { table: new FeedTable(key, keepTails), selector, users: 0 });
    if (this.#open) this.#say(subscribeFrame(id, selector));
    return id;
  }

  #release(id: string): void {
    const entry = this.#tables.get(id);
    if (!entry) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#tables.delete(id);
    if (this.#open) this.#say({ unsubscribe: id });
  }

  #connect(): void {
    this.#leave();
    const generation = this.#generation;
    const current = () => generation === this.#generation;
    this.#socket = this.#world.connect({
      opened: () => current() && this.#opened(),
      heard: (text) => current() && this.#heard(text),
      closed: (code) => {
        if (!current()) return;
        this.#closed();
        if (code === FEED_UNAUTHORIZED) for (const listener of this.#turnedAway) listener();
      },
    });
    this.#watchSilence();
  }

  /** Forgets the socket and every timer. What that socket still says, its late `close` too, is not heard. */
  #leave(): FeedSocket | undefined {
    const socket = this.#socket;
    this.#generation += 1;
    this.#socket = undefined;
    this.#open = false;
    this.#cancelWatch?.();
    this.#cancelRetry?.();
    return socket;
  }

  #opened(): void {
    this.#open = true;
    for (const [id, { selector }] of this.#tables) this.#say(subscribeFrame(id, selector));
    for (const topic of this.#topics.keys()) this.#say({ subscribe: { id: topicId(topic), topic } });
  }

  #heard(text: string): void {
    this.#heardMs = this.#world.nowMs();
    this.#attempt = 0;
    this.#become({ kind: 'live' });
    this.#watchSilence();
    const frame: ServerFrame = JSON.parse(text);
    this.#take(frame);
  }

  #take(frame: ServerFrame): void {
    if ('beat' in frame) {
      this.#offsetMs = frame.beat - this.#world.nowMs();
      return;
    }
    if ('topic' in frame) {
      for (const listener of this.#topics.get(frame.topic) ?? []) listener(frame.data);
      return;
    }
    const table = this.#tables.get(frame.id)?.table;
    if (!table) return;
    if ('series' in frame) table.name(frame);
    else if ('error' in frame) table.refuse(frame.error);
    else {
      this.#offsetMs = frame.t - this.#world.nowMs();
      table.take(frame);
    }
  }

  #watchSilence(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = this.#world.after(SILENCE_MS, () => {
      const socket = this.#socket;
      // On a dead path the socket's own `close` may take minutes.
      this.#closed();
      socket?.close();
    });
  }

  #closed(): void {
    this.#leave();
    this.#attempt += 1;
    this.#become({ kind: 'broken', sinceMs: this.#heardMs, attempt: this.#attempt });
    this.#cancelRetry = this.#world.after(retryDelayMs(this.#attempt, this.#world.random()), () =>
      this.#connect(),
    );
  }

  #become(next: Connection): void {
    if (next.kind !== 'broken' && next.kind === this.#connection.kind) return;
    this.#connection = next;
    for (const watcher of this.#watchers) watcher();
  }

  #say(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }
}

/** A server that does not know of facts is not asked for them without need. */
function subscribeFrame(id: string, { fact = [], ...names }: Selector): object {
  return { subscribe: { id, ...names, ...(fact.length > 0 && { fact }) } };
}

function topicId(topic: FeedTopic): string {
  return `topic-${topic}`;
}
