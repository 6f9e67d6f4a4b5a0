import { stateOf } from '../check/evaluate.ts';
import { compileDefinitions } from '../check/definitions.ts';
import { Matcher } from '../check/matcher.ts';
import { seriesName } from '../model/record.ts';
import type { CompiledDefinition } from '../check/definitions.ts';
import type { KnownHost } from '../check/placeholders.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { Match } from '../check/matcher.ts';
import type { Pattern } from '../model/pattern.ts';
import type { RecordDescription } from '../model/record.ts';

/**
 * What definitions make of a series. `whole`: every value counts (a function, a sum, an aggregate, the states
 * of many services). `plain`: thresholds alone, so that a time in which all samples are there and OK can be
 * left out. `none`: nobody looks.
 */
export type Interest =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'plain'; readonly matches: readonly Match[] };

const NONE: Interest = { kind: 'none' };
const WHOLE: Interest = { kind: 'whole' };

/** Of one set of definitions. */
export class Interests {
  readonly matcher: Matcher;
  /** Definitions that look at metrics without making a service for each. */
  readonly #others: readonly { readonly by: CompiledDefinition; readonly metrics: readonly Pattern[] }[];
  /** Aggregates of states, whose members are whatever services their hosts have. */
  readonly #ofStates: readonly CompiledDefinition[];

  constructor(definitions: readonly CompiledDefinition[], matcher: Matcher) {
    this.matcher = matcher;
    this.#others = definitions.flatMap((by) => {
      const metrics = metricsOf(by);
      return metrics.length === 0 ? [] : [{ by, metrics }];
    });
    this.#ofStates = definitions.filter(
      ({ rule }) => rule.subject.kind === 'aggregate' && rule.subject.of.kind === 'states',
    );
  }

  of(host: KnownHost, metric: string): Interest {
    const { matcher } = this;
    for (const { by, metrics } of this.#others) {
      if (metrics.some((pattern) => pattern.matches(metric)) && matcher.selects(by, host)) return WHOLE;
    }
    const matches = matcher.ofSeries(host, metric);
    if (matches.length === 0) return NONE;
    if (matches.some(({ compiled }) => !isPlain(compiled))) return WHOLE;
    const isMember = this.#ofStates.some((by) => matcher.selects(by, host));
    return isMember ? WHOLE : { kind: 'plain', matches };
  }

  /** Of a record's data sources, in their order. */
  ofRecord(host: KnownHost, record: RecordDescription): readonly Interest[] {
    return record.sources.map((_, source) => this.of(host, seriesName(record, source)));
  }
}

/** Throws when they do not compile: they were validated with the configuration. */
export function interestsOf({ definitions }: Pick<CheckRules, 'definitions'>): Interests {
  const compiled = compileDefinitions(definitions);
  if (!compiled.ok) throw new Error(compiled.faults.join('\n'));
  return new Interests(compiled.definitions, new Matcher(compiled.definitions));
}

/** Whether it judges nothing but the newest value, by ranges that can be read. */
function isPlain({ rule, fault }: CompiledDefinition): boolean {
  return rule.subject.kind === 'metric' && rule.subject.function === null && fault === null;
}

function metricsOf({ rule: { subject } }: CompiledDefinition): readonly Pattern[] {
  if (subject.kind === 'combined') return [...subject.of, ...subject.to];
  if (subject.kind === 'aggregate' && subject.of.kind !== 'states') return [subject.of.metric];
  return [];
}

/** What a value is to all of the services: equal words, equal states. NaN: it is missing. */
export function verdictOf(value: number, matches: readonly Match[]): number {
  if (Number.isNaN(value)) return -1;
  let verdict = 0;
  for (const { compiled } of matches) verdict = (verdict * 4 + DIGITS[stateOf(value, compiled)]) % 2 ** 40;
  return verdict;
}

/** A value between these is OK to all of the services; one outside, or none, has to be judged. */
export interface OkBounds {
  readonly low: number;
  readonly high: number;
}

/** Most values of most series need no further look than this: two comparisons instead of all definitions. */
export function okBounds(matches: readonly Match[]): OkBounds {
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { compiled } of matches) {
    for (const range of [compiled.warning, compiled.critical]) {
      if (!range) continue;
      low = Math.max(low, range.inside ? Number.POSITIVE_INFINITY : range.start);
      high = Math.min(high, range.end);
    }
  }
  return { low, high };
}

const DIGITS = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;
