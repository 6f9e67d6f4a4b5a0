import { DATA_SOURCES_MAX } from '../../limits.ts';
import { recordKey } from '../../model/record.ts';
import { Descriptions } from './marks.ts';
import type { MarkSink } from './marks.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { SettledPoint } from './port.ts';

/** Descriptions remembered by their text; beyond that they are parsed again. */
export const DESCRIPTIONS_MAX = 200_000;

interface Entry {
  readonly sources: number;
  timeS: number;
  words: Uint32Array;
}

/** What earlier runs knew of records, gathered from the marks of their segments. */
export class Known implements MarkSink {
  readonly #byKey = new Map<string, Entry>();
  readonly #descriptions = new Descriptions<Entry>(DESCRIPTIONS_MAX, (json) => this.#entryOf(json));
  /** What the numbers of the segment at hand stand for. */
  #numbers = new Map<number, Entry>();

  /** Another segment: its numbers are its own. */
  beginSegment(): void {
    this.#numbers = new Map();
  }

  /** Everything has been told: what served to understand it is let go. */
  endSegments(): void {
    this.#descriptions.clear();
    this.#numbers = new Map();
  }

  define(number: number, bytes: Buffer, from: number, to: number): number {
    const entry = this.#descriptions.of(bytes, from, to);
    if (!entry) return 0;
    this.#numbers.set(number, entry);
    return entry.sources;
  }

  sources(number: number): number {
    return this.#numbers.get(number)?.sources ?? 0;
  }

  settle(number: number, timeS: number, words: Uint32Array, at: number): void {
    const entry = this.#numbers.get(number);
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

  /** The newest stored second, or -1. */
  settledS(key: string): number {
    return this.#byKey.get(key)?.timeS ?? -1;
  }

  #entryOf(json: string): Entry | undefined {
    const description = descriptionOf(json);
    if (!description) return undefined;
    const key = recordKey(description);
    const known = this.#byKey.get(key);
    const sources = description.sources.length;
    if (known?.sources === sources) return known;
    const entry = { sources, timeS: -1, words: new Uint32Array(0) };
    this.#byKey.set(key, entry);
    return entry;
  }
}

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
