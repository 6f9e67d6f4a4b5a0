/** Requests to another thread that wait for the answer with their number. */
export class Requests<T> {
  readonly #waiting = new Map<number, (answer: T) => void>();
  #last = 0;

  /** Gives out a number and a promise of its answer. */
  open(): { request: number; answer: Promise<T> } {
    this.#last += 1;
    const request = this.#last;
    const answer = new Promise<T>((resolve) => this.#waiting.set(request, resolve));
    return { request, answer };
  }

  settle(request: number, answer: T): void {
    this.#waiting.get(request)?.(answer);
    this.#waiting.delete(request);
  }

  get size(): number {
    return this.#waiting.size;
  }
}
