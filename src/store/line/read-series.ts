import { pointsOf } from './naming.ts';
import type { LineNaming } from '../../contract/config.ts';
import type { DataSource, RecordDescription } from '../../model/record.ts';

/** Every tag `pointsOf` may give, in the order of their names. One that a series lacks reads as empty. */
const TAGS = ['cluster', 'host', 'instance', 'type', 'type_instance'] as const;
type Tag = (typeof TAGS)[number];

/** One data source of a record, and where a database has it. */
export interface ReadSeries {
  /** Index into the records asked for. */
  readonly at: number;
  readonly record: RecordDescription;
  readonly source: DataSource;
  /** Index into the record's sources. */
  readonly sourceAt: number;
  /** A measurement, or the name of a metric where the database has no fields; those are empty then. */
  readonly name: string;
  readonly field: string;
  /** One value a tag. */
  readonly tags: readonly string[];
}

/** Series that one selector finds: every name with every combination of the tags' values. */
export interface Selection {
  readonly names: readonly string[];
  readonly field: string;
  readonly tags: readonly (readonly [tag: Tag, values: readonly string[]])[];
}

/** `placeOf`: how the database finds a field of a measurement. */
export function readSeries(
  records: readonly RecordDescription[],
  naming: LineNaming,
  placeOf: (measurement: string, field: string) => { readonly name: string; readonly field: string },
): ReadSeries[] {
  return records.flatMap((record, at) =>
    pointsOf(record, naming).flatMap((point) => {
      const given = new Map(point.tags);
      const tags = TAGS.map((tag) => given.get(tag) ?? '');
      return point.fields.flatMap(({ name, source: sourceAt }) => {
        const source = record.sources[sourceAt];
        return source ? [{ at, record, source, sourceAt, ...placeOf(point.measurement, name), tags }] : [];
      });
    }),
  );
}

/** Finds the series that an answer's name, field and tags stand for; tags Muster does not write are nothing. */
export class SeriesIndex {
  readonly #found = new Map<string, ReadSeries[]>();

  constructor(series: readonly ReadSeries[]) {
    for (const one of series) {
      const key = keyOf(one.name, one.field, one.tags);
      const same = this.#found.get(key);
      if (same) same.push(one);
      else this.#found.set(key, [one]);
    }
  }

  /** Several, where records share a name in the database. */
  find(
    name: string,
    field: string,
    labels: Readonly<Record<string, string | undefined>>,
  ): readonly ReadSeries[] {
    const tags = TAGS.map((tag) => (Object.hasOwn(labels, tag) ? (labels[tag] ?? '') : ''));
    return this.#found.get(keyOf(name, field, tags)) ?? [];
  }
}

/** No name has a control character in it: naming.ts spells them otherwise. */
function keyOf(name: string, field: string, tags: readonly string[]): string {
  return [name, field, ...tags].join('\0');
}

const HOST = TAGS.indexOf('host');

/**
 * Few selectors that together find these series and no others: of one metric on many hosts, or many metrics
 * of one host. The part that varies is a list of at most `charsMax` characters as `spelled`.
 */
export function selectionsOf(
  series: readonly ReadSeries[],
  charsMax: number,
  spelled: (value: string) => string,
): Selection[] {
  const byHost = grouped(series, (one) => [one.name, one.field, ...one.tags.toSpliced(HOST, 1)]);
  const byName = grouped(series, (one) => [one.field, ...one.tags]);
  const hostVaries = byHost.length <= byName.length;
  return (hostVaries ? byHost : byName).flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const values = group.map((one) => (hostVaries ? (one.tags[HOST] as string) : one.name));
    return lists([...new Set(values)], charsMax, spelled).map((list) => ({
      names: hostVaries ? [first.name] : list,
      field: first.field,
      tags: TAGS.map((tag, t) => [tag, hostVaries && t === HOST ? list : [first.tags[t] as string]] as const),
    }));
  });
}

function grouped(series: readonly ReadSeries[], partsOf: (one: ReadSeries) => string[]): ReadSeries[][] {
  const groups = new Map<string, ReadSeries[]>();
  for (const one of series) {
    const key = partsOf(one).join('\0');
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

function lists(values: readonly string[], charsMax: number, spelled: (value: string) => string): string[][] {
  const found: string[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const value of values) {
    const more = spelled(value).length + 1;
    if (chars + more > charsMax) {
      found.push([]);
      chars = 0;
    }
    found.at(-1)?.push(value);
    chars += more;
  }
  return found;
}

/** The tags an answer is grouped by. */
export const READ_TAGS: readonly string[] = TAGS;

/**
 * A regular expression of RE2 that matches exactly these texts, where it matches whole ones. Characters that
 * mean something to it, to PromQL or to InfluxQL are spelled by their number.
 */
export function alternatives(values: readonly string[]): string {
  return values.map(literal).join('|');
}

export function literal(value: string): string {
  return value
    .toWellFormed()
    .replace(/[^\w\u0080-\u{10ffff}-]/gu, (c) => (c === '.' ? '\\.' : `\\x${hex(c)}`));
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
}
