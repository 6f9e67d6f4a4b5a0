import { once } from 'node:events';
import { signalGroup } from './process-group.ts';
import type { ChildProcess } from 'node:child_process';
import type { FromPluginHost, ToPluginHost } from './plugin-messages.ts';
import type { ProcessEnd, StartedPlugin } from './plugin-process.ts';

/** What the process may take to end a plugin beyond the time limit, and to end itself; then it hangs. */
const GRACE_MS = 10_000;
const STOP_MS = 3000;

interface Hosted {
  readonly ended: PromiseWithResolvers<ProcessEnd>;
  readonly gone: PromiseWithResolvers<void>;
  readonly late: NodeJS.Timeout;
  /** Its process group while it runs. */
  group: number | undefined;
}

/**
 * Starts plugins in a small process of its own, forked with the first of them. The server itself is large:
 * each fork copies its page tables while none of its threads gets a new page (with 400 MiB 8 ms of CPU a
 * plugin, with 50 MiB 1 ms). When that process dies, what it ran is ended and told as not run, and the next
 * plugin has another one. So it is when it hangs: it does as long as the kernel looks for a program, for ever
 * on a dead disk.
 */
export class HostedPlugins {
  readonly #fork: () => ChildProcess;
  readonly #graceMs: number;
  readonly #hosted = new Map<number, Hosted>();
  #host: ChildProcess | undefined;
  #lastId = 0;

  /** `fork`: starts the process, with a channel for messages. */
  constructor(fork: () => ChildProcess, graceMs = GRACE_MS) {
    this.#fork = fork;
    this.#graceMs = graceMs;
  }

  /** `input`: what it reads; nothing without it. */
  start(command: readonly string[], timeoutMs: number, input?: string): StartedPlugin {
    this.#lastId += 1;
    const id = this.#lastId;
    const hosted: Hosted = {
      ended: Promise.withResolvers(),
      gone: Promise.withResolvers(),
      late: setTimeout(() => this.#end(), timeoutMs + this.#graceMs),
      group: undefined,
    };
    this.#hosted.set(id, hosted);
    this.#say({ kind: 'start', id, command, timeoutMs, ...(input === undefined ? {} : { input }) });
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
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.resolve(this.#end()), Math.min(STOP_MS, this.#graceMs));
    host.disconnect();
    await Promise.race([gone, late.promise]);
    clearTimeout(timer);
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
    if (!hosted) return;
    switch (message.kind) {
      case 'started':
        hosted.group = message.group;
        return;
      case 'ended':
        clearTimeout(hosted.late);
        hosted.group = undefined;
        return hosted.ended.resolve(message.end);
      case 'gone':
        this.#hosted.delete(message.id);
        return hosted.gone.resolve();
    }
  }

  /** It hangs, and may do so for ever. */
  #end(): void {
    const host = this.#host;
    if (!host) return;
    host.kill('SIGKILL');
    if (host.connected) host.disconnect();
    host.unref();
    this.#lost(host, 'it hung');
  }

  #lost(host: ChildProcess, why: string): void {
    if (this.#host !== host) return;
    this.#host = undefined;
    const detail = `the process that starts plugins has ended: ${why}`;
    for (const { ended, gone, late, group } of this.#hosted.values()) {
      clearTimeout(late);
      if (group !== undefined) signalGroup(group, 'SIGKILL');
      ended.resolve({ end: 'refused', code: -1, output: '', detail });
      gone.resolve();
    }
    this.#hosted.clear();
  }
}
