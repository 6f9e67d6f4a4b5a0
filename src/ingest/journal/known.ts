import { DATA_SOURCES_MAX } from '../../limits.ts';
import { recordKey } from '../../model/record.ts';
import { Descriptions } from './marks.ts';
import type { MarkSink } from './marks.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { SettledPoint } from './port.ts';

/** Descriptions remembered by their text; beyond that they are parsed again. */
const DESCRIPTIONS_MAX = 1_000_000;

interface Entry {
  readonly sources: number;
  /** -1: nothing is stored. */
  timeS: number;
  words: Uint32Array;
}

/** A description, and what earlier runs knew of the record that it describes. */
interface KnownRecord {
  readonly description: RecordDescription;
  readonly entry: Entry;
}

/**
 * What earlier runs knew of records, gathered from the marks of their segments. Descriptions are parsed once
 * for all segments, at the start and as they are read.
 */
export class Known implements MarkSink {
  readonly #byKey = new Map<string, Entry>();
  readonly #descriptions = new Descriptions<KnownRecord>(DESCRIPTIONS_MAX, (json) => this.#record(json));
  /** What the numbers of the segment at hand stand for. */
  #numbers: (Entry | undefined)[] = [];
  #isLearning = true;

  /** Another segment: its numbers are its own. */
  beginSegment(): void {
    this.#numbers = [];
  }

  /** Everything has been told. */
  endSegments(): void {
    this.#numbers = [];
    this.#isLearning = false;
  }

  /** Everything has been read: what is stored is known to whoever stores it. */
  endReading(): void {
    this.#descriptions.clear();
    this.#byKey.clear();
  }

  /** The record that bytes[from … to - 1] describe, as JSON; undefined where they are not readable. */
  recordIn(bytes: Buffer, from: number, to: number): KnownRecord | undefined {
    return this.#descriptions.of(bytes, from, to);
  }

  define(number: number, bytes: Buffer, from: number, to: number): number {
    const entry = this.recordIn(bytes, from, to)?.entry;
    if (!entry) return 0;
    while (this.#numbers.length <= number) this.#numbers.push(undefined);
    this.#numbers[number] = entry;
    return entry.sources;
  }

  sources(number: number): number {
    return this.#numbers[number]?.sources ?? 0;
  }

  settle(number: number, timeS: number, words: Uint32Array, at: number): void {
    const entry = this.#numbers[number];
    if (!entry || timeS < entry.timeS) return;
    entry.timeS = timeS;
    entry.words = words.slice(at, at + 2 * entry.sources);
  }

  /** The newest stored point of a record, `none`, or undefined where it was never mentioned. */
  get(key: string): SettledPoint | 'none' | undefined {
    const entry = this.#byKey.get(key);
    if (!entry) return undefined;
    return entry.timeS < 0 ? 'none' : entry;
  }

  #record(json: string): KnownRecord | undefined {
    const description = descriptionOf(json);
    return description && { description, entry: this.#entryOf(description) };
  }

  #entryOf(description: RecordDescription): Entry {
    const key = recordKey(description);
    const known = this.#byKey.get(key);
    const sources = description.sources.length;
    if (known?.sources === sources) return known;
    const entry = { sources, timeS: -1, words: NO_WORDS };
    // What this run has appended says nothing of earlier ones.
    if (this.#isLearning) this.#byKey.set(key, entry);
    return entry;
  }
}

const NO_WORDS = new Uint32Array(0);

/** A description as `JSON.stringify` wrote it; undefined for anything else. */
export function descriptionOf(json: string): RecordDescription | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return isDescription(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The checksum has said that these are our own bytes; this is for the day on which that is wrong. */
function isDescription(value: unknown): value is RecordDescription {
  if (typeof value !== 'object' || value === null || !('sources' in value)) return false;
  const { sources } = value;
  const named = 'cluster' in value && 'host' in value && 'metric' in value;
  return named && Array.isArray(sources) && sources.length > 0 && sources.length <= DATA_SOURCES_MAX;
}
