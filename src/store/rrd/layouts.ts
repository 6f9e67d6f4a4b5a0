import { RRD_LAYOUT_KEPT_MS, RRD_LAYOUTS_KNOWN_MAX } from '../../limits.ts';
import { recordKey } from '../../model/record.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { Archive } from './archives.ts';

/** What a read has to know of a record's file. */
export interface Layout {
  readonly path: string;
  /** The data sources' names in the file, in the record's order. */
  readonly names: readonly string[];
  readonly stepS: number;
  readonly archives: readonly Archive[];
  /** Second of the newest point; of a remembered layout, the newest there may be by now. */
  readonly lastS: number;
  /** Not asked for just now: the file may have changed. */
  readonly remembered: boolean;
}

interface Kept {
  readonly layout: Layout;
  readonly askedMs: number;
}

const ARCHIVES_KEPT_MAX = 1000;

/**
 * How records' files lie, so that a read need not ask each time (58 µs a file). A file may be replaced or
 * tuned meanwhile: whoever finds that it does not fit forgets it and asks.
 */
export class Layouts {
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();
  /** Most files have the same archives: one list of them serves all. */
  readonly #archives = new Map<string, readonly Archive[]>();

  /** `now`: milliseconds; only differences count. */
  constructor(now: () => number) {
    this.#now = now;
  }

  recall(record: RecordDescription): Layout | undefined {
    const kept = this.#kept.get(keyOf(record));
    const ageMs = kept ? this.#now() - kept.askedMs : 0;
    if (!kept || ageMs < 0 || ageMs > RRD_LAYOUT_KEPT_MS) return undefined;
    return { ...kept.layout, lastS: kept.layout.lastS + ageMs / 1000, remembered: true };
  }

  /** With too many the one asked for longest ago is forgotten. */
  keep(record: RecordDescription, layout: Layout): void {
    const key = keyOf(record);
    this.#kept.delete(key);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < RRD_LAYOUTS_KNOWN_MAX) break;
      this.#kept.delete(oldest);
    }
    const archives = this.#shared(layout.archives);
    this.#kept.set(key, { layout: { ...layout, archives }, askedMs: this.#now() });
  }

  forget(record: RecordDescription): void {
    this.#kept.delete(keyOf(record));
  }

  #shared(archives: readonly Archive[]): readonly Archive[] {
    const text = JSON.stringify(archives);
    const same = this.#archives.get(text);
    if (same) return same;
    if (this.#archives.size >= ARCHIVES_KEPT_MAX) this.#archives.clear();
    this.#archives.set(text, archives);
    return archives;
  }
}

/** A record that is described with other data sources is another one here. */
function keyOf(record: RecordDescription): string {
  return `${recordKey(record)}\0${record.sources.map((source) => source.name).join('\0')}`;
}
