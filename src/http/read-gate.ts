import {
  QUERIES_AT_ONCE,
  QUERIES_LONG_AT_ONCE,
  QUERIES_WAITING_MAX,
  SERIES_VALUES_UNDER_WAY_MAX,
} from '../limits.ts';
import { HttpError } from './errors.ts';

/** What an answer occupies from its admission until it has been sent. */
export interface Admission extends Disposable {
  /** Runs the read when its turn comes, in the order of admission. Rejects when aborted before. */
  run<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

interface Turn {
  readonly isLong: boolean;
  readonly go: () => void;
}

/**
 * Keeps the answers of history within bounds: how many reads run at once, how many wait, and how many numbers
 * are held for all of them together. Long reads take half of the places, so that a short one need not wait
 * for them.
 */
export class ReadGate {
  #answers = 0;
  #values = 0;
  #running = 0;
  #longRunning = 0;
  readonly #waiting = new Set<Turn>();

  /** Throws the error to answer with where there is no place for so many numbers. */
  admit(values: number, isLong = false): Admission {
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
      run: (read, signal) => this.#run(read, { isLong, signal }),
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#answers -= 1;
        this.#values -= values;
      },
    };
  }

  async #run<T>(
    read: () => Promise<T>,
    { isLong, signal }: { isLong: boolean; signal: AbortSignal },
  ): Promise<T> {
    await this.#turn(isLong, signal);
    try {
      return await read();
    } finally {
      this.#running -= 1;
      if (isLong) this.#longRunning -= 1;
      for (const turn of this.#waiting) if (this.#hasRoom(turn.isLong)) turn.go();
    }
  }

  #hasRoom(isLong: boolean): boolean {
    return this.#running < QUERIES_AT_ONCE && !(isLong && this.#longRunning >= QUERIES_LONG_AT_ONCE);
  }

  /** Resolves when there is room, which it then holds. */
  #turn(isLong: boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const hold = () => {
      this.#running += 1;
      if (isLong) this.#longRunning += 1;
    };
    if (this.#hasRoom(isLong)) return Promise.resolve(hold());
    return new Promise((resolve, reject) => {
      const go = () => {
        this.#waiting.delete(turn);
        signal.removeEventListener('abort', leave);
        hold();
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(turn);
        reject(signal.reason);
      };
      const turn = { isLong, go };
      this.#waiting.add(turn);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
