import { dueMs } from '../../check/freshness.ts';
import {
  combinedWords,
  missingPartWords,
  notNumberWords,
  silentPartWords,
  zeroWords,
} from '../../check/functions/combined-words.ts';
import { ratio } from '../../check/functions/ratio.ts';
import { compensatedSum } from '../../check/functions/sum.ts';
import { excludesMetric } from '../../check/rule.ts';
import { START_GRACE_MS } from '../../fleet/liveness.ts';
import { freshForMs } from '../../model/record.ts';
import { SeriesTap } from './series-tap.ts';
import type { CompiledSubject, Rule } from '../../check/rule.ts';
import type { HostWatch } from '../watch.ts';
import type { HostEntry } from '../../live/entries.ts';
import type { Looking, ValueSource } from './value-source.ts';
import type { Pattern } from '../../model/pattern.ts';

type Combined = CompiledSubject & { readonly kind: 'combined' };

/** A pattern, and the series of the host that it has found. */
interface Part {
  readonly pattern: Pattern;
  taps: readonly SeriesTap[];
}

/** What a part lacks: it is waited for, or not there. */
interface Lack {
  readonly waiting: boolean;
  readonly words: string;
}

/** A sum of metrics of one host, or the ratio of two. All of its parts have to be there, and fresh. */
export class CombinedSource implements ValueSource {
  gathering = true;
  value = Number.NaN;
  atMs = 0;
  readonly #rule: Rule;
  readonly #subject: Combined;
  readonly #on: HostWatch;
  readonly #of: readonly Part[];
  readonly #to: readonly Part[];
  readonly #parts: readonly Part[];
  /** What was scanned: its host as it was announced, and how many records it had. Null: scan it again. */
  #scanned: HostEntry | null = null;
  #records = 0;
  #sinceMs = Number.NaN;
  #lack: Lack | null = null;

  constructor(rule: Rule, subject: Combined, on: HostWatch) {
    this.#rule = rule;
    this.#subject = subject;
    this.#on = on;
    this.#of = subject.of.map((pattern) => ({ pattern, taps: [] }));
    this.#to = subject.to.map((pattern) => ({ pattern, taps: [] }));
    this.#parts = [...this.#of, ...this.#to];
  }

  /** A record of its host was announced again, in another place. */
  heard(): void {
    this.#scanned = null;
  }

  /** A record of its host has left. Whether any metric that it combines is still there. */
  left(): boolean {
    this.#scan();
    return this.#parts.some(({ taps }) => taps.length > 0);
  }

  get units(): string {
    const { function: name, percent } = this.#subject;
    if (name === 'ratio') return percent ? '%' : '';
    const units = this.#of.flatMap(({ taps }) => taps.map((tap) => tap.series.record.words.units));
    const [first = ''] = units;
    return units.every((one) => one === first) ? first : '';
  }

  look(turn: Looking): boolean {
    if (Number.isNaN(this.#sinceMs)) this.#sinceMs = turn.nowMs;
    const { entry } = this.#on;
    if (this.#scanned !== entry || this.#records !== entry.records.size) this.#scan();
    const dividend = this.#read(this.#of, turn);
    const newer = this.#read(this.#to, turn) || dividend;
    const waited = this.#lack?.waiting === true;
    // A part that is missing may come or be given up; of what is there only samples tell.
    if (!newer && !waited) return false;
    this.#lack = this.#lackOf(this.#of, turn) ?? this.#lackOf(this.#to, turn);
    // Of what it divides by nobody tells when that was announced again.
    if (this.#lack !== null) this.#scanned = null;
    this.gathering = this.#lack?.waiting === true;
    this.value = this.#lack === null ? this.#found() : Number.NaN;
    return newer || !this.gathering;
  }

  words(shown: string): string {
    if (this.#lack !== null) return this.#lack.words;
    const of = { of: this.#subject.of.map(sourceOf), to: this.#subject.to.map(sourceOf) };
    if (!Number.isNaN(this.value)) return combinedWords(of, shown);
    return this.#to.length > 0 && sumOf(this.#to) === 0 ? zeroWords(of) : notNumberWords(of);
  }

  metrics(): readonly string[] {
    return this.#parts.flatMap(({ taps }) => taps.map(({ series }) => series.metric));
  }

  /** Of the part that comes most often: the others are looked after here. */
  freshForMs(gapMs: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { taps } of this.#parts) {
      for (const { series } of taps) least = Math.min(least, freshForMs(series.record.words, gapMs));
    }
    return least;
  }

  /** Looks through the records of the host as they are now; what was known goes on. */
  #scan(): void {
    const { entry } = this.#on;
    this.#scanned = entry;
    this.#records = entry.records.size;
    const all = [...entry.records.values()].flatMap(({ series }) => series);
    for (const part of this.#parts) {
      const known = new Map(part.taps.map((tap) => [tap.series.metric, tap]));
      const there = all.filter(({ metric }) => this.#takes(part.pattern, metric));
      part.taps = there.map((series) => {
        const tap = known.get(series.metric) ?? new SeriesTap(series);
        if (tap.series !== series) tap.renew(series);
        return tap;
      });
    }
  }

  #read(parts: readonly Part[], turn: Looking): boolean {
    let newer = false;
    for (const { taps } of parts) {
      for (const tap of taps) {
        // What was restored counts while it is fresh: some metrics come three times an hour.
        if (!tap.isBehind(turn) || !tap.read(turn, turn.nowMs - this.#limitOf(tap))) continue;
        newer = true;
        this.atMs = Math.max(this.atMs, tap.atMs);
      }
    }
    return newer;
  }

  #takes(pattern: Pattern, metric: string): boolean {
    return pattern.matches(metric) && !excludesMetric(this.#rule, this.#on.entry, metric);
  }

  #found(): number {
    const { function: name, percent } = this.#subject;
    const of = sumOf(this.#of);
    return name === 'sum' ? of : ratio(of, sumOf(this.#to), percent);
  }

  #lackOf(parts: readonly Part[], turn: Looking): Lack | null {
    for (const { pattern, taps } of parts) {
      if (taps.length === 0) {
        const waiting = turn.nowMs < this.#sinceMs + START_GRACE_MS;
        return { waiting, words: missingPartWords(pattern.source) };
      }
      for (const tap of taps) {
        const lack = this.#lackOfTap(tap, turn);
        if (lack) return lack;
      }
    }
    return null;
  }

  #lackOfTap(tap: SeriesTap, { catalogue, nowMs, graceFromMs }: Looking): Lack | null {
    const limitMs = this.#limitOf(tap);
    if (tap.atMs > 0 && nowMs - tap.atMs <= limitMs) return null;
    const arrivalMs = Math.max(tap.atMs, catalogue.arrivalMs(tap.series));
    const graceMs = Math.max(START_GRACE_MS, this.#on.limitMs);
    const sinceMs = arrivalMs === 0 ? this.#sinceMs : arrivalMs;
    const waiting = nowMs <= dueMs({ arrivalMs: sinceMs, limitMs, graceFromMs, graceMs });
    return { waiting, words: silentPartWords(tap.series.metric, arrivalMs, nowMs) };
  }

  #limitOf({ series }: SeriesTap): number {
    const own = this.#rule.definition.freshnessThresholdMs;
    return own ?? freshForMs(series.record.words, this.#on.gapMs);
  }
}

function sourceOf({ source }: Pattern): string {
  return source;
}

function sumOf(parts: readonly Part[]): number {
  const values: number[] = [];
  for (const { taps } of parts) for (const { value } of taps) values.push(value);
  return compensatedSum(values);
}
