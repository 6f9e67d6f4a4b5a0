const LINE_CHARS_MAX = 4094;
const SOURCES_MAX = 63;
const FAULTS_MAX = 100;
const KINDS: ReadonlyMap<string, 0 | 1 | 2 | 3> = new Map([
  ['COUNTER', 0],
  ['GAUGE', 1],
  ['DERIVE', 2],
  ['ABSOLUTE', 3],
]);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** One data source of a type. Kind 0 counter, 1 gauge, 2 derive, 3 absolute; null is unbounded (`U`). */
export interface TypeSource {
  readonly name: string;
  readonly kind: 0 | 1 | 2 | 3;
  readonly min: number | null;
  readonly max: number | null;
}

/** A line that was dropped whole: its number from 1, and what is wrong with it in words. */
export interface TypesDbFault {
  readonly line: number;
  readonly reason: string;
}

export interface TypesDb {
  readonly types: Map<string, TypeSource[]>;
  /** The first hundred. */
  readonly faults: TypesDbFault[];
}

/**
 * Reads a collectd types.db: `type  name:KIND:min:max, name:KIND:min:max …`, the comma optional, `#` a
 * comment. A line with a fault is dropped and the rest kept; a type defined again replaces the former.
 * Several files: apply the maps in order. Stricter than collectd in one thing: a bound that is no number is
 * a fault, not 0.
 *
 * Source: collectd 5.12, src/daemon/types_list.c.
 */
export function parseTypesDb(text: string): TypesDb {
  const types = new Map<string, TypeSource[]>();
  const faults: TypesDbFault[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const outcome = parseLine(line);
    if (outcome === undefined) continue;
    if (typeof outcome !== 'string') types.set(outcome.name, outcome.sources);
    else if (faults.length < FAULTS_MAX) faults.push({ line: index + 1, reason: outcome });
  }
  return { types, faults };
}

/** Undefined for a blank or comment, a string for a fault. */
function parseLine(line: string): { name: string; sources: TypeSource[] } | string | undefined {
  if (line.length > LINE_CHARS_MAX) return `longer than ${LINE_CHARS_MAX} characters`;
  const [name, ...fields] = line.trim().split(/\s+/);
  if (name === undefined || name === '' || name.startsWith('#')) return undefined;
  if (fields.length === 0) return `type ${name} has no data source`;
  if (fields.length > SOURCES_MAX) return `type ${name} has more than ${SOURCES_MAX} data sources`;
  const sources: TypeSource[] = [];
  for (const field of fields) {
    const source = parseSource(field.replace(/,$/, ''));
    if (typeof source === 'string') return `type ${name}: ${source}`;
    sources.push(source);
  }
  return { name, sources };
}

function parseSource(field: string): TypeSource | string {
  const [name, kindName, low, high, ...rest] = field.split(':');
  if (!name || kindName === undefined || low === undefined || high === undefined || rest.length > 0) {
    return `'${field}' is not name:KIND:min:max`;
  }
  const kind = KINDS.get(kindName.toUpperCase());
  if (kind === undefined) return `'${kindName}' is not GAUGE, COUNTER, DERIVE or ABSOLUTE`;
  const min = parseBound(low);
  const max = parseBound(high);
  if (min === undefined || max === undefined) return `'${field}' has a bound that is neither a number nor U`;
  return { name, kind, min, max };
}

function parseBound(text: string): number | null | undefined {
  if (text.toUpperCase() === 'U') return null;
  return NUMBER.test(text) ? Number(text) : undefined;
}
