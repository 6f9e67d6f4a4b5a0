import { aggregateWords, noMembersWords } from '../../check/functions/aggregate-words.ts';
import type { AggregateWords, Headcount } from '../../check/functions/aggregate-words.ts';
import type { HostEntry } from '../../live/entries.ts';
import type { Looking, ValueSource } from './value-source.ts';

/** What the members of an aggregate came to in a turn. */
export interface Count extends Headcount {
  /** NaN: none counts. */
  readonly value: number;
  /** Not heard since we listen: nothing is said before they had the time for it. */
  readonly waiting: number;
  /** Arrival of the newest sample among them, or the time of the turn where it looks at states. */
  readonly atMs: number;
  /** Another number: something was looked at that is newer. */
  readonly observation: number;
}

/** Of the members of an aggregate: which there are, and what they come to. */
export interface Members {
  readonly units: string;
  readonly size: number;
  /** Whether any of them has what it looks at: else there is no service. */
  readonly isThere: boolean;
  /** Names of the series, or none where it counts states. */
  metrics(): readonly string[];
  /** A host comes once for each of its series. */
  hosts(): Iterable<Pick<HostEntry, 'cluster' | 'name'>>;
  count(turn: Looking): Count;
}

const NOBODY: Count = {
  value: Number.NaN,
  all: 0,
  counted: 0,
  down: 0,
  stale: 0,
  waiting: 0,
  atMs: 0,
  observation: -1,
};

/** The value of many hosts. Those that are down or silent are left out, and counted in its words. */
export class AggregateSource implements ValueSource {
  readonly #members: Members;
  readonly #words: () => AggregateWords;
  #count = NOBODY;
  atMs = 0;

  constructor(members: Members, words: () => AggregateWords) {
    this.#members = members;
    this.#words = words;
  }

  get gathering(): boolean {
    return this.#count.waiting > 0 || this.#count.all === 0;
  }

  get value(): number {
    return this.#count.value;
  }

  get units(): string {
    return this.#members.units;
  }

  look(turn: Looking): boolean {
    const before = this.#count;
    this.#count = this.#members.count(turn);
    const { all, counted, atMs, observation } = this.#count;
    const same = observation === before.observation && counted === before.counted && all === before.all;
    // That none counts is found anew each time, and so is that somebody is waited for no longer.
    if (same && counted > 0 && before.waiting === 0) return false;
    this.atMs = counted > 0 && atMs > this.atMs ? atMs : turn.nowMs;
    return true;
  }

  words(shown: string): string {
    const words = this.#words();
    const { all, waiting } = this.#count;
    if (waiting > 0) return `${waiting} of ${all} not heard yet since the start`;
    if (all === 0 || Number.isNaN(this.value)) return noMembersWords(words, this.#count);
    return aggregateWords(words, this.#count, shown);
  }

  metrics(): readonly string[] {
    return this.#members.metrics();
  }

  /** What it is made of; a host comes once for each of its series. */
  hosts(): Iterable<Pick<HostEntry, 'cluster' | 'name'>> {
    return this.#members.hosts();
  }

  /** It says itself what is stale. */
  freshForMs(): number {
    return Number.POSITIVE_INFINITY;
  }
}
