import { quoted } from './path.ts';
import type { Archive } from './archives.ts';
import type { ReadPlan } from './read-plan.ts';

/** The rows of an answer: row r covers the `widthS` seconds that end at startS + (r + 1) × widthS. */
export type Rows = Pick<ReadPlan, 'startS' | 'endS' | 'widthS'>;

/** One data source as a variable of an `xport` command. */
export interface Definition {
  readonly name: string;
  readonly path: string;
  readonly source: string;
  readonly cf: Archive['cf'];
  /** Of the archive to read. */
  readonly stepS: number;
  /** How its rows are put together to those of the answer; as `cf` unless told. */
  readonly reduce?: Archive['cf'];
}

export function rowsOf({ startS, endS, widthS }: Rows): number {
  return (endS - startS) / widthS;
}

/**
 * `lines`: definitions, calculations and exports. Rows of an archive are put together by rrdtool as the
 * average (lowest, highest) of those known.
 */
export function xportCommand(rows: Rows, lines: readonly string[]): string {
  const { startS, endS, widthS } = rows;
  // Without a maximum rrdtool makes 400 rows and widens the step.
  const maximum = Math.max(10, rowsOf(rows) + 1);
  return `xport --json -s ${startS} -e ${endS} --step ${widthS} --maxrows ${maximum} ${lines.join(' ')}`;
}

/** With its archive's own step a definition gets that archive, wherever it reaches back far enough. */
export function definition({ name, path, source, cf, stepS, reduce }: Definition): string {
  const reduced = reduce === undefined ? '' : `:reduce=${reduce}`;
  return quoted(`DEF:${name}=${path.replaceAll(':', '\\:')}:${source}:${cf}:step=${stepS}${reduced}`);
}

/**
 * Reads the answer to `xport --json`: a column for each export, NaN where unknown. Values have eleven
 * significant digits. Undefined where it is not of these rows: another archive answered than was asked for.
 */
export function parseXport(text: string, rows: Rows, columns: number): Float64Array[] | undefined {
  const dataAt = text.indexOf('"data": [');
  if (dataAt < 0) return undefined;
  const head = text.slice(0, dataAt);
  const said = (key: string) => Number(new RegExp(`"${key}": (\\d+)`).exec(head)?.[1]);
  const { startS, widthS } = rows;
  // rrdtool says where the first row ends.
  if (said('step') !== widthS || said('start') !== startS + widthS) return undefined;
  const length = rowsOf(rows);
  const parsed = Array.from({ length: columns }, () => new Float64Array(length).fill(Number.NaN));
  let at = dataAt + '"data": ['.length;
  for (let row = 0; row < length; row += 1) {
    at = text.indexOf('[', at) + 1;
    if (at === 0) return undefined;
    for (let c = 0; c < columns; c += 1) {
      at += 1; // A space before each value, a comma or space after it.
      const end = text.indexOf(c + 1 < columns ? ',' : ' ', at);
      if (end < 0) return undefined;
      (parsed[c] as Float64Array)[row] = valueIn(text, at, end);
      at = end + 1;
    }
  }
  return parsed;
}

const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const POINT = 46;
const LETTER_E = 101;
const DIGITS = 11;
/** Powers of ten that a double holds exactly. */
const EXACT = Float64Array.from({ length: 23 }, (_, power) => 10 ** power);

/**
 * `-1.2345678901e+02` without a string of its own, a third of the time Number takes: eleven digits are an
 * exact integer, and one multiplication or division by an exact power of ten rounds once, as Number does.
 */
function valueIn(text: string, from: number, end: number): number {
  let at = from;
  const negative = text.charCodeAt(at) === MINUS;
  if (negative) at += 1;
  let digits = 0;
  let count = 0;
  for (; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT) continue;
    if (code < ZERO || code > NINE) break;
    digits = digits * 10 + (code - ZERO);
    count += 1;
  }
  if (count !== DIGITS || text.charCodeAt(at) !== LETTER_E) return otherValue(text.slice(from, end));
  const down = text.charCodeAt(at + 1) === MINUS;
  let power = 0;
  for (at += 2; at < end; at += 1) power = power * 10 + (text.charCodeAt(at) - ZERO);
  power = (down ? -power : power) - (DIGITS - 1);
  if (!(power >= -22 && power <= 22)) return otherValue(text.slice(from, end));
  const value = power < 0 ? digits / (EXACT[-power] as number) : digits * (EXACT[power] as number);
  return negative ? -value : value;
}

/** `null`, `inf` and what else is no number is unknown. */
function otherValue(text: string): number {
  const value = text === '' || text === 'null' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}
