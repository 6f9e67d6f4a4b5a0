import { workerData } from 'node:worker_threads';
import { seriesSegment } from '../../src/live/columns.ts';
import { LiveWriter } from '../../src/live/writer.ts';
import type { SeriesSegment } from '../../src/live/columns.ts';

/**
 * The real writer on a segment that is handed to it: the same number into every column of row 0, a million
 * times.
 */
class Borrowed extends LiveWriter {
  readonly #shared: SeriesSegment;

  constructor(buffer: SharedArrayBuffer) {
    super(() => {});
    this.#shared = seriesSegment(buffer);
  }

  override segment(): SeriesSegment {
    return this.#shared;
  }
}

const live = new Borrowed(workerData as SharedArrayBuffer);
for (let n = 1; n <= 1_000_000; n += 1) live.write(0, n, n, n, n, n);
