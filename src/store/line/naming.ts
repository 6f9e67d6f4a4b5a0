import type { LineNaming } from '../../contract/config.ts';
import type { RecordDescription } from '../../model/record.ts';

/** What one data source is called in a database that is written by line protocol. */
export interface LineField {
  readonly name: string;
  /** Index into the record's sources. */
  readonly source: number;
}

/** What one line says of a record at one time. Names are as the database will hold them, unescaped. */
export interface LinePoint {
  readonly measurement: string;
  /** Sorted by key; those without a value are left out, as the protocol knows no empty ones. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly fields: readonly LineField[];
}

/**
 * How a record's values are named. collectd's as Telegraf's and InfluxDB's collectd inputs name them:
 * measurement `<plugin>_<source>` and field `value`, or `<plugin>` and a field a source; tags `host`,
 * `instance`, `type`, `type_instance`. Everything else: the metric's name and field `value`, tag `host`. Both
 * with a tag `cluster` besides.
 */
export function pointsOf(record: RecordDescription, naming: LineNaming): readonly LinePoint[] {
  const { name, split, tags } = record.protocol === 'collectd' ? collectdNames(record) : plainNames(record);
  const sources = record.sources.map((source, index) => ({ name: carriable(source.name), index }));
  if (!split) return [{ measurement: named(name), tags, fields: [{ name: 'value', source: 0 }] }];
  if (naming.multivalue === 'join') {
    const fields = sources.map((source) => ({ name: fieldName(source.name), source: source.index }));
    return [{ measurement: named(name), tags, fields }];
  }
  return sources.map((source) => ({
    measurement: `${name}_${source.name}`,
    tags,
    fields: [{ name: 'value', source: source.index }],
  }));
}

interface Names {
  readonly name: string;
  /** Do the names of the data sources tell the values apart? Else there is one, `value`. */
  readonly split: boolean;
  readonly tags: LinePoint['tags'];
}

function collectdNames(record: RecordDescription): Names {
  const { metric, group } = record;
  const slash = metric.indexOf('/');
  const [plugin, instance] = instanceOf(slash < 0 ? metric : metric.slice(0, slash), group);
  const [type, typeInstance] = instanceOf(slash < 0 ? '' : metric.slice(slash + 1));
  return {
    name: headed(plugin),
    split: true,
    tags: tagsOf([
      ['cluster', record.cluster],
      ['host', record.host],
      ['instance', instance],
      ['type', type],
      ['type_instance', typeInstance],
    ]),
  };
}

function plainNames({ metric, cluster, host, sources }: RecordDescription): Names {
  const tags = tagsOf([
    ['cluster', cluster],
    ['host', host],
  ]);
  return { name: headed(metric), split: sources.length > 1, tags };
}

/**
 * `name-instance` taken apart: after `known`, the collectd plugin as its packet said it, else at the first `-`,
 * as collectd's own tools do.
 */
function instanceOf(joined: string, known = ''): readonly [name: string, instance: string] {
  if (joined === known) return [joined, ''];
  const dash = known !== '' && joined.startsWith(`${known}-`) ? known.length : joined.indexOf('-');
  return dash < 0 ? [joined, ''] : [joined.slice(0, dash), joined.slice(dash + 1)];
}

/** Given in the order of their keys, which is the order databases keep them in. */
function tagsOf(tags: LinePoint['tags']): LinePoint['tags'] {
  return tags.filter(([, value]) => value !== '').map(([key, value]) => [key, carriable(value)]);
}

/** A measurement's beginning: `#` would make its line a comment. */
function headed(name: string): string {
  const carried = carriable(name);
  return carried.startsWith('#') ? `%23${carried.slice(1)}` : carried;
}

/** InfluxDB takes a field `time` and forgets it, without a word (measured with 1.6). */
function fieldName(name: string): string {
  return name === 'time' ? 'time_' : named(name);
}

/** A measurement or field without a name is refused everywhere. */
function named(name: string): string {
  return name === '' ? '_' : name;
}

/**
 * Percent-encodes what has no spelling in the line protocol that every database reads alike (measured with
 * InfluxDB 1.6 and VictoriaMetrics 1.79): control characters, and a backslash at the end or before a
 * character that it could escape.
 */
function carriable(name: string): string {
  if (!UNCARRIABLE.test(name)) return name;
  return name.replace(new RegExp(UNCARRIABLE, 'g'), (character) => encodeURIComponent(character));
}

// oxlint-disable-next-line no-control-regex -- they are what is replaced
const UNCARRIABLE = /[\u0000-\u001f\u007f]|\\(?=[,= "\\]|$)/;
