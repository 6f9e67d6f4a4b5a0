import { spanWords } from '../../model/duration.ts';
import type { AggregateOf, SeriesFunction, Subject } from '../../contract/checks.ts';

/** What a definition judges, in the words of checks/*.yaml, as a person reads them. */
export function subjectView(subject: Subject): Record<string, string> {
  switch (subject.kind) {
    case 'host':
      return {};
    case 'metric':
      return { metric: subject.metric, ...(subject.function && functionView(subject.function)) };
    case 'combined': {
      const { function: name, of, to, percent } = subject;
      if (name === 'sum') return { sum: of.join(', ') };
      return { ratio: `${of.join(', ')} to ${to.join(', ')}${percent ? ', in percent' : ''}` };
    }
    case 'aggregate':
      return { ...aggregateView(subject.of), by: subject.by.join(', ') || 'the whole grid' };
    case 'command':
      return { command: commandWords(subject.command) };
    case 'passive':
      return {
        passive: subject.service ?? 'true',
        ...(subject.command && { command: commandWords(subject.command) }),
      };
  }
}

function functionView(over: SeriesFunction): Record<string, string> {
  switch (over.name) {
    case 'rate_of_change':
      return { rate_of_change: `over ${spanWords(over.overMs)}, per ${spanWords(over.perMs)}` };
    case 'missing':
      return { missing: 'true' };
    case 'forecast':
      return { forecast: `reaches ${over.reaches}, history ${spanWords(over.historyMs)}` };
    case 'compare':
      return {
        compare: `${over.as}, window ${spanWords(over.windowMs)}, before ${spanWords(over.beforeMs)}`,
      };
  }
}

function aggregateView(of: AggregateOf): Record<string, string> {
  switch (of.kind) {
    case 'values':
      return { aggregate: of.metric, function: of.function };
    case 'percent_over':
      return { aggregate: of.metric, percent_over: String(of.limit) };
    case 'states':
      return { aggregate: of.service, state: of.states.join(', '), function: of.function };
  }
}

/** Arguments may hold passwords: who may look at a service need not know them. */
function commandWords([program = '', ...args]: readonly string[]): string {
  if (args.length === 0) return program;
  return `${program} and ${args.length} ${args.length === 1 ? 'argument' : 'arguments'}`;
}
