import { createHash } from 'node:crypto';
import { GRID_CLUSTER, SUMS_HOST } from '../sums.ts';
import type { RecordDescription } from '../../model/record.ts';

/**
 * Bytes of one encoded component; with `.rrd` and rrdtool's temporary suffix it stays below the file
 * system's 255.
 */
const PART_BYTES_MAX = 200;
const PREFIX_BYTES = 160;
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
/** A whole component as `encodePart` makes them. */
const ENCODED_WHOLE =
  /^(?:%|(?:[A-Za-z0-9_-]|%[0-9A-F]{2})(?:[A-Za-z0-9._-]|%[0-9A-F]{2})*(?:~[0-9a-f]{32})?)$/;
const SAFE_BYTE = /[A-Za-z0-9._-]/;

/** gmetad's directory of sums over hosts, where another's would be a host or a cluster. */
export const SUMMARY_DIRECTORY = '__SummaryInfo__';

/**
 * A record's place below its cluster: the host, for collectd the plugin, and the file's name without `.rrd`.
 */
export function recordParts(record: RecordDescription): readonly string[] {
  const { host, metric, protocol } = record;
  const slash = protocol === 'ganglia' ? -1 : metric.indexOf('/');
  if (slash < 0) return [host, metric];
  return [host, metric.slice(0, slash), metric.slice(slash + 1)];
}

/**
 * `<cluster>/<host>/<metric>.rrd` or `<cluster>/<host>/<plugin[-instance]>/<type[-instance]>.rrd`, encoded.
 */
export function ownPath(record: RecordDescription): string {
  if (record.host === SUMS_HOST) return sumsPath(record);
  return `${[record.cluster, ...recordParts(record)].map(encodePart).join('/')}.rrd`;
}

/** `<cluster>/__SummaryInfo__/<metric>.rrd`; the grid's lies in the root. */
function sumsPath({ cluster, metric }: RecordDescription): string {
  const path = `${SUMMARY_DIRECTORY}/${encodePart(metric)}.rrd`;
  return cluster === GRID_CLUSTER ? path : `${encodePart(cluster)}/${path}`;
}

/**
 * One component of a path, for any name: what is outside [A-Za-z0-9._-], and a leading dot, percent-encoded
 * as UTF-8; the empty name is a lone `%`; a long one becomes prefix, `~` and 32 hexadecimal digits.
 * Different names never meet, and none meets gmetad's directory of sums.
 */
export function encodePart(name: string): string {
  if (name === SUMMARY_DIRECTORY) return `%5F${name.slice(1)}`;
  if (name.length <= PART_BYTES_MAX && PLAIN.test(name)) return name;
  const encoded = percentEncoded(name);
  if (encoded.length <= PART_BYTES_MAX) return encoded;
  const prefix = encoded.slice(0, PREFIX_BYTES).replace(/%.?$/, '');
  return `${prefix}~${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

function percentEncoded(name: string): string {
  if (name === '') return '%';
  let text = '';
  for (const byte of Buffer.from(name)) {
    const char = String.fromCharCode(byte);
    const keep = SAFE_BYTE.test(char) && !(char === '.' && text === '');
    text += keep ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** Whether a component of a path may be one that `encodePart` made, or gmetad's directory of sums. */
export function isEncodedPart(part: string): boolean {
  return part.length <= PART_BYTES_MAX && ENCODED_WHOLE.test(part);
}

/**
 * Whether an adopted tree's own spelling of a name may stand in a path as it is: one component, and not what
 * another name is encoded as.
 */
export function isSafeSpelling(name: string): boolean {
  if (name === '' || name === SUMMARY_DIRECTORY || ENCODED.test(name)) return false;
  // oxlint-disable-next-line no-control-regex -- a control character would end rrdtool's command line
  return !/^\.|[/\u0000-\u001f\u007f]/.test(name) && Buffer.byteLength(name) <= 240;
}

const ENCODED = /%[0-9A-F]{2}|^%$|~[0-9a-f]{32}$/;

/** The full names behind a path's hashed components, each with the `.name` file that keeps it. */
export function longNames(path: string, names: readonly string[]): readonly { path: string; name: string }[] {
  const parts = path.slice(0, -'.rrd'.length).split('/');
  const first = parts.length - names.length;
  return names.flatMap((name, i) => {
    const part = parts[first + i] ?? '';
    if (part === name || !/~[0-9a-f]{32}$/.test(part) || part !== encodePart(name)) return [];
    return [{ path: `${parts.slice(0, first + i + 1).join('/')}.name`, name }];
  });
}

/** A path as one argument of rrdtool's command line, which knows both quotes and no escapes. */
export function quoted(path: string): string {
  if (/^[A-Za-z0-9._~%/-]+$/.test(path)) return path;
  return `'${path.replaceAll("'", `'"'"'`)}'`;
}
