import { GRAPH_WITHIN_MS } from '../alert-limits.ts';
import { readOf } from './remote-past.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { GraphAnswer, GraphQuestion } from './messages.ts';
import type { GraphRequest, Graphs } from '../notify/graphs.ts';
import type { SeriesEntry } from '../live/entries.ts';

const POINTS = 360;

/** The judge's way to graphs: the query worker, which has the history, draws them. */
export class RemoteGraphs implements Graphs {
  readonly #catalogue: Catalogue;
  readonly #say: (question: GraphQuestion) => void;
  readonly #waiting = new Map<number, (png: Uint8Array | null) => void>();
  #last = 0;

  constructor(catalogue: Catalogue, say: (question: GraphQuestion) => void) {
    this.#catalogue = catalogue;
    this.#say = say;
  }

  draw(wanted: GraphRequest, signal: AbortSignal): Promise<Uint8Array | null> {
    const series = this.#find(wanted);
    if (!series || signal.aborted) return Promise.resolve(null);
    this.#last += 1;
    const request = this.#last;
    const { fromS, toS, title, warning, critical } = wanted;
    const read = readOf({ series: [series], fromMs: fromS * 1000, toMs: toS * 1000, points: POINTS });
    return new Promise((resolve) => {
      const settle = (png: Uint8Array | null) => {
        clearTimeout(late);
        signal.removeEventListener('abort', giveUp);
        this.#waiting.delete(request);
        resolve(png);
      };
      const giveUp = () => settle(null);
      const late = setTimeout(giveUp, GRAPH_WITHIN_MS);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.set(request, settle);
      this.#say({ kind: 'graph', request, read, picture: { title, warning, critical } });
    });
  }

  hear(answer: GraphAnswer): void {
    this.#waiting.get(answer.request)?.(answer.kind === 'graph' ? answer.png : null);
  }

  #find({ cluster, host, metric }: GraphRequest): SeriesEntry | undefined {
    for (const record of this.#catalogue.host(cluster, host)?.records.values() ?? []) {
      const found = record.series.find((series) => series.metric === metric);
      if (found) return found;
    }
    return undefined;
  }
}
