/**
 * Threshold ranges of the Nagios plugin guidelines as monitoring-plugins 2.x reads them: `[@]start:end`,
 * start 0 when left out, `~` minus infinity, no end plus infinity. A value OUTSIDE start..end breaches, with
 * `@` one INSIDE; the bounds themselves belong to the range.
 */
export interface Range {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly inside: boolean;
}

export type ParsedRange =
  | { readonly ok: true; readonly range: Range }
  | { readonly ok: false; readonly fault: string };

const RANGE_CHARS_MAX = 100;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Total: what is wrong comes back in words. Stricter than the C plugins, for which `foo` is 0. */
export function parseRange(text: string): ParsedRange {
  if (text.length > RANGE_CHARS_MAX) return fault(text, `has more than ${RANGE_CHARS_MAX} characters`);
  const trimmed = text.trim();
  const inside = trimmed.startsWith('@');
  const body = inside ? trimmed.slice(1).trim() : trimmed;
  const parts = body.split(':').map((part) => part.trim());
  if (parts.length > 2) return fault(text, 'has more than one colon');
  const [first = '', second] = parts;
  if (first === '' && (second === undefined || second === '')) return fault(text, 'has no bound');
  const start = second === undefined ? 0 : startBound(first);
  const end = second === undefined ? endBound(first) : endBound(second);
  if (typeof start === 'string') return fault(text, start);
  if (typeof end === 'string') return fault(text, end);
  if (start > end) {
    const cure = second === undefined ? `; for "below ${end}" write ${end}:` : '';
    return fault(text, `starts at ${start}, above its end ${end}${cure}`);
  }
  return { ok: true, range: { text: trimmed, start, end, inside } };
}

/** A value that is not a number breaches nothing: the caller says UNKNOWN before it asks. */
export function breaches(range: Range, value: number): boolean {
  if (Number.isNaN(value)) return false;
  const within = value >= range.start && value <= range.end;
  return range.inside ? within : !within;
}

/**
 * The words for a breach, from the side the value is on: `above 8`, `below 10`, `outside 10 to 20`, `within
 * 1 to 2`.
 */
export function describeBreach(
  range: Range,
  value: number,
  shown: (bound: number) => string = String,
): string {
  const { start, end, inside } = range;
  if (inside) {
    if (start === -Infinity && end === Infinity) return 'at any value';
    if (start === -Infinity) return `at or below ${shown(end)}`;
    if (end === Infinity) return `at or above ${shown(start)}`;
    return start === end ? `at ${shown(start)}` : `within ${shown(start)} to ${shown(end)}`;
  }
  if (end === Infinity) return `below ${shown(start)}`;
  if (start === -Infinity) return `above ${shown(end)}`;
  // `8` is 0:8, and whoever writes it thinks of the upper end.
  if (start === 0) return value < 0 ? 'below 0' : `above ${shown(end)}`;
  return start === end ? `at anything but ${shown(start)}` : `outside ${shown(start)} to ${shown(end)}`;
}

function startBound(text: string): number | string {
  if (text === '') return 0;
  return text === '~' ? -Infinity : numberBound(text);
}

function endBound(text: string): number | string {
  if (text === '') return Infinity;
  return text.startsWith('~') ? '~ (minus infinity) can only be the start, as in ~:10' : numberBound(text);
}

function numberBound(text: string): number | string {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  if (/^[\d.,+-]+,[\d.,]+$/.test(text)) return `"${text}" is not a number; decimals take a point`;
  if (text.endsWith('%')) return `"${text}" is not a number; leave the % out`;
  return `"${text}" is not a number`;
}

function fault(text: string, what: string): ParsedRange {
  const shown = text.length > RANGE_CHARS_MAX ? `${text.slice(0, 20)}…` : text;
  return { ok: false, fault: `range "${shown}" ${what}; expected like 10, 10:, ~:10, 10:20 or @10:20` };
}
