import { parentPort, workerData } from 'node:worker_threads';
import { ReadTooLarge } from '../model/read-too-large.ts';
import { readHistory } from '../query/history.ts';
import { drawGraph } from '../query/graph/draw.ts';
import { GraphDesk } from './graph-desk.ts';
import { openStore } from './stores.ts';
import { PastReads } from './past-reads.ts';
import type {
  FromQuery,
  IngestQuestion,
  IngestReply,
  JudgeToQuery,
  QuerySetup,
  QueryToJudge,
  ToQuery,
} from './messages.ts';
import type { MessagePort } from 'node:worker_threads';
import type { SeriesRequest, Store, StoredRows } from '../store/store.ts';
import type { Tail, TailKey, TailSource } from '../model/tail.ts';

/** The composition root of a query worker: heavy reads, away from every other event loop. */

const STORE_WORKERS = 1;

const setup = workerData as QuerySetup;
const main = parentPort as MessagePort;
const say = (message: FromQuery) => main.postMessage(message);

/** Questions to one ingest worker that have no answer yet. */
class IngestClient {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, (reply: IngestReply) => void>();
  #last = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (reply: IngestReply) => {
      this.#waiting.get(reply.request)?.(reply);
      this.#waiting.delete(reply.request);
    });
  }

  async tails(records: readonly TailKey[]): Promise<readonly Tail[]> {
    const reply = await this.#ask({ kind: 'tails', request: this.#next(), records });
    return reply.kind === 'tails' ? reply.tails : [];
  }

  async stored(read: SeriesRequest): Promise<readonly StoredRows[]> {
    const reply = await this.#ask({ kind: 'stored', request: this.#next(), read });
    return reply.kind === 'stored' ? reply.rows : [];
  }

  close(): void {
    this.#port.close();
  }

  #next(): number {
    this.#last += 1;
    return this.#last;
  }

  #ask(question: IngestQuestion): Promise<IngestReply> {
    return new Promise((resolve) => {
      this.#waiting.set(question.request, resolve);
      this.#port.postMessage(question);
    });
  }
}

const ingest = setup.ingest.map((port) => new IngestClient(port));

const tails: TailSource = {
  async tails(records) {
    const answers: (Tail | undefined)[] = Array.from({ length: records.length });
    await Promise.all(
      ingest.map(async (client, worker) => {
        const mine = records.flatMap((key, at) => (key.worker === worker ? [{ at, key }] : []));
        if (mine.length === 0) return;
        const found = await client.tails(mine.map(({ key }) => key));
        for (const [i, { at }] of mine.entries()) answers[at] = found[i];
      }),
    );
    return answers;
  },
};

/** A memory store's rows live in the ingest workers: every one is asked, the one that has rows answers. */
function remoteMemory(): Store {
  return {
    name: 'memory',
    put: () => Promise.reject(new Error('a query worker does not write')),
    async query(request) {
      const answers = await Promise.all(ingest.map((client) => client.stored(request)));
      return request.records.map((_, i) => {
        const rows = answers.map((a) => a[i] as StoredRows);
        return rows.find((r) => (r.columns[0]?.length ?? 0) > 0) ?? (rows[0] as StoredRows);
      });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const store =
  setup.store.type === 'memory'
    ? remoteMemory()
    : openStore(setup.store, {
        rrdDirs: setup.rrdDirs,
        dataDir: setup.dataDir,
        workers: STORE_WORKERS,
        onCount: (what, detail) =>
          say({ kind: 'log', level: 'warn', message: `the store reports: ${what}`, fields: { detail } }),
      });
const reading = new Map<number, AbortController>();
const past = new PastReads({
  read: (request, signal) => readHistory(request, { store, tails }, signal),
  say: (message: QueryToJudge) => setup.judge.postMessage(message),
  isBusy: () => reading.size > 0,
});
const graphs = new GraphDesk({
  read: (request, signal) => readHistory(request, { store, tails }, signal),
  draw: drawGraph,
  say: (message: QueryToJudge) => setup.judge.postMessage(message),
});
setup.judge.on('message', (message: JudgeToQuery) => {
  if (message.kind === 'past') past.ask(message);
  else graphs.ask(message);
});

async function read(message: ToQuery & { kind: 'read' }): Promise<void> {
  const abort = new AbortController();
  reading.set(message.request, abort);
  try {
    const answer = await readHistory(message.read, { store, tails }, abort.signal);
    say({ kind: 'rows', request: message.request, answer });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const tooLarge = error instanceof ReadTooLarge;
    say({ kind: 'failed', request: message.request, message: text, tooLarge });
  } finally {
    reading.delete(message.request);
    past.next();
  }
}

main.on('message', (message: ToQuery) => {
  switch (message.kind) {
    case 'read':
      void read(message);
      return;
    case 'abort':
      reading.get(message.request)?.abort();
      return;
    case 'stop':
      for (const abort of reading.values()) abort.abort();
      past.stop();
      graphs.stop();
      void store[Symbol.asyncDispose]().then(() => {
        for (const client of ingest) client.close();
        setup.judge.close();
        say({ kind: 'done', request: message.request });
        main.close();
      });
      return;
  }
});
