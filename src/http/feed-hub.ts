import {
  FEED_FAULTS_MAX,
  FEED_FRAMES_PER_SECOND_MAX,
  FEED_PROMPT_MAX,
  FEED_RESELECT_MS_MAX,
  FEED_ROWS_MAX,
  FEED_SELECTORS_MAX,
  FEED_SELECTORS_OF_RIGHT,
  FEED_SERIES_MAX,
  FEED_SUBSCRIPTIONS_MAX,
} from '../limits.ts';
import { mayCall } from '../access/roles.ts';
import { writeFact } from '../contract/facts.ts';
import { FEED_UNAUTHORIZED } from '../contract/feed-close.ts';
import { compileSelector } from '../live/selector.ts';
import { tooWeak } from './authority.ts';
import { HttpError } from './errors.ts';
import { FeedClient } from './feed-client.ts';
import { readClientFrame } from './feed-frame.ts';
import { FeedSelection } from './feed-selection.ts';
import { FeedTopics } from './feed-topics.ts';
import { FEED_ROLES } from './roles.ts';
import { tooSlow } from './route.ts';
import type { Identity } from '../contract/access.ts';
import type { FeedTopic } from '../contract/feed.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { SelectorSource } from '../live/selector.ts';
import type { FeedSocket, Permit } from './feed-client.ts';
import type { FeedOrder } from './feed-frame.ts';
import type { FleetView } from './fleet-view.ts';
import type { Clock, Events } from './ports.ts';

/** What a connection tells the hub. */
export interface FeedConnection {
  receive(text: string): void;
  pong(): void;
  gone(): void;
}

const PING_TICKS = 10;
/** Half a minute without an answer: the other side is gone, whatever TCP says. */
const UNANSWERED_MAX = 3;
/** A session that ended, or a role that was taken away, holds for as long at most. */
const PERMIT_TICKS = 5;
/** RFC 6455, 7.4.1: policy violation. */
const POLICY_VIOLATION = 1008;
/** The registry of close codes: try again later. */
const TRY_AGAIN_LATER = 1013;

/**
 * All websocket clients, served together once a second. Rows are looked at and encoded once a distinct
 * selector, however many share it; a client that is behind is passed over, so none waits for another.
 */
export class FeedHub {
  readonly #catalogue: Catalogue;
  readonly #clock: Clock;
  readonly #topics: FeedTopics;
  readonly #clients = new Set<FeedClient>();
  readonly #selections = new Map<string, FeedSelection>();
  #ticks = 0;

  constructor(options: { catalogue: Catalogue; events: Events; clock: Clock; fleet: FleetView }) {
    this.#catalogue = options.catalogue;
    this.#clock = options.clock;
    this.#topics = new FeedTopics(options.fleet, options.events);
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Without a `permit` the client may have everything. */
  attach(socket: FeedSocket, permit?: Permit): FeedConnection {
    const client = new FeedClient(socket, permit);
    this.#clients.add(client);
    return {
      receive: (text) => this.#receive(client, text),
      pong: () => {
        client.unanswered = 0;
      },
      gone: () => this.#drop(client),
    };
  }

  /** Once a second: what changed to everyone, a beat to those it does not concern. */
  tick(): void {
    const nowMs = this.#clock.nowMs();
    this.#ticks += 1;
    if (this.#ticks % PERMIT_TICKS === 0) for (const client of this.#clients) this.#askAgain(client);
    this.#refreshStale();
    for (const selection of this.#selections.values()) selection.look();
    this.#topics.look(this.#topicsRead());
    for (const client of this.#clients) this.#serve(client, nowMs);
    if (this.#ticks % PING_TICKS === 0) for (const client of this.#clients) this.#ping(client);
  }

  #serve(client: FeedClient, nowMs: number): void {
    client.framesNow = 0;
    client.promptLeft = FEED_PROMPT_MAX;
    let sent = false;
    for (const sub of client.subscriptions.values()) sent = client.serve(sub, this.#topics, nowMs) || sent;
    if (!sent && !client.behind) client.socket.send(`{"beat":${nowMs}}`);
  }

  #ping(client: FeedClient): void {
    if (client.unanswered >= UNANSWERED_MAX) {
      client.socket.terminate();
      this.#drop(client);
      return;
    }
    client.unanswered += 1;
    client.socket.ping();
  }

  /**
   * The longest unrefreshed first: a map keeps the order of insertion, and a refreshed one goes to its end.
   */
  #refreshStale(): void {
    const startMs = this.#clock.nowMs();
    for (const [key, selection] of this.#selections) {
      if (!selection.stale) continue;
      selection.refresh();
      this.#selections.delete(key);
      this.#selections.set(key, selection);
      if (this.#clock.nowMs() - startMs > FEED_RESELECT_MS_MAX) return;
    }
  }

  #topicsRead(): Set<FeedTopic> {
    const read = new Set<FeedTopic>();
    for (const { subscriptions } of this.#clients) {
      for (const sub of subscriptions.values()) if (sub.kind === 'topic') read.add(sub.topic);
    }
    return read;
  }

  #receive(client: FeedClient, text: string): void {
    if (!this.#clients.has(client)) return;
    client.framesNow += 1;
    if (client.framesNow > FEED_FRAMES_PER_SECOND_MAX) {
      this.#expel(client, 'too many frames');
      return;
    }
    this.#obey(client, readClientFrame(text));
  }

  #obey(client: FeedClient, order: FeedOrder): void {
    switch (order.kind) {
      case 'unsubscribe':
        this.#unsubscribe(client, order.id);
        return;
      case 'topic':
        this.#subscribe(client, order);
        return;
      case 'series':
        this.#subscribe(client, order);
        return;
      case 'fault':
        client.sendError(order.id, order.error);
        client.faults += 1;
        if (client.faults >= FEED_FAULTS_MAX) this.#expel(client, 'too many frames that cannot be read');
        return;
    }
  }

  #subscribe(client: FeedClient, order: FeedOrder & { kind: 'series' | 'topic' }): void {
    this.#unsubscribe(client, order.id);
    const who = client.whoever();
    if (who instanceof HttpError) {
      client.sendError(order.id, who);
      this.#endAccess(client, who);
      return;
    }
    const refused = roleRefusal(who, order) ?? this.#admit(client, order);
    if (refused) {
      client.sendError(order.id, refused);
      return;
    }
    if (client.promptLeft === 0) return;
    client.promptLeft -= 1;
    const sub = client.subscriptions.get(order.id);
    if (sub) client.serve(sub, this.#topics, this.#clock.nowMs());
  }

  /** Takes away what the client may no longer see. */
  #askAgain(client: FeedClient): void {
    const who = client.whoever();
    if (who instanceof HttpError) {
      this.#endAccess(client, who);
      return;
    }
    if (who === undefined) return;
    for (const [id, sub] of client.subscriptions) {
      const refused = roleRefusal(who, sub);
      if (refused === undefined) continue;
      this.#unsubscribe(client, id);
      client.sendError(id, refused);
    }
  }

  #endAccess(client: FeedClient, why: HttpError): void {
    for (const id of client.subscriptions.keys()) client.sendError(id, why);
    client.socket.close(why.code === 'not_ready' ? TRY_AGAIN_LATER : FEED_UNAUTHORIZED, why.code);
    this.#drop(client);
  }

