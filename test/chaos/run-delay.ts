import { readdirSync, readFileSync } from 'node:fs';

const LOOK_MS = 200;
/** Time before a death that counts. */
const LATELY_MS = 1000;
const NS_PER_MS = 1e6;

/**
 * How long a process's threads have waited for a processor (/proc/PID/task/TID/schedstat). A machine with more to
 * do than it has processors holds up a promise of 100 ms, and whoever holds the server to it has to know.
 */
export class RunDelay implements Disposable {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  /** Waiting so far by thread, ms, with the moment it was looked at; some seconds of it. */
  #looks: { readonly ms: number; readonly waited: ReadonlyMap<string, number> }[] = [];

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /**
   * Milliseconds for which the two threads that waited longest did so in the last second: one reads and hands
   * over, another writes.
   */
  lately(): number {
    const nowMs = Date.now();
    this.#look();
    const before = this.#looks.findLast(({ ms }) => ms <= nowMs - LATELY_MS)?.waited;
    const waits = [...(this.#looks.at(-1)?.waited ?? [])].map(([tid, ms]) => ms - (before?.get(tid) ?? 0));
    const [longest = 0, second = 0] = waits.toSorted((a, b) => b - a);
    return Math.ceil(longest + second);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const waited = new Map<string, number>();
    try {
      for (const tid of readdirSync(`/proc/${this.#pid}/task`)) {
        const [, waitedNs] = readFileSync(`/proc/${this.#pid}/task/${tid}/schedstat`, 'utf8').split(' ');
        waited.set(tid, Number(waitedNs) / NS_PER_MS);
      }
    } catch {
      // It, or a thread of it, has just ended; or the system does not tell.
    }
    this.#looks = [...this.#looks.slice(-20), { ms: Date.now(), waited }];
  }
}
