/** Requests to another thread that wait for the answer with their number. */
export class Requests<T> {
  readonly #waiting = new Map<number, { resolve: (answer: T) => void; reject: (fault: Error) => void }>();
  #last = 0;
  #fault: Error | undefined;

  /** Gives out a number and a promise of its answer; it rejects when the thread is gone. */
  open(): { request: number; answer: Promise<T> } {
    this.#last += 1;
    const request = this.#last;
    const fault = this.#fault;
    const answer = fault
      ? Promise.reject<T>(fault)
      : new Promise<T>((resolve, reject) => this.#waiting.set(request, { resolve, reject }));
    return { request, answer };
  }

  settle(request: number, answer: T): void {
    this.#waiting.get(request)?.resolve(answer);
    this.#waiting.delete(request);
  }

  /** The thread is gone: nobody will answer. */
  fail(fault: Error): void {
    this.#fault = fault;
    for (const { reject } of this.#waiting.values()) reject(fault);
    this.#waiting.clear();
  }
}
