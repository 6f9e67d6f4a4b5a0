import { once } from 'node:events';
import { createServer } from 'node:http';

/** A page as a webhook brings it, and when it came, epoch ms with fractions. */
export interface Arrived {
  readonly atMs: number;
  readonly key: string;
  readonly kind: string;
  readonly host: string;
  readonly service: string;
  readonly count: number;
  readonly body: string;
}

export const nowMs = (): number => performance.timeOrigin + performance.now();

/**
 * Somebody on call behind a webhook, who may be down. A key that was taken before is counted, and not taken
 * again.
 */
export class Pager implements Disposable {
  readonly arrived: Arrived[] = [];
  readonly #keys = new Set<string>();
  /** Requests whose key was there already. */
  repeated = 0;
  /** When the first of them came; 0: none did. */
  firstRepeatMs = 0;
  refused = 0;
  isDown = false;
  #listener: (arrived: Arrived) => void = () => undefined;
  readonly url: string;
  readonly #close: () => void;

  private constructor(url: string, close: () => void) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<Pager> {
    const server = createServer((request, response) => {
      const atMs = nowMs();
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.on('end', () => {
        const key = String(request.headers['idempotency-key'] ?? '');
        response.writeHead(pager.#take(atMs, key, body) ? 204 : 503).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const pager: Pager = new Pager(`http://127.0.0.1:${address.port}/hook`, () => {
      server.close();
      server.closeAllConnections();
    });
    return pager;
  }

  /** Runs it whenever a page has come for the first time. */
  onPage(listener: (arrived: Arrived) => void): void {
    this.#listener = listener;
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #take(atMs: number, key: string, body: string): boolean {
    if (this.isDown) {
      this.refused += 1;
      return false;
    }
    if (key !== '' && this.#keys.has(key)) {
      this.repeated += 1;
      this.firstRepeatMs ||= atMs;
      return true;
    }
    this.#keys.add(key);
    const said = JSON.parse(body) as Partial<Arrived>;
    const { kind = '', host = '', service = '', count = 1 } = said;
    const arrived = { atMs, key, kind, host, service, count, body };
    this.arrived.push(arrived);
    this.#listener(arrived);
    return true;
  }
}
