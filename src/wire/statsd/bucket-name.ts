import { STATSD_TAGS_MAX } from '../../limits.ts';
import { decodeName } from '../text.ts';
import type { StatsdFault, StatsdSample } from './sample.ts';

/** A bucket in the one spelling that all of its spellings on the wire come to. */
export interface BucketName {
  /** `bucket[,tag=value…]`, the tags sorted, each once. */
  readonly name: string;
  /** The value of the tag `host`, which is no part of the name; empty: there is none. */
  readonly host: string;
}

/** Where the tags of other dialects than Datadog's begin: Influx and Librato with commas, Graphite. */
const TAGS_BEGIN = /[,#;]/;

/**
 * The bucket a sample belongs to. As in Etsy's statsd, blanks of a name become `_` and slashes `-`. A tag
 * may lack a value; one without a name is skipped, as are the empty ones between two commas. `keepHost`: the
 * tag `host` is one like the others.
 */
export function bucketName(sample: StatsdSample, keepHost = false): BucketName | StatsdFault {
  const { buffer, nameAt, nameLength, tagsAt, tagsLength } = sample;
  const said = decodeName(buffer, nameAt, nameLength);
  const begin = said.search(TAGS_BEGIN);
  const bucket = clean(begin < 0 ? said : said.slice(0, begin));
  if (bucket === '') return 'no-name';
  if (begin < 0 && tagsLength === 0) return { name: bucket, host: '' };
  const inName = begin < 0 ? [] : said.slice(begin + 1).split(/[,;]/, STATSD_TAGS_MAX + 1);
  const behind =
    tagsLength === 0 ? [] : decodeName(buffer, tagsAt, tagsLength).split(',', STATSD_TAGS_MAX + 1);
  if (inName.length + behind.length > STATSD_TAGS_MAX) return 'tags-max';
  const tags = [...inName.map((tag) => parted(tag, '=')), ...behind.map((tag) => parted(tag, ':'))];
  const host = keepHost ? undefined : tags.find(([key, value]) => key === 'host' && value !== '')?.[1];
  const words = tags.flatMap(([said, value]) => {
    const key = clean(said).replaceAll('=', '_');
    if (key === '' || (key === 'host' && !keepHost)) return [];
    return [value === '' ? key : `${key}=${clean(value)}`];
  });
  return { name: [bucket, ...new Set(words.toSorted())].join(','), host: host ?? '' };
}

function parted(tag: string, sign: '=' | ':'): readonly [key: string, value: string] {
  const at = tag.indexOf(sign);
  return at < 0 ? [tag, ''] : [tag.slice(0, at), tag.slice(at + 1).trim()];
}

function clean(text: string): string {
  return text.trim().replace(/\s+/g, '_').replaceAll('/', '-');
}
