import { HttpError } from './errors.ts';

const UNIT_S: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};
/** The year 9999: what is later is a mistake in units. */
const TIME_S_MAX = 253_402_300_799;

/** Whole epoch seconds from `now`, `-1h` or an epoch time in seconds; undefined for anything else. */
export function parseTime(text: string, nowMs: number): number | undefined {
  const nowS = nowMs / 1000;
  if (text === 'now') return Math.ceil(nowS);
  const back = /^-(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/u.exec(text);
  const timeS = back ? nowS - Number(back[1]) * (UNIT_S[back[2] ?? ''] ?? Number.NaN) : epochOf(text);
  return timeS >= 0 && timeS <= TIME_S_MAX ? Math.floor(timeS) : undefined;
}

function epochOf(text: string): number {
  return /^\d+(?:\.\d+)?$/u.test(text) ? Number(text) : Number.NaN;
}

/**
 * Both ends of a range; throws the error to answer with when one is not a time, or nothing is between them.
 */
export function readTimeRange(
  query: { readonly from: string; readonly to: string },
  nowMs: number,
): { fromS: number; toS: number } {
  const fromS = parseTime(query.from, nowMs);
  if (fromS === undefined) throw new HttpError('bad_time', `from is not a time: "${query.from}"`);
  const toS = parseTime(query.to, nowMs);
  if (toS === undefined) throw new HttpError('bad_time', `to is not a time: "${query.to}"`);
  if (fromS >= toS) throw new HttpError('bad_range', 'from is not before to');
  return { fromS, toS };
}