  /** Adds the subscription, or says which bound forbids it. */
  #admit(client: FeedClient, order: FeedOrder & { kind: 'series' | 'topic' }): HttpError | undefined {
    if (client.subscriptions.size >= FEED_SUBSCRIPTIONS_MAX) {
      const message = `a client has ${FEED_SUBSCRIPTIONS_MAX} subscriptions at most`;
      return new HttpError('feed_too_many_subscriptions', message);
    }
    if (order.kind === 'topic') {
      client.subscribe(order.id, { topic: order.topic });
      return undefined;
    }
    const selection = this.#selectionOf(order.source, client.selectors < FEED_SELECTORS_OF_RIGHT);
    if (selection instanceof HttpError) return selection;
    if (client.rows + selection.size > FEED_SERIES_MAX) {
      this.#release(selection);
      return new HttpError('feed_too_many_series', `a client may follow ${FEED_SERIES_MAX} series in all`);
    }
    selection.users += 1;
    client.subscribe(order.id, { selection });
    return undefined;
  }

  /** `ofRight`: it is admitted however many there are, as far as its rows have room. */
  #selectionOf(source: SelectorSource, ofRight: boolean): FeedSelection | HttpError {
    const key = selectorKey(source);
    const shared = this.#selections.get(key);
    if (shared) return shared;
    const compiled = compileSelector(source);
    if (!compiled.ok)
      return new HttpError('bad_pattern', `${compiled.key} does not compile: ${compiled.fault}`);
    const selection = new FeedSelection(source, this.#catalogue);
    selection.refresh();
    if (selection.tooSlow !== null) return tooSlow(selection.tooSlow);
    const rows = [...this.#selections.values()].reduce((sum, { size }) => sum + size, selection.size);
    const crowded = !ofRight && this.#selections.size >= FEED_SELECTORS_MAX;
    if (crowded || rows > FEED_ROWS_MAX) {
      return new HttpError('feed_full', 'the server follows as many selectors as it can');
    }
    this.#selections.set(key, selection);
    return selection;
  }

  #unsubscribe(client: FeedClient, id: string): void {
    const sub = client.subscriptions.get(id);
    client.subscriptions.delete(id);
    if (sub?.kind !== 'series') return;
    sub.selection.users -= 1;
    this.#release(sub.selection);
  }

  /** Lets go of a selection nobody uses. */
  #release(selection: FeedSelection): void {
    if (selection.users === 0) this.#selections.delete(selectorKey(selection.source));
  }

  #expel(client: FeedClient, reason: string): void {
    client.socket.close(POLICY_VIOLATION, reason);
    this.#drop(client);
  }

  #drop(client: FeedClient): void {
    for (const id of client.subscriptions.keys()) this.#unsubscribe(client, id);
    this.#clients.delete(client);
  }
}

/** Why somebody who may use the feed may not have this of it. */
function roleRefusal(
  who: Identity | undefined,
  wanted: { readonly kind: 'series' } | { readonly kind: 'topic'; readonly topic: FeedTopic },
): HttpError | undefined {
  const needed = FEED_ROLES[wanted.kind === 'topic' ? wanted.topic : 'series'];
  return who === undefined || mayCall(who.role, needed) ? undefined : tooWeak(who, needed);
}

function selectorKey({ cluster, host, metric, facts = [] }: SelectorSource): string {
  return JSON.stringify([cluster, host, metric, ...facts.map(writeFact)]);
}
