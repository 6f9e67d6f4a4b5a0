import { outputAs, pluginHostState, pluginState } from '../../check/exit-status.ts';
import { pluginText } from '../../check/plugin-words.ts';
import { toMicros } from '../../model/duration.ts';
import { readReportedText } from '../../check/reported-text.ts';
import { keepPerformance } from './performance.ts';
import { show } from '../show.ts';
import { take } from './take.ts';
import { namedParents, unanswered } from '../parents.ts';
import type { PluginOutcome } from '../../model/check-result.ts';
import type { Result } from '../../check/state-machine.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

/** Takes what became of a plugin's run into its service: state, words, performance data. */
export function takePlugin(watch: ServiceWatch, outcome: PluginOutcome, turn: Turn): void {
  const { startedMs } = outcome;
  const executionMs = toMicros(outcome.executionMs);
  const latencyMs = toMicros(outcome.latencyMs);
  const text = readReportedText(pluginText(outcome, watch.compiled.definition.timeoutMs));
  watch.stale = false;
  watch.output = outputAs(watch.compiled.definition.semantics, text.output);
  watch.lastCheckMs = startedMs;
  watch.result = {
    timeMs: startedMs,
    longOutput: text.longOutput,
    performance: text.performance,
    via: 'plugin',
    from: '',
    end: outcome.end,
    executionMs,
    latencyMs,
  };
  keepPerformance(watch, { items: text.items, timeMs: startedMs + executionMs }, turn);
  const state = stateOf(watch, outcome, turn);
  if (state === 'UNREACHABLE') watch.output += namedParents(watch, turn);
  if (state !== null) take(watch, { state, evidenceMs: startedMs }, 'reported', turn);
  // Whoever asked for it now is to see it.
  show(watch, turn);
  turn.dirty.add(watch);
}

/** Null: the plugin says nothing of the host. */
function stateOf(watch: ServiceWatch, outcome: PluginOutcome, turn: Turn): Result['state'] | null {
  const { semantics } = watch.compiled.definition;
  if (!watch.isHost) return pluginState(outcome, semantics);
  const state = pluginHostState(outcome, semantics);
  return state === 'DOWN' ? unanswered(watch, turn) : state;
}
