import { RRD_POINTS_PER_COMMAND_MAX } from '../../limits.ts';
import { KIND } from '../../model/kind.ts';
import { doubleOf, rawText } from '../../model/rate.ts';
import type { Kind } from '../../model/kind.ts';
import type { RecordBatch } from '../store.ts';

/** One update command, and the second of its last point. */
export interface Update {
  readonly line: string;
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
  const kinds = batch.records[i]?.sources.map((source) => source.kind) ?? [];
  const stride = 2 * kinds.length;
  const first = batch.starts[i] as number;
  const end = batch.starts[i + 1] as number;
  const cumulative = kinds.some((kind) => kind === KIND.counter || kind === KIND.derive);
  const done: Update[] = [];
  let line = '';
  let points = 0;
  let beforeS = afterS;
  for (let p = first; p < end; p += 1) {
    const timeS = batch.timesS[p] as number;
    if (timeS <= afterS) continue;
    if (points === RRD_POINTS_PER_COMMAND_MAX) {
      done.push({ line, throughS: beforeS });
      points = 0;
    }
    if (points === 0) line = `update ${target} --skip-past-updates`;
    const at = (batch.wordStarts[i] as number) + (p - first) * stride;
    const reset = cumulative && batch.gaps[p] === 1 && beforeS > 0;
    const between = reset && timeS > beforeS + 1;
    if (between) line += ` ${beforeS + 1}${resetValues(kinds, batch.words, at)}`;
    const text = reset && !between ? valuesAtReset : values;
    line += ` ${timeS}${text(kinds, batch.words, at)}`;
    points += 1;
    beforeS = timeS;
  }
  if (points > 0) done.push({ line, throughS: beforeS });
  return done;
}

/** `:v` a source. rrdtool would take an infinite gauge and spoil every average with it: it is unknown. */
function values(kinds: readonly Kind[], words: Uint32Array, at: number): string {
  let text = '';
  for (let s = 0; s < kinds.length; s += 1) text += `:${valueText(kinds[s] as Kind, words, at + 2 * s)}`;
  return text;
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

function valueText(kind: Kind, words: Uint32Array, at: number): string {
  const hi = words[at] as number;
  const lo = words[at + 1] as number;
  if (kind !== KIND.gauge) return rawText(kind, hi, lo);
  const value = doubleOf(hi, lo);
  return Number.isFinite(value) ? String(value) : 'U';
}
