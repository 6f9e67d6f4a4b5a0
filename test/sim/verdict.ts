import { partsOf } from '../../src/alert/page-parts.ts';
import type { Page } from '../../src/model/service-state.ts';

interface Named {
  readonly cluster: string;
  readonly host: string;
}

/** How a death was told of. */
export interface DeathTold extends Named {
  /** From the end of the silence limit to the page, ms; null: nobody was paged. */
  readonly afterMs: number | null;
}

export interface DayVerdict {
  readonly deaths: readonly DeathTold[];
  /** Pages for what was no trouble: `14:03:20 web-1/web-1-17/host DOWN: silent for …`. */
  readonly falsePages: readonly string[];
  /** Instances that were ended on purpose, and how that was to be known. */
  readonly ended: { readonly word: number; readonly list: number };
  /** Ended without a word while the list could not be read: nothing tells them from deaths. */
  readonly unheardOf: { readonly ended: number; readonly paged: number; readonly closed: number };
  /** Pages while part of a cluster was cut off: as one problem, and for single hosts. */
  readonly cut: { readonly asOne: number; readonly single: number };
}

export interface DayResult extends DayVerdict {
  readonly turns: number;
  /** Of the processor, a turn. */
  readonly turnMs: number;
  readonly listReads: number;
}

/** Holds the pages of a day against what happened. */
export class Verdict {
  readonly #limitMs: number;
  readonly #deaths = new Map<string, { readonly lastSeenMs: number; afterMs: number | null }>();
  readonly #unheardOf = new Set<string>();
  readonly #ended = { word: 0, list: 0 };
  readonly #falsePages: string[] = [];
  #paged = 0;
  #closed = 0;
  #cut = { cluster: '', fromMs: 0, toMs: 0, asOne: 0, single: 0 };

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  died({ cluster, host }: Named, lastSeenMs: number): void {
    this.#deaths.set(`${cluster}\0${host}`, { lastSeenMs, afterMs: null });
  }

  ended({ cluster, host }: Named, how: 'word' | 'list' | 'unheard-of'): void {
    if (how === 'unheard-of') this.#unheardOf.add(`${cluster}\0${host}`);
    else this.#ended[how] += 1;
  }

  cut(cluster: string, fromMs: number, toMs: number): void {
    this.#cut = { ...this.#cut, cluster, fromMs, toMs };
  }

  isCut(cluster: string, nowMs: number): boolean {
    // What happens a little before, or after, could be told from it by nobody.
    const { fromMs, toMs } = this.#cut;
    return cluster === this.#cut.cluster && nowMs >= fromMs - 300_000 && nowMs <= toMs + 300_000;
  }

  take(page: Page | undefined): void {
    if (page) for (const part of partsOf(page)) this.#takePart(part);
  }

  #takePart(page: Page): void {
    const { kind, cluster, host, service, createdMs } = page;
    const key = `${cluster}\0${host}`;
    if (kind === 'closed' && this.#unheardOf.has(key)) this.#closed += 1;
    if (kind !== 'problem') return;
    const death = this.#deaths.get(key);
    if (death?.afterMs === null && service === 'host') {
      death.afterMs = createdMs - death.lastSeenMs - this.#limitMs;
    } else if (this.#unheardOf.has(key)) this.#paged += 1;
    else if (this.#isOfCut(page)) this.#cut[service === 'hosts' ? 'asOne' : 'single'] += 1;
    else this.#falsePages.push(wordsOf(page));
  }

  result(): DayVerdict {
    const deaths = [...this.#deaths].map(([key, { afterMs }]) => {
      const [cluster = '', host = ''] = key.split('\0');
      return { cluster, host, afterMs };
    });
    const { asOne, single } = this.#cut;
    return {
      deaths,
      falsePages: this.#falsePages,
      ended: this.#ended,
      unheardOf: { ended: this.#unheardOf.size, paged: this.#paged, closed: this.#closed },
      cut: { asOne, single },
    };
  }

  #isOfCut({ cluster, createdMs }: Page): boolean {
    const { fromMs, toMs } = this.#cut;
    return cluster === this.#cut.cluster && createdMs >= fromMs && createdMs <= toMs;
  }
}

function wordsOf({ cluster, host, service, state, output, createdMs }: Page): string {
  const at = new Date(createdMs).toISOString().slice(11, 19);
  return `${at} ${cluster}/${host}/${service} ${state}: ${output}`;
}
