import { formatQuantity } from '../evaluate.ts';
import type { CompiledAggregate } from '../rule.ts';

/** Of an aggregate's members: how many there are, and what became of those that do not count. */
export interface Headcount {
  readonly all: number;
  readonly counted: number;
  /** Not counted: their host is down, or their newest value is too old. */
  readonly down: number;
  readonly stale: number;
}

/** Of what an aggregate speaks. */
export interface AggregateWords {
  readonly of: CompiledAggregate;
  /** One metric a host, or one service: so many hosts; else so many values. */
  readonly perHost: boolean;
  /** Hosts that are in no group: they have not all facts that it goes by. */
  readonly ungrouped: { readonly hosts: number; readonly facts: readonly string[] };
}

/**
 * `avg of load_one over 37 of 40 hosts is 5.2`, `load is CRITICAL on 2 of 37 hosts (3 down)`. `shown`: the
 * value with its units.
 */
export function aggregateWords(words: AggregateWords, count: Headcount, shown: string): string {
  const { of } = words;
  const { all, counted } = count;
  switch (of.kind) {
    case 'values': {
      const members = counted === all ? plural(all, words) : `${counted} of ${plural(all, words)}`;
      const note = notes([ungroupedNote(words, ' more')]);
      return `${of.function} of ${of.metric.source} over ${members}${note} is ${shown}`;
    }
    case 'percent_over': {
      const what = `${of.metric.source} is above ${formatQuantity(of.limit, '')}`;
      return `${what} on ${shown} of ${countedWords(words, count)}`;
    }
    case 'states':
      return `${of.service} is ${[...of.states].join(' or ')} on ${shown} of ${countedWords(words, count)}`;
  }
}

/** Why nothing can be said: none of its members counts. */
export function noMembersWords(words: AggregateWords, count: Headcount): string {
  const { of } = words;
  const what = of.kind === 'states' ? `state of ${of.service}` : `value of ${of.metric.source}`;
  if (count.all === 0) return `no ${what} yet`;
  return `no ${what} on ${plural(count.all, words)}${notes(leftOutNotes(count))}`;
}

function countedWords(words: AggregateWords, count: Headcount): string {
  return `${plural(count.counted, words)}${notes([...leftOutNotes(count), ungroupedNote(words, '')])}`;
}

function leftOutNotes({ down, stale }: Headcount): string[] {
  return [down > 0 ? `${down} down` : '', stale > 0 ? `${stale} silent` : ''];
}

function ungroupedNote({ ungrouped: { hosts, facts } }: AggregateWords, more: string): string {
  return hosts === 0 ? '' : `${hosts}${more} without ${facts.join(' or ')}`;
}

function notes(all: readonly string[]): string {
  const said = all.filter((one) => one !== '');
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

function plural(count: number, { perHost }: AggregateWords): string {
  const noun = perHost ? 'host' : 'value';
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
