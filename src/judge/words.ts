import { freshnessMs } from './watch.ts';
import { groupWords, isOfGroup } from './group-silence.ts';
import { silenceWords } from './silence-hold.ts';
import { lossNote } from '../check/loss-note.ts';
import { outputOf, outputWith } from '../check/evaluate.ts';
import { unreachableWords } from './parents.ts';
import { staleOutput, staleResultOutput } from '../check/freshness.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/** What was found, and what may be missing because datagrams of the cluster were lost. */
export function wordsOf(watch: ServiceWatch, turn: Turn): string {
  const found = foundWords(watch, turn);
  const loss = turn.losses.get(watch.cluster);
  if (!loss || isAsBefore(watch)) return found;
  return found + lossNote(loss, lookedSinceMs(watch, turn), watch.kind === 'host' ? 'packets' : 'values');
}

function foundWords(watch: ServiceWatch, turn: Turn): string {
  switch (watch.kind) {
    case 'host':
      return hostWords(watch, turn);
    case 'command':
    case 'passive':
      return resultWords(watch, turn);
    case 'metric':
    case 'combined':
    case 'aggregate':
      return liveWords(watch, turn);
  }
}

/** Of one that is not heard of yet: what was said before a restart. */
function hostWords(watch: ServiceWatch, turn: Turn): string {
  if (isOfGroup(watch)) return groupWords(watch, turn);
  const { on, output } = watch;
  if (on.output === '') return output;
  return on.output + behindWords(watch, turn) + silenceWords(watch, turn);
}

function resultWords(watch: ServiceWatch, turn: Turn): string {
  if (!watch.stale) return watch.output;
  return staleResultOutput(watch.result?.timeMs ?? 0, turn.nowMs) + behindWords(watch, turn);
}

function behindWords(watch: ServiceWatch, turn: Turn): string {
  const { status } = watch;
  return status.kind !== 'ok' && status.problem === 'UNREACHABLE' ? unreachableWords(watch, turn) : '';
}

function liveWords(watch: ServiceWatch, turn: Turn): string {
  const { series, source, compiled, value } = watch;
  if (watch.stale) {
    return staleOutput(watch.valueMs, turn.nowMs, series?.record.words ?? { intervalS: 0, tmaxS: 0 });
  }
  if (watch.found === null) return isKept(watch) ? watch.output : firstWords(watch);
  if (compiled.fault !== null) return compiled.fault;
  if (source) return outputWith((shown) => source.words(shown), { value, units: source.units }, compiled);
  return outputOf({ metric: series?.metric ?? '', value, units: series?.record.words.units ?? '' }, compiled);
}

/** Nothing was heard yet: its words are those of before a restart. */
function isKept({ source, seenMs, output }: ServiceWatch): boolean {
  return output !== '' && (seenMs === 0 || source?.gathering !== true);
}

function firstWords({ series, source, service }: ServiceWatch): string {
  return source?.gathering ? source.words('') : `${series?.metric ?? service} has no value yet`;
}

/** Its words are those of before a restart, or somebody else's, which say what there was to say. */
function isAsBefore({ kind, stale, found, on }: ServiceWatch): boolean {
  if (kind === 'host') return on.output === '';
  return kind === 'command' || kind === 'passive' || (!stale && found === null);
}

/**
 * How far back the watch looks: as far as its freshness threshold, or its host's silence limit, and no
 * further than the sample before the newest. A host that is heard has nothing to miss.
 */
function lookedSinceMs(watch: ServiceWatch, turn: Turn): number {
  if (watch.kind === 'host') {
    return watch.on.state === 'DOWN' ? turn.nowMs - watch.on.limitMs : Number.POSITIVE_INFINITY;
  }
  const freshSinceMs = turn.nowMs - freshnessMs(watch);
  if (!watch.series) return freshSinceMs;
  const { intervalS, tmaxS } = watch.series.record.words;
  return Math.max(freshSinceMs, watch.valueMs - 1000 * Math.max(intervalS, tmaxS));
}
