import { readdirSync, readFileSync } from 'node:fs';

const LOOK_MS = 200;
/** Time before a death that counts. */
const LATELY_MS = 1000;
const NS_PER_MS = 1e6;

/** A thread by the name Node gives it, and the time it has waited so far. */
interface Waited {
  readonly name: string;
  readonly ms: number;
}

/**
 * How long a process's threads have waited for a processor (/proc/PID/task/TID/schedstat). A machine with more to
 * do than it has processors holds up a promise of 100 ms, and whoever holds the server to it has to know.
 */
export class RunDelay implements Disposable {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  /** Waiting so far by thread, ms, with the moment it was looked at; some seconds of it. */
  #looks: { readonly ms: number; readonly waited: ReadonlyMap<string, Waited> }[] = [];

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /**
   * Milliseconds of the last second for which a value may have waited: the worker that reads it and hands it over
   * and the pool's thread that writes it, each the one that waited longest.
   */
  lately(): number {
    const nowMs = Date.now();
    this.#look();
    const before = this.#looks.findLast(({ ms }) => ms <= nowMs - LATELY_MS)?.waited;
    const longest = { WorkerThread: 0, 'libuv-worker': 0 };
    for (const [tid, { name, ms }] of this.#looks.at(-1)?.waited ?? []) {
      const waitedMs = ms - (before?.get(tid)?.ms ?? 0);
      if (name === 'WorkerThread' || name === 'libuv-worker') {
        longest[name] = Math.max(longest[name], waitedMs);
      }
    }
    return Math.ceil(longest.WorkerThread + longest['libuv-worker']);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const waited = new Map<string, Waited>();
    try {
      for (const tid of readdirSync(`/proc/${this.#pid}/task`)) {
        const thread = `/proc/${this.#pid}/task/${tid}`;
        const [, waitedNs] = readFileSync(`${thread}/schedstat`, 'utf8').split(' ');
        const name = readFileSync(`${thread}/comm`, 'utf8').trim();
        waited.set(tid, { name, ms: Number(waitedNs) / NS_PER_MS });
      }
    } catch {
      // It, or a thread of it, has just ended; or the system does not tell.
    }
    this.#looks = [...this.#looks.slice(-20), { ms: Date.now(), waited }];
  }
}
