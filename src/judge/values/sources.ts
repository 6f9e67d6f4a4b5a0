import { Aggregates } from './aggregates.ts';
import { CombinedSource } from './combined.ts';
import { functionSource } from './series-function.ts';
import { PastDesk } from './past-desk.ts';
import type { AggregateService, SourceOpener } from '../source-opener.ts';
import type { Catalogue } from '../../live/catalogue.ts';
import type { CompiledDefinition } from '../../check/definitions.ts';
import type { HostWatch, ServiceWatch } from '../watch.ts';
import type { Matcher } from '../../check/matcher.ts';
import type { Past } from './past.ts';
import type { SeriesEntry } from '../../live/entries.ts';
import type { SeriesFunction } from '../../contract/checks.ts';
import type { Turn } from '../turn.ts';
import type { SeriesValueSource, ValueSource } from './value-source.ts';

/** All that live services judge other than a series as it stands. */
export class Sources implements SourceOpener {
  readonly #desk: PastDesk;
  readonly #aggregates: Aggregates;
  /** Functions over series, which can go on when these are announced again. */
  readonly #functions = new WeakMap<ValueSource, SeriesValueSource>();

  constructor(catalogue: Catalogue, past: Past) {
    this.#desk = new PastDesk(past);
    this.#aggregates = new Aggregates(catalogue);
  }

  use(matcher: Matcher): void {
    this.#aggregates.use(matcher);
  }

  open(compiled: CompiledDefinition, on: HostWatch, series: SeriesEntry | null): ValueSource | null {
    const { rule } = compiled;
    const { subject } = rule;
    if (subject.kind === 'combined') return new CombinedSource(rule, subject, on);
    if (subject.kind !== 'metric' || subject.function === null || !series) return null;
    const source = functionSource(subject.function, series, this.#desk);
    this.#functions.set(source, source);
    return source;
  }

  /** A function that is as it was keeps its history. */
  renew(watch: ServiceWatch, compiled: CompiledDefinition, series: SeriesEntry | null): ValueSource | null {
    const { subject } = compiled.rule;
    const known = watch.source && this.#functions.get(watch.source);
    const wanted = subject.kind === 'metric' ? subject.function : null;
    if (known && series && wanted && isSame(known.rule, wanted)) {
      known.renew(series);
      return known;
    }
    const isAsBefore = subject.kind === 'combined' && watch.compiled === compiled;
    return isAsBefore && watch.source ? watch.source : this.open(compiled, watch.on, series);
  }

  heard(source: ValueSource): void {
    if (source instanceof CombinedSource) source.heard();
  }

  left(source: ValueSource): boolean {
    return source instanceof CombinedSource && source.left();
  }

  aggregates(turn: Turn): readonly AggregateService[] {
    this.#desk.pump(turn.nowMs);
    return this.#aggregates.services(turn);
  }
}

function isSame(a: SeriesFunction, b: SeriesFunction): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
