import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Dice } from './seed.ts';

/**
 * What becomes of a request: it is passed on; refused with a status; not answered; its connection cut before it
 * is passed on; or passed on and its answer swallowed, so that the sender cannot know that it was done.
 */
type Mood = 'pass' | 'refuse' | 'wait' | 'hang' | 'cut' | 'swallow';
export type Moods = readonly [Mood, ...Mood[]];

/** A proxy before a store, in whatever mood a scenario wants. */
export class FlakyProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: () => string;
  readonly #dice: Dice;
  #moods: Moods = ['pass'];
  readonly counts = new Map<Mood, number>();

  private constructor(target: () => string, dice: Dice) {
    this.#target = target;
    this.#dice = dice;
    this.#server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));
  }

  static async before(target: () => string, dice: Dice): Promise<FlakyProxy> {
    const proxy = new FlakyProxy(target, dice);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** From now on one of these for each request; what hangs is cut. */
  set moods(moods: Moods) {
    this.#moods = moods;
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const mood = this.#dice.pick(this.#moods);
    this.counts.set(mood, (this.counts.get(mood) ?? 0) + 1);
    const parts: Buffer[] = [];
    incoming.on('data', (data: Buffer) => {
      parts.push(data);
      if (mood === 'cut') incoming.destroy();
    });
    incoming.once('error', () => undefined);
    await once(incoming, 'close');
    if (!incoming.complete) return;
    switch (mood) {
      case 'refuse':
        return void outgoing.writeHead(503).end('{"message":"overloaded"}');
      case 'wait':
        return void outgoing.writeHead(429, { 'retry-after': '1' }).end('{"message":"slow down"}');
      case 'hang':
      case 'cut':
        return;
      case 'pass':
      case 'swallow':
        return this.#pass(incoming, outgoing, { body: Buffer.concat(parts), answers: mood === 'pass' });
    }
  }

  #pass(
    { url = '/', method = 'POST', headers }: IncomingMessage,
    outgoing: ServerResponse,
    { body, answers }: { readonly body: Buffer; readonly answers: boolean },
  ): void {
    const onward = request(new URL(url, this.#target()), { method, headers });
    onward.once('error', () => outgoing.destroy());
    onward.once('response', (answer) => {
      if (!answers) return void outgoing.destroy();
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.end(body);
  }
}
