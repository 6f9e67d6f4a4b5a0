import type { CompiledDefinition } from '../check/definitions.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';
import type { RecordEntry, SeriesEntry } from '../live/entries.ts';
import type { Matcher } from '../check/matcher.ts';
import type { Turn } from './turn.ts';
import type { ValueSource } from './values/value-source.ts';

/** Makes and keeps the sources of values that are no single series as it stands (src/judge/values). */
export interface SourceOpener {
  /** By these definitions, from now on; called before anything else, and at each reload. */
  use(matcher: Matcher): void;
  /**
   * For a service of one host. `series`: the one that matched, null for what combines several. Null: the
   * series is judged as it stands.
   */
  open(compiled: CompiledDefinition, on: HostWatch, series: SeriesEntry | null): ValueSource | null;
  /** The same after the series was announced again, or its definition was loaded again: it may go on. */
  renew(watch: ServiceWatch, compiled: CompiledDefinition, series: SeriesEntry | null): ValueSource | null;
  /** A record of its host came, or was announced again. */
  heard(source: ValueSource, record: RecordEntry): void;
  /** A record of its host has left. False: nothing of what it combines is there any more. */
  left(source: ValueSource, record: RecordEntry): boolean;
  /** Aggregates there are to judge. The same array as long as none came or went; asked once a turn. */
  aggregates(turn: Turn): readonly AggregateService[];
}

/** A service of many hosts together. */
export interface AggregateService {
  /** Empty: of the whole grid. */
  readonly cluster: string;
  readonly service: string;
  readonly compiled: CompiledDefinition;
  readonly source: ValueSource;
}

/** Without any. */
export const NO_SOURCES: SourceOpener = {
  use: () => undefined,
  open: () => null,
  renew: () => null,
  heard: () => undefined,
  left: () => false,
  aggregates: () => [],
};
