import { seriesName } from '../model/record.ts';
import type { RecordDescription } from '../model/record.ts';

/** What a description says of a record, but for whose it is. */
export type RecordWords = Omit<RecordDescription, 'cluster' | 'host'>;

/** What records that are called and measured alike have in common: one object for all hosts of a fleet. */
export interface SharedWords {
  readonly said: RecordWords;
  /** Of its series, by source. */
  readonly names: readonly string[];
  users: number;
}

/** Descriptions of one name that differ: more of them are not looked through, and not shared. */
const VARIANTS_MAX = 8;

/**
 * The words of all records that a reader knows, each once. A fleet says the same of its metrics on every
 * host, and a message brings a copy each time: 500 bytes a record, of which this leaves 8.
 */
export class SharedWordsTable {
  readonly #byMetric = new Map<string, SharedWords[]>();

  get count(): number {
    return this.#byMetric.size;
  }

  /** The words of a description, for one more record; given back by `leave`. */
  take(description: RecordDescription): SharedWords {
    const known = this.#byMetric.get(description.metric);
    const same = known?.find(({ said }) => sameWords(said, description));
    if (same) {
      same.users += 1;
      return same;
    }
    const { cluster: _cluster, host: _host, ...said } = description;
    const names = said.sources.map((_, source) => seriesName(description, source));
    const words = { said, names, users: 1 };
    if (!known) this.#byMetric.set(said.metric, [words]);
    else if (known.length < VARIANTS_MAX) known.push(words);
    return words;
  }

  /** One record less has them. */
  leave(words: SharedWords): void {
    words.users -= 1;
    if (words.users > 0) return;
    const { metric } = words.said;
    const known = this.#byMetric.get(metric);
    const at = known?.indexOf(words) ?? -1;
    if (!known || at < 0) return;
    known.splice(at, 1);
    if (known.length === 0) this.#byMetric.delete(metric);
  }
}

/** Whether two descriptions of one metric say the same. */
export function sameWords(a: RecordWords, b: RecordWords): boolean {
  return (
    a.protocol === b.protocol &&
    a.intervalS === b.intervalS &&
    a.tmaxS === b.tmaxS &&
    a.dmaxS === b.dmaxS &&
    a.slope === b.slope &&
    a.units === b.units &&
    a.title === b.title &&
    a.group === b.group &&
    a.description === b.description &&
    a.provisional === b.provisional &&
    haveSameSources(a, b)
  );
}

function haveSameSources({ sources: a }: RecordWords, { sources: b }: RecordWords): boolean {
  if (a.length !== b.length) return false;
  return a.every(({ name, kind, min, max }, s) => {
    const other = b[s];
    return other?.name === name && other.kind === kind && other.min === min && other.max === max;
  });
}
