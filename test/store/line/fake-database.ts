import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export interface FakeRequest {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly lines: string;
}

/** An HTTP server that remembers what is written to it and answers as it is told to. */
export class FakeDatabase implements AsyncDisposable {
  readonly requests: FakeRequest[] = [];
  /** Ends the response; 204 unless told. */
  answer: (response: ServerResponse, request: FakeRequest) => void = (response) => {
    response.writeHead(204).end();
  };
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#take(request, response);
    });
  }

  static async start(): Promise<FakeDatabase> {
    const database = new FakeDatabase();
    await new Promise<void>((resolve) => database.#server.listen(0, '127.0.0.1', resolve));
    return database;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Answers every request with this. */
  says(status: number, body = '', headers: Record<string, string> = {}): void {
    this.answer = (response) => {
      response.writeHead(status, headers).end(body);
    };
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const lines = gunzipSync(await buffer(request)).toString();
    const taken = { url: request.url ?? '', headers: request.headers, lines };
    this.requests.push(taken);
    this.answer(response, taken);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }
}
