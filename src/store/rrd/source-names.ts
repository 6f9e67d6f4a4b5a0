import { createHash } from 'node:crypto';
import type { RecordDescription } from '../../model/record.ts';

const NAME_CHARS_MAX = 19;
const VALID = /^[A-Za-z0-9_]{1,19}$/;

/**
 * The data source names of a record's file: `sum` for gmond, as gmetad; else the description's. rrdtool
 * takes 1 to 19 of [A-Za-z0-9_]: another name becomes its first ten characters, the foreign ones as `_`, and
 * eight hexadecimal digits of its hash; should two meet all the same, the later takes its number.
 */
export function sourceNames(record: RecordDescription): readonly string[] {
  if (record.protocol === 'ganglia' && record.sources.length === 1) return ['sum'];
  const taken = new Set<string>();
  return record.sources.map((source, i) => {
    let name = validName(source.name);
    if (taken.has(name)) name = `${name.slice(0, NAME_CHARS_MAX - 4)}_${i}`;
    taken.add(name);
    return name;
  });
}

function validName(name: string): string {
  if (VALID.test(name)) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, 10).replaceAll(/[^A-Za-z0-9_]/g, '_')}_${hash}`;
}
