import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import type { FromPluginHost, ToPluginHost } from './plugin-messages.ts';
import type { ProcessEnd, StartedPlugin } from './plugin-process.ts';

interface Hosted {
  readonly ended: PromiseWithResolvers<ProcessEnd>;
  readonly gone: PromiseWithResolvers<void>;
}

/**
 * Starts plugins in a small process of its own, forked with the first of them. The server itself is large:
 * each fork copies its page tables while none of its threads gets a new page (with 400 MiB 8 ms of CPU a
 * plugin, with 50 MiB 1 ms). When that process dies, what it ran is told as not run, and the next plugin has
 * another one.
 */
export class HostedPlugins {
  readonly #fork: () => ChildProcess;
  readonly #hosted = new Map<number, Hosted>();
  #host: ChildProcess | undefined;
  #lastId = 0;

  /** `fork`: starts the process, with a channel for messages. */
  constructor(fork: () => ChildProcess) {
    this.#fork = fork;
  }

  start(command: readonly string[], timeoutMs: number): StartedPlugin {
    this.#lastId += 1;
    const id = this.#lastId;
    const hosted: Hosted = { ended: Promise.withResolvers(), gone: Promise.withResolvers() };
    this.#hosted.set(id, hosted);
    this.#say({ kind: 'start', id, command, timeoutMs });
    return {
      ended: hosted.ended.promise,
      gone: hosted.gone.promise,
      kill: () => this.#say({ kind: 'kill', id }),
    };
  }

  /** Resolves when the process is gone, with everything that it had started. */
  async stop(): Promise<void> {
    const host = this.#host;
    if (!host) return;
    const gone = once(host, 'exit');
    host.disconnect();
    await gone;
  }

  #say(message: ToPluginHost): void {
    this.#host ??= this.#open();
    // A channel that breaks is the end of the process, which is told by itself.
    this.#host.send(message, () => undefined);
  }

  #open(): ChildProcess {
    const host = this.#fork();
    host.on('message', (message: FromPluginHost) => this.#hear(message));
    host.on('error', ({ message }) => this.#lost(host, message));
    host.on('exit', (code, signal) => this.#lost(host, signal ?? `exit status ${code}`));
    return host;
  }

  #hear(message: FromPluginHost): void {
    const hosted = this.#hosted.get(message.id);
    if (message.kind === 'ended') {
      hosted?.ended.resolve(message.end);
      return;
    }
    hosted?.gone.resolve();
    this.#hosted.delete(message.id);
  }

  #lost(host: ChildProcess, why: string): void {
    if (this.#host !== host) return;
    this.#host = undefined;
    const detail = `the process that starts plugins has ended: ${why}`;
    for (const { ended, gone } of this.#hosted.values()) {
      ended.resolve({ end: 'refused', code: -1, output: '', detail });
      gone.resolve();
    }
    this.#hosted.clear();
  }
}
