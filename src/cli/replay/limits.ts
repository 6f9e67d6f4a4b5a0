import { durationWords, spanWords } from '../../model/duration.ts';
import { minuteOf } from '../table.ts';
import type { MusterConfig } from '../../contract/config.ts';
import type { ReplayArguments } from './arguments.ts';
import type { ReplayDone } from './run.ts';
import type { ReplayRules } from '../../backtest/replay.ts';

interface Known {
  readonly asked: Pick<ReplayArguments, 'fromS' | 'cluster' | 'host'>;
  readonly config: Pick<MusterConfig, 'store' | 'cache'>;
  readonly sets: readonly ReplayRules[];
  readonly outcome: ReplayDone;
  /** Nothing of that time waits in a server. */
  readonly flushed: boolean;
}

/** What a replay cannot know, as far as it matters to this one; sentences without their full stops. */
export function limitsOf({ asked, config, sets, outcome, flushed }: Known): string[] {
  const limits: string[] = [];
  const kinds = new Set(sets.flatMap(({ checks }) => checks.definitions.map(({ subject }) => subject.kind)));
  if (kinds.has('passive') || kinds.has('command'))
    limits.push('plugins and passive services are replayed from their recorded states');
  if (config.store.type === 'rrd')
    limits.push('pages of a time of which the store keeps averages alone are as exact as its rows');
  if (kinds.has('aggregate') && (asked.cluster !== '.*' || asked.host !== '.*'))
    limits.push('aggregates are those of the hosts that were asked for');
  if (outcome.eventsFromS === null)
    limits.push('no changes of state are kept, so no host was taken for DOWN by them');
  else if (outcome.eventsFromS > asked.fromS)
    limits.push(`changes of state are kept since ${minuteOf(outcome.eventsFromS * 1000)} only`);
  if (!flushed)
    limits.push(`of the last ${spanWords(config.cache.maxAgeMs)} some samples wait in the server still`);
  const { absentS } = outcome.figures;
  if (absentS > 0)
    limits.push(
      `for ${durationWords(absentS * 1000)} nothing is stored of any host: the server was not there`,
    );
  limits.push(
    'acknowledgements of then are not known, so reminders and escalations are those of nobody at work',
  );
  return [...limits, ...outcome.notes];
}
