import { GRAPH_WITHIN_MS, GRAPHS_AT_ONCE, GRAPHS_WAITING_MAX } from '../alert-limits.ts';
import type { GraphQuestion, QueryToJudge } from './messages.ts';
import type { HistoryAnswer, HistoryRequest } from '../query/history.ts';
import type { Picture } from '../query/graph/script.ts';

interface GraphDeskOptions {
  readonly read: (request: HistoryRequest, signal: AbortSignal) => Promise<HistoryAnswer>;
  readonly draw: (picture: Picture, signal: AbortSignal) => Promise<Uint8Array>;
  readonly say: (message: QueryToJudge) => void;
}

/** Graphs for mails, few at a time: nobody waits for one longer than GRAPH_WITHIN_MS. */
export class GraphDesk {
  readonly #o: GraphDeskOptions;
  readonly #waiting: { readonly question: GraphQuestion; readonly signal: AbortSignal }[] = [];
  readonly #stopped = new AbortController();
  #drawing = 0;

  constructor(options: GraphDeskOptions) {
    this.#o = options;
  }

  ask(question: GraphQuestion): void {
    if (this.#waiting.length >= GRAPHS_WAITING_MAX) {
      this.#o.say({ kind: 'no-graph', request: question.request, fault: 'too many graphs are wanted' });
      return;
    }
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(GRAPH_WITHIN_MS)]);
    this.#waiting.push({ question, signal });
    this.#next();
  }

  stop(): void {
    this.#stopped.abort();
  }

  #next(): void {
    while (this.#drawing < GRAPHS_AT_ONCE) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#drawing += 1;
      void this.#draw(next.question, next.signal).then((answer) => {
        this.#drawing -= 1;
        if (!this.#stopped.signal.aborted) this.#o.say(answer);
        this.#next();
      });
    }
  }

  async #draw({ request, read, picture }: GraphQuestion, signal: AbortSignal): Promise<QueryToJudge> {
    try {
      signal.throwIfAborted();
      const { times, columns } = await this.#o.read(read, signal);
      const values = columns[0]?.values ?? [];
      if (times.length < 2 || !Array.from(values).some(Number.isFinite)) {
        return { kind: 'no-graph', request, fault: 'there is no history to be drawn' };
      }
      const png = await this.#o.draw({ ...picture, times, values }, signal);
      return { kind: 'graph', request, png };
    } catch (error) {
      return { kind: 'no-graph', request, fault: error instanceof Error ? error.message : String(error) };
    }
  }
}
