import { KIND } from '../../src/model/kind.ts';
import { describeSeries, rawValue } from './fleet.ts';
import type { FleetRecord, FleetSeries } from './fleet.ts';
import type { Rows } from './rrd-rows.ts';
import type { SentRecord, SentValue } from './truth.ts';

/** How what is stored compares with what was sent. */
export interface Verdict {
  stored: number;
  /** Not stored, and not there, each with the time it was sent. */
  readonly missing: SentValue[];
  /** Stored, but not what was sent. */
  readonly wrong: { readonly record: FleetRecord; readonly text: string }[];
}

/** Values may come by so much of themselves apart: rrdtool prints eleven digits. */
const TOLERANCE = 1e-9;

export function newVerdict(): Verdict {
  return { stored: 0, missing: [], wrong: [] };
}

/** What is left when some records are not looked at. */
export function without(verdict: Verdict, spared: ReadonlySet<FleetRecord>): Verdict {
  const missing = verdict.missing.filter(({ sent }) => !spared.has(sent.record));
  return { ...verdict, missing, wrong: verdict.wrong.filter(({ record }) => !spared.has(record)) };
}

/**
 * Compares one series with the rows of its file. RRDtool draws a sample back to the one before it, so a lost
 * sample shows as rows that tell of the next one: rows up to sample `to` that all say what (last, to] would,
 * with nothing in between, prove that `to` is stored and that those between are not.
 */
export function judgeRows(sent: SentRecord, series: FleetSeries, rows: Rows, verdict: Verdict): void {
  const { record, timesS } = sent;
  const isGauge = series.kind === KIND.gauge;
  // The first sample of a counter only shows in the rate up to the second.
  let last = isGauge ? -1 : 0;
  let next = last + 1;
  if (!isGauge && timesS.length > 0) verdict.stored += 1;
  while (next < timesS.length) {
    const to = provenFrom(sent, series, rows, last, next);
    if (to !== undefined) {
      for (let n = next; n < to; n += 1) verdict.missing.push({ sent, series, n });
      verdict.stored += 1;
      last = to;
    } else {
      const timeS = timesS[next] as number;
      const value = rows.at(series.source, timeS);
      if (Number.isNaN(value)) verdict.missing.push({ sent, series, n: next });
      else {
        const expected = expectedRow(sent, series, last, next);
        const what = `${describeSeries(record, series)} at ${timeS}`;
        const text = `${what} (sample ${next}): ${expected} was sent, ${value} is stored`;
        verdict.wrong.push({ record, text });
        last = next;
      }
    }
    next = Math.max(next, to ?? next) + 1;
  }
}

/** The first sample from `next` on that the rows prove, `last` being the one stored before. */
function provenFrom(
  sent: SentRecord,
  series: FleetSeries,
  rows: Rows,
  last: number,
  next: number,
): number | undefined {
  const { record, timesS } = sent;
  const firstS = timesS[next] as number;
  const beforeS = last < 0 ? firstS - record.stepS : (timesS[last] as number);
  for (let to = next; to < timesS.length; to += 1) {
    const toS = timesS[to] as number;
    if (toS - beforeS > record.heartbeatS) return undefined;
    const expected = expectedRow(sent, series, last, to);
    let agrees = true;
    for (let rowS = beforeS + record.stepS; agrees && rowS <= toS; rowS += record.stepS) {
      agrees = Math.abs(rows.at(series.source, rowS) - expected) <= Math.abs(expected) * TOLERANCE;
    }
    if (agrees) return to;
  }
  return undefined;
}

function expectedRow({ timesS }: SentRecord, series: FleetSeries, from: number, to: number): number {
  const raw = rawValue(series, to);
  if (series.kind === KIND.gauge) return raw;
  return (raw - rawValue(series, from)) / ((timesS[to] as number) - (timesS[from] as number));
}
