import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { stepS } from '../../model/record.ts';
import { noRows } from '../rows.ts';
import { decodeHead } from './file-head.ts';
import { locateRows, takeRows } from './file-rows.ts';
import { fit } from './info.ts';
import { planRead } from './read-plan.ts';
import { recordPath } from './tree.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { SeriesRequest, Store, StoredRows } from '../store.ts';
import type { FileHead } from './file-head.ts';
import type { Roots } from './tree.ts';

export interface DirectReaderOptions {
  readonly roots: Roots;
  /** Reads by rrdtool what is not read here. */
  readonly otherwise: Pick<Store, 'query'>;
}

/**
 * Reads the rows of RRD files as they lie there, for those that want them all: 50 M numbers of 10 000 files
 * cost 2.9 s of CPU, by way of rrdtool's text 25 s. Nothing else happens on the thread while a file is read.
 * What is not known (another machine's files, damaged ones), and rows that have to be put together, it leaves
 * to rrdtool.
 */
export function createDirectReader({ roots, otherwise }: DirectReaderOptions): Pick<Store, 'query'> {
  const reader = new FileReader();
  return {
    async query(request, signal) {
      const answers: StoredRows[] = [];
      const left: number[] = [];
      for (const [i, record] of request.records.entries()) {
        signal.throwIfAborted();
        const found = recordPath(record, roots);
        // oxlint-disable-next-line no-await-in-loop -- only where a tree has to be looked at
        const path = typeof found === 'string' ? found : await found;
        const rows = request.band === true ? undefined : reader.read(path, record, request);
        if (rows === undefined) left.push(i);
        answers.push(rows ?? noRows(record.sources.length, stepS(record)));
      }
      const records = left.flatMap((i) => request.records[i] ?? []);
      const others = left.length === 0 ? [] : await otherwise.query({ ...request, records }, signal);
      for (const [n, i] of left.entries()) answers[i] = others[n] ?? (answers[i] as StoredRows);
      return answers;
    },
  };
}

/** Most heads are smaller. */
const HEAD_BYTES = 8192;
/** A file that is written in each of so many tries is left to rrdtool. */
const TRIES_MAX = 5;

type Wish = Pick<SeriesRequest, 'fromS' | 'toS' | 'points'>;

/** One file after the other, into the same memory. */
class FileReader {
  #head = Buffer.alloc(HEAD_BYTES);
  #again = Buffer.alloc(HEAD_BYTES);
  #rows = Buffer.alloc(HEAD_BYTES);

  /** What a file holds of the time; undefined: it is to be read in another way. */
  read(path: string, record: RecordDescription, wish: Wish): StoredRows | undefined {
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      return isMissing ? noRows(record.sources.length, stepS(record)) : undefined;
    }
    try {
      const file = fstatSync(fd);
      if (!file.isFile()) return undefined;
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        const head = this.#readHead(fd);
        if (head === undefined || head.fileBytes > file.size) return undefined;
        const rows = this.#readRows(fd, head, record, wish);
        if (rows === undefined || this.#isAsBefore(fd, head.headBytes)) return rows;
      }
      return undefined;
    } catch {
      return undefined; // The disk's fault; rrdtool says it in its words.
    } finally {
      closeSync(fd);
    }
  }

  #readHead(fd: number): FileHead | undefined {
    for (;;) {
      const { length } = this.#head;
      const got = readSync(fd, this.#head, 0, length, 0);
      const answer = decodeHead(this.#head.subarray(0, got));
      if (answer.kind === 'head') return answer.head;
      if (answer.kind === 'fault' || got < length) return undefined;
      this.#head = Buffer.alloc(answer.bytes);
      this.#again = Buffer.alloc(answer.bytes);
    }
  }

  /** Whether nothing was written meanwhile: RRDtool writes rows first, then in the head where they are. */
  #isAsBefore(fd: number, headBytes: number): boolean {
    if (readSync(fd, this.#again, 0, headBytes, 0) !== headBytes) return false;
    return this.#again.compare(this.#head, 0, headBytes, 0, headBytes) === 0;
  }

  #readRows(fd: number, head: FileHead, record: RecordDescription, wish: Wish): StoredRows | undefined {
    const fitting = fit(record, head);
    const plan = planRead(head, wish);
    if (!fitting.ok) return undefined;
    if (plan === undefined) return noRows(record.sources.length, stepS(record));
    if (plan.widthS !== plan.stepS) return undefined;
    const located = locateRows(head, plan);
    if (located === undefined) return undefined;
    const order = fitting.names.map((name) => head.sources.findIndex((source) => source.name === name));
    const columns = order.map(() => new Float64Array(located.rows).fill(Number.NaN));
    for (const { atByte, bytes, row } of located.runs) {
      const view = this.#bytesAt(fd, atByte, bytes);
      if (view === undefined) return undefined;
      takeRows(view, columns, { row, order, sources: head.sources.length });
    }
    return { startS: plan.startS, stepS: plan.stepS, columns };
  }

  /** Undefined: the file ends before. */
  #bytesAt(fd: number, atByte: number, bytes: number): DataView | undefined {
    if (this.#rows.length < bytes) this.#rows = Buffer.alloc(bytes);
    if (readSync(fd, this.#rows, 0, bytes, atByte) !== bytes) return undefined;
    return new DataView(this.#rows.buffer, this.#rows.byteOffset, bytes);
  }
}
