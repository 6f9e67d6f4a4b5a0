import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { CONTROL_CONNECTIONS_MAX, CONTROL_LINE_BYTES_MAX, CONTROL_SILENT_MS } from '../limits.ts';
import { controlPath } from './control-path.ts';
import { readRequest } from './control-messages.ts';
import type { Socket } from 'node:net';
import type { DiagnosisAnswer, ReconcilerView } from '../contract/instances.ts';
import type {
  Confirmed,
  ControlAnswer,
  ControlRequest,
  Diagnosed,
  Flushed,
  Refused,
} from './control-messages.ts';

/** What the running server does for commands. */
export interface ControlDesk {
  /** `lost` is called once if the hold ends by itself, with the reason in words. */
  hold(lost: (why: string) => void): Promise<({ readonly ok: true } & Hold) | Refused>;
  flush(
    wish: Omit<ControlRequest & { do: 'flush' }, 'do'>,
  ): Promise<({ readonly ok: true } & Flushed) | Refused>;
  diagnose(wish: Diagnosed): Promise<DiagnosisAnswer>;
  reconcilers(): readonly ReconcilerView[];
  receivers(): Promise<ControlAnswer>;
  testReceiver(name: string): Promise<ControlAnswer>;
  confirm(wish: Confirmed): { readonly ok: true; readonly confirmed: string } | Refused;
}

export interface Hold {
  /** Ends the hold, also twice; ms it has lasted. */
  release(): number;
}

/**
 * Answers commands of the same user at data_dir's control socket (mode 0600), until it is disposed. The
 * caller holds the directory's lock: a socket that is there already is of a server that was killed. Rejects
 * where the file system has no sockets.
 */
export async function openControlSocket(dataDir: string, desk: ControlDesk): Promise<AsyncDisposable> {
  const path = controlPath(dataDir);
  rmSync(path.address, { force: true });
  const sessions = new Set<ControlSession>();
  const server = createServer((socket) => {
    const session = new ControlSession(socket, desk);
    sessions.add(session);
    socket.once('close', () => {
      sessions.delete(session);
      session.end();
    });
  });
  server.maxConnections = CONTROL_CONNECTIONS_MAX;
  server.listen(path.address);
  await once(server, 'listening');
  chmodSync(path.address, 0o600);
  // Out of descriptors: whoever asks has to ask again.
  server.on('error', () => undefined);
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.hangUp();
      await closed;
      path[Symbol.dispose]();
    },
  };
}

/** One connection: a request at a time, what it holds let go when it closes. */
class ControlSession {
  readonly #socket: Socket;
  readonly #desk: ControlDesk;
  #text = '';
  #busy = false;
  #ended = false;
  #hold: Hold | undefined;

  constructor(socket: Socket, desk: ControlDesk) {
    this.#socket = socket;
    this.#desk = desk;
    socket.setEncoding('utf8');
    socket.setTimeout(CONTROL_SILENT_MS, () => this.#silent());
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: string) => this.#take(chunk));
  }

  hangUp(): void {
    this.#refuse('the server stops', 'start it again, then try again');
  }

  end(): void {
    this.#ended = true;
    this.#hold?.release();
    this.#hold = undefined;
  }

  #silent(): void {
    if (!this.#busy && this.#hold === undefined) this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#text += chunk;
    const end = this.#text.indexOf('\n');
    if (end < 0 && this.#text.length <= CONTROL_LINE_BYTES_MAX) return;
    if (this.#busy || end < 0 || end > CONTROL_LINE_BYTES_MAX || end < this.#text.length - 1) {
      const what = this.#busy || end >= 0 ? 'one request at a time' : 'the line is too long';
      this.#refuse(what, 'send one line of JSON and wait for its answer');
      return;
    }
    const request = readRequest(this.#text.slice(0, end));
    this.#text = '';
    if (typeof request === 'string') {
      this.#refuse(request, 'use muster of the same version as the server');
      return;
    }
    this.#busy = true;
    void this.#serve(request)
      .catch(failure)
      .then((answer) => {
        this.#busy = false;
        this.#say(answer);
      });
  }

  async #serve(request: ControlRequest): Promise<ControlAnswer> {
    switch (request.do) {
      case 'flush':
        return this.#desk.flush(request);
      case 'diagnose':
        return { ok: true, diagnosis: await this.#desk.diagnose(request) };
      case 'reconcilers':
        return { ok: true, reconcilers: this.#desk.reconcilers() };
      case 'confirm':
        return this.#desk.confirm(request);
      case 'receivers':
        return this.#desk.receivers();
      case 'test-receiver':
        return this.#desk.testReceiver(request.name);
      case 'hold':
        return this.#holdStore();
      case 'release': {
        const heldMs = this.#hold?.release();
        this.#hold = undefined;
        if (heldMs !== undefined) return { ok: true, heldMs };
        return { ok: false, message: 'nothing is held', cure: 'hold first' };
      }
    }
  }

  async #holdStore(): Promise<ControlAnswer> {
    const lost = (why: string) => this.#refuse(why, 'try again');
    const outcome = await this.#desk.hold(lost);
    if (!outcome.ok) return outcome;
    this.#hold = outcome;
    // Whoever asked may have gone meanwhile.
    if (this.#ended) this.end();
    return { ok: true, held: true };
  }

  #say(answer: ControlAnswer): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(answer)}\n`);
  }

  /** Says why, and hangs up. */
  #refuse(message: string, cure: string): void {
    this.#say({ ok: false, message, cure });
    this.#socket.destroySoon();
    this.end();
  }
}

function failure(error: unknown): ControlAnswer {
  const why = error instanceof Error ? error.message : String(error);
  return { ok: false, message: why, cure: 'look into the log of the server' };
}
