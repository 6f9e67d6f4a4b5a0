import { RRD_POINTS_PER_COMMAND_MAX } from '../../limits.ts';
import { KIND } from '../../model/kind.ts';
import { doubleOf, rawText } from '../../model/rate.ts';
import type { Kind } from '../../model/kind.ts';
import type { RecordBatch } from '../store.ts';

/** One update command, written when rrdtool is ready for it, and the second of its last point. */
export interface Update {
  readonly line: () => string;
  readonly throughS: number;
}

/**
 * The commands that store record `i` of a batch in the file that `target` (a quoted path, and a template
 * where the file's order of data sources is another) names: its points after the second `afterS` (0: the
 * file is new).
 *
 * rrdtool takes every drop of a COUNTER for a wrap. Before a point that follows a reset it is therefore told
 * `U` one second after the last point; a gauge has its new value from then on and an absolute counted
 * nothing in that second, so neither loses anything. Where the points are one second apart the counter's own
 * value gives way to the `U`.
 */
export function updates(batch: RecordBatch, i: number, target: string, afterS: number): readonly Update[] {
  const end = batch.starts[i + 1] as number;
  let from = batch.starts[i] as number;
  while (from < end && (batch.timesS[from] as number) <= afterS) from += 1;
  const done: Update[] = [];
  let beforeS = afterS;
  for (; from < end; from += RRD_POINTS_PER_COMMAND_MAX) {
    const points = { from, to: Math.min(end, from + RRD_POINTS_PER_COMMAND_MAX), beforeS };
    beforeS = batch.timesS[points.to - 1] as number;
    done.push({ line: () => updateLine(batch, i, target, points), throughS: beforeS });
  }
  return done;
}

/** Points of a batch, and the second of the one before them; 0: there is none. */
interface Points {
  readonly from: number;
  readonly to: number;
  readonly beforeS: number;
}

function updateLine(batch: RecordBatch, i: number, target: string, points: Points): string {
  const kinds = batch.records[i]?.sources.map((source) => source.kind) ?? [];
  const stride = 2 * kinds.length;
  const cumulative = kinds.some((kind) => kind === KIND.counter || kind === KIND.derive);
  let line = `update ${target} --skip-past-updates`;
  let { beforeS } = points;
  let at = (batch.wordStarts[i] as number) + (points.from - (batch.starts[i] as number)) * stride;
  for (let p = points.from; p < points.to; p += 1, at += stride) {
    const timeS = batch.timesS[p] as number;
    const reset = cumulative && batch.gaps[p] === 1 && beforeS > 0;
    const between = reset && timeS > beforeS + 1;
    if (between) line += ` ${beforeS + 1}${resetValues(kinds, batch.words, at)}`;
    line += ` ${timeS}`;
    if (reset && !between) line += valuesAtReset(kinds, batch.words, at);
    else
      for (let s = 0; s < kinds.length; s += 1)
        line += `:${valueText(kinds[s] as Kind, batch.words, at + 2 * s)}`;
    beforeS = timeS;
  }
  return line;
}

function valuesAtReset(kinds: readonly Kind[], words: Uint32Array, at: number): string {
  return kinds
    .map((kind, s) => (kind === KIND.counter ? ':U' : `:${valueText(kind, words, at + 2 * s)}`))
    .join('');
}

function resetValues(kinds: readonly Kind[], words: Uint32Array, at: number): string {
  return kinds
    .map((kind, s) => {
      if (kind === KIND.gauge) return `:${valueText(kind, words, at + 2 * s)}`;
      return kind === KIND.absolute ? ':0' : ':U';
    })
    .join('');
}

/** rrdtool would take an infinite gauge and spoil every average with it: it is unknown. */
function valueText(kind: Kind, words: Uint32Array, at: number): string {
  const hi = words[at] as number;
  const lo = words[at + 1] as number;
  if (kind !== KIND.gauge) return rawText(kind, hi, lo);
  const value = doubleOf(hi, lo);
  return Number.isFinite(value) ? String(value) : 'U';
}
