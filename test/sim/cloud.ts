import { failedRead } from '../../src/reconciler/source.ts';
import type { ListSource, SourceRead } from '../../src/reconciler/source.ts';

interface Listing {
  readonly cluster: string;
  readonly id: string;
  readonly host: string;
  readonly fromMs: number;
  untilMs: number;
}

/** What a cloud says of its instances: what it did is in its list a while later. */
export class SimulatedCloud implements ListSource {
  readonly name = 'simulated';
  isDown = false;
  reads = 0;
  readonly #listings = new Map<string, Listing>();
  readonly #nowMs: () => number;
  readonly #delayMs: () => number;
  #text = '';
  #mark = 0;

  /** `delayMs`: how long its list lags behind, asked for each change. */
  constructor(nowMs: () => number, delayMs: () => number) {
    this.#nowMs = nowMs;
    this.#delayMs = delayMs;
  }

  begins({ cluster, id, host }: Pick<Listing, 'cluster' | 'id' | 'host'>): void {
    const fromMs = this.#nowMs() + this.#delayMs();
    this.#listings.set(id, { cluster, id, host, fromMs, untilMs: Number.POSITIVE_INFINITY });
  }

  ends(id: string): void {
    const listing = this.#listings.get(id);
    if (listing) listing.untilMs = this.#nowMs() + this.#delayMs();
  }

  read(known: string | undefined): Promise<SourceRead> {
    this.reads += 1;
    if (this.isDown) return Promise.resolve(failedRead('answers HTTP 503'));
    const text = this.#write();
    if (text !== this.#text) this.#mark += 1;
    this.#text = text;
    const mark = String(this.#mark);
    return Promise.resolve(known === mark ? { kind: 'unchanged' } : { kind: 'text', text, mark });
  }

  #write(): string {
    const nowMs = this.#nowMs();
    const instances: object[] = [];
    for (const [key, { cluster, id, host, fromMs, untilMs }] of this.#listings) {
      if (untilMs <= nowMs) this.#listings.delete(key);
      else if (fromMs <= nowMs) instances.push({ group: cluster, instance_id: id, host, state: 'running' });
    }
    return JSON.stringify(instances);
  }
}
