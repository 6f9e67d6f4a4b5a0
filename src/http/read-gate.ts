import { QUERIES_AT_ONCE, QUERIES_WAITING_MAX, SERIES_VALUES_UNDER_WAY_MAX } from '../limits.ts';
import { HttpError } from './errors.ts';

/** What an answer occupies from its admission until it has been sent. */
export interface Admission extends Disposable {
  /** Runs the read when its turn comes, in the order of admission. Rejects when aborted before. */
  run<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/**
 * Keeps the answers of history within bounds: how many reads run at once, how many wait, and how many numbers
 * are held for all of them together.
 */
export class ReadGate {
  #answers = 0;
  #values = 0;
  #running = 0;
  readonly #waiting = new Set<() => void>();

  /** Throws the error to answer with where there is no place for so many numbers. */
  admit(values: number): Admission {
    if (this.#answers >= QUERIES_WAITING_MAX) {
      throw new HttpError('busy', `${this.#answers} reads of history are under way already`);
    }
    if (this.#values + values > SERIES_VALUES_UNDER_WAY_MAX) {
      throw new HttpError('busy', `answers with ${this.#values} numbers are under way already`);
    }
    this.#answers += 1;
    this.#values += values;
    let held = true;
    return {
      run: (read, signal) => this.#run(read, signal),
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#answers -= 1;
        this.#values -= values;
      },
    };
  }

  async #run<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await read();
    } finally {
      const [next] = this.#waiting;
      if (next) next();
      else this.#running -= 1;
    }
  }

  /** Resolves when a place is free; whoever ends a read hands its place on. */
  #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < QUERIES_AT_ONCE) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const go = () => {
        this.#waiting.delete(go);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(go);
        reject(signal.reason);
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
