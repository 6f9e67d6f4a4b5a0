const RECORDS_MIN = 1024;

/** When the newest sample that was kept of a record had arrived, epoch ms: 8 bytes a record. */
export class KeptArrivals {
  readonly #byWorker = new Map<number, Float64Array>();

  /** 0: none was kept. Records go by their worker's number. */
  at({ worker, record }: { readonly worker: number; readonly record: number }): number {
    return this.#byWorker.get(worker)?.[record] ?? 0;
  }

  set({ worker, record }: { readonly worker: number; readonly record: number }, arrivalMs: number): void {
    let column = this.#byWorker.get(worker);
    if (!column || record >= column.length) {
      const longer = new Float64Array(Math.max(RECORDS_MIN, 2 * (column?.length ?? 0), record + 1));
      if (column) longer.set(column);
      column = longer;
      this.#byWorker.set(worker, column);
    }
    column[record] = arrivalMs;
  }
}
