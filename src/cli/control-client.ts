import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { CONTROL_ANSWER_CHARS_MAX } from '../limits.ts';
import { controlPath } from '../ops/control-path.ts';
import type { Socket } from 'node:net';
import type { ControlAnswer, ControlRequest } from '../ops/control-messages.ts';

/** The running server of a data_dir, as a command talks to it. Disposing hangs up. */
export class ControlClient implements Disposable {
  readonly #socket: Socket;
  readonly #gone = Promise.withResolvers<string>();
  /** Why nobody answers any more; undefined while somebody does. */
  #over: string | undefined;
  #answer: ((answer: ControlAnswer) => void) | undefined;
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#hear(chunk));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#end('the server has hung up'));
  }

  /** Undefined: no server answers there. Throws where this user may not ask. */
  static async on(dataDir: string): Promise<ControlClient | undefined> {
    if (!existsSync(dataDir)) return undefined;
    using path = controlPath(dataDir);
    const socket = connect(path.address);
    try {
      await new Promise((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
      });
      return new ControlClient(socket);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
      throw error;
    }
  }

  /** Resolves, with the reason in words, when the server has hung up or says that a hold has ended. */
  get gone(): Promise<string> {
    return this.#gone.promise;
  }

  get over(): string | undefined {
    return this.#over;
  }

  /** One request at a time. */
  ask(request: ControlRequest): Promise<ControlAnswer> {
    const { promise, resolve } = Promise.withResolvers<ControlAnswer>();
    const cure = 'look into the log of the server, then try again';
    if (this.#over !== undefined) return Promise.resolve({ ok: false, message: this.#over, cure });
    this.#answer = resolve;
    this.#socket.write(`${JSON.stringify(request)}\n`);
    void this.gone.then((message) => resolve({ ok: false, message, cure }));
    return promise;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #hear(chunk: string): void {
    this.#text += chunk;
    const end = this.#text.indexOf('\n');
    if (end < 0) {
      if (this.#text.length > CONTROL_ANSWER_CHARS_MAX) this.#socket.destroy();
      return;
    }
    const answer = JSON.parse(this.#text.slice(0, end)) as ControlAnswer;
    this.#text = this.#text.slice(end + 1);
    const waiting = this.#answer;
    this.#answer = undefined;
    if (waiting !== undefined) waiting(answer);
    else if (!answer.ok) this.#end(answer.message);
  }

  #end(why: string): void {
    this.#over ??= why;
    this.#gone.resolve(this.#over);
  }
}
