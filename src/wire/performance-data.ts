import { PERFORMANCE_ITEMS_MAX, PERFORMANCE_LABEL_CHARS_MAX } from '../limits.ts';

/** One item of a plugin's performance data, in the units it was written in. */
export interface PerformanceItem {
  readonly label: string;
  /** Null: undetermined (`U`). */
  readonly value: number | null;
  /** Unit of measurement as written: `s`, `%`, `MB`; `c` is a counter. */
  readonly uom: string;
  /** Ranges as written; empty: none. */
  readonly warning: string;
  readonly critical: string;
  readonly min: number | null;
  readonly max: number | null;
}

export interface PerformanceData {
  readonly items: readonly PerformanceItem[];
  /** Items that could not be read, or were too many. */
  readonly dropped: number;
}

/** Words looked at, well or not: the worst text is no work. */
const WORDS_MAX = 4 * PERFORMANCE_ITEMS_MAX;
/** No number of a plugin is longer; the patterns below are not run over more. */
const FIELD_CHARS_MAX = 80;
const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`;
const UNIT = String.raw`(?:[\p{L}%°][\p{L}%°²³/*-]*)?`;
const VALUE = new RegExp(`^(${NUMBER})(${UNIT})$`, 'u');
const BOUND = new RegExp(`^${NUMBER}$`, 'u');
const RANGE = new RegExp(`^@?(?:(?:~|${NUMBER})?:)?(?:${NUMBER})?$`, 'u');
const BLANK = /\s/u;

/**
 * Reads `'label'=value[UOM];warn;crit;min;max …` (Monitoring Plugins guidelines, "Performance data"). A label
 * in quotes may hold blanks, `=` and, doubled, quotes. A bad item costs itself alone, a bad range or bound of
 * a good one is left out; a comma is no decimal point. Total: any text has an answer.
 */
export function readPerformanceData(text: string): PerformanceData {
  const items: PerformanceItem[] = [];
  let dropped = 0;
  let at = 0;
  while (at < text.length && items.length + dropped < WORDS_MAX) {
    if (BLANK.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const label = text.charAt(at) === "'" ? quotedLabel(text, at) : plainLabel(text, at);
    const end = endOfWord(text, label.end);
    const item = label.name === '' ? undefined : itemOf(label.name, text.slice(label.end, end));
    if (item && items.length < PERFORMANCE_ITEMS_MAX) items.push(item);
    else dropped += 1;
    at = end;
  }
  return { items, dropped };
}

/**
 * A label and where its value begins; no name: none that counts, and where to look for the end of the word.
 */
interface Label {
  readonly name: string;
  readonly end: number;
}

function plainLabel(text: string, from: number): Label {
  let at = from;
  while (at < text.length && text.charAt(at) !== '=' && !BLANK.test(text.charAt(at))) at += 1;
  return text.charAt(at) === '=' ? { name: text.slice(from, at), end: at + 1 } : { name: '', end: at };
}

function quotedLabel(text: string, from: number): Label {
  let name = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf("'", at);
    // Never closed: what follows may be well, so only the word is lost.
    if (quote < 0) return { name: '', end: from + 1 };
    name += text.slice(at, quote);
    if (text.charAt(quote + 1) !== "'") {
      return text.charAt(quote + 1) === '=' ? { name, end: quote + 2 } : { name: '', end: quote + 1 };
    }
    name += "'";
    at = quote + 2;
  }
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !BLANK.test(text.charAt(at))) at += 1;
  return at;
}

function itemOf(label: string, word: string): PerformanceItem | undefined {
  if (label.length > PERFORMANCE_LABEL_CHARS_MAX) return undefined;
  const [said = '', warning = '', critical = '', min = '', max = ''] = word.split(';', 5);
  const value = valueOf(said);
  if (!value) return undefined;
  return {
    label,
    ...value,
    warning: rangeOf(warning),
    critical: rangeOf(critical),
    min: boundOf(min),
    max: boundOf(max),
  };
}

function valueOf(said: string): Pick<PerformanceItem, 'value' | 'uom'> | undefined {
  if (said === 'U') return { value: null, uom: '' };
  if (said.length > FIELD_CHARS_MAX) return undefined;
  const [, digits = '', uom = ''] = VALUE.exec(said) ?? [];
  const value = Number(digits);
  return digits === '' || !Number.isFinite(value) ? undefined : { value, uom };
}

function rangeOf(said: string): string {
  return said.length <= FIELD_CHARS_MAX && RANGE.test(said) ? said : '';
}

function boundOf(said: string): number | null {
  const value = said.length <= FIELD_CHARS_MAX && BOUND.test(said) ? Number(said) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
