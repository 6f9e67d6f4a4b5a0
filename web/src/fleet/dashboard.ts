import { choicePattern, fillVariables } from '../../../src/contract/dashboard-variables.ts';
import { writeFact } from '../../../src/contract/facts.ts';
import type { DashboardVariable, DashboardView, PanelSeries } from '../../../src/contract/dashboard.ts';
import type { AggregateBy, AggregateName, SeriesView } from '../../../src/contract/api.ts';

/** In the address: all that a variable offers, where its default is one name. */
const ALL = '*';

const EVERYTHING = '.*';

/** What a dashboard's variables stand for by their names, as regular expressions over whole names or values. */
export type Chosen = ReadonlyMap<string, string>;

/** Which hosts, as the API is asked for them: facts as `role:db.*`. */
export interface HostSelector {
  readonly cluster: string;
  readonly host: string;
  readonly fact: readonly string[];
}

/** Of the address: a fact may be called as anything else is there. */
export function addressKey({ name, fact }: DashboardVariable): string {
  return fact === '' ? name : `var-${name}`;
}

/** The name or value that the address, or the default, gives a variable; empty: all. */
export function choiceOf(variable: DashboardVariable, search: URLSearchParams): string {
  const given = search.get(addressKey(variable));
  if (given === null || given === '') return variable.default;
  return given === ALL ? '' : given;
}

/** What stands in the address for a choice: nothing for the default. */
export function choiceInAddress(variable: DashboardVariable, choice: string): string | undefined {
  if (choice === variable.default) return undefined;
  return choice === '' ? ALL : choice;
}

export function chosenOf(variables: readonly DashboardVariable[], search: URLSearchParams): Chosen {
  return new Map(
    variables.map((variable) => [variable.name, choicePattern(variable, choiceOf(variable, search))]),
  );
}

/** A panel's pattern with what was chosen in place of `$cluster`, `$host` and the like. */
export function fillPattern(pattern: string, chosen: Chosen): string {
  return fillVariables(pattern, (name) => chosen.get(name) ?? EVERYTHING);
}

/**
 * The hosts of a panel. A fact of which nothing was chosen, and everything may be, asks for nothing: hosts
 * without it are there too.
 */
export function hostsOfPanel(
  { cluster, host, facts }: Pick<PanelSeries, 'cluster' | 'host' | 'facts'>,
  chosen: Chosen,
): HostSelector {
  const asked = facts.filter(
    ({ pattern }) => !(pattern.startsWith('$') && chosen.get(pattern.slice(1)) === EVERYTHING),
  );
  return {
    cluster: fillPattern(cluster, chosen),
    host: fillPattern(host, chosen),
    fact: asked.map(({ fact, pattern }) => writeFact({ fact, pattern: fillPattern(pattern, chosen) })),
  };
}

/** A title or label with the names that were chosen. */
export function fillWords(text: string, { variables }: DashboardView, search: URLSearchParams): string {
  return text.replace(/\$([A-Za-z_]\w*)/g, (whole, name: string) => {
    const variable = variables.find((known) => known.name === name);
    if (!variable) return whole;
    return choiceOf(variable, search) || allWords(variable);
  });
}

/** What it is called that nothing was chosen. */
export function allWords({ name, fact, label }: DashboardVariable): string {
  return fact === '' ? `all ${name}s` : `any ${label.toLowerCase()}`;
}

const NAME_KEYS = ['cluster', 'host', 'metric'] as const;
type Named = Pick<SeriesView, 'cluster' | 'host' | 'metric'>;

/**
 * Names of the lines of one query: what tells them apart, `by` which they were folded or where they differ.
 * `label` goes before it, or stands alone for a line alone.
 */
export function lineNames(lines: readonly Named[], label: string, by: AggregateBy | null = null): string[] {
  if (lines.length === 1 && (label !== '' || by === null)) return [label || (lines[0]?.metric ?? '')];
  const keys = NAME_KEYS.filter((key) =>
    by === null ? new Set(lines.map((line) => line[key])).size > 1 : key === by,
  );
  return lines.map((line) => {
    const apart = keys.map((key) => line[key]).join(' ');
    return [label, apart].filter(Boolean).join(' ') || line.metric;
  });
}

/** Null of none. p95: the smallest value that at least 95 % of them do not exceed. */
export function foldValues(values: readonly number[], aggregate: AggregateName): number | null {
  if (aggregate === 'count') return values.length;
  if (values.length === 0) return null;
  switch (aggregate) {
    case 'sum':
      return sum(values);
    case 'avg':
      return sum(values) / values.length;
    case 'min':
      return values.reduce((least, value) => Math.min(least, value));
    case 'max':
      return values.reduce((most, value) => Math.max(most, value));
    case 'p95':
      return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? null;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** What an aggregate makes of values, in words: `mean of 40 series`. */
export function foldedWords(aggregate: AggregateName, count: number): string {
  switch (aggregate) {
    case 'sum':
      return `sum of ${count} series`;
    case 'avg':
      return count === 1 ? '' : `mean of ${count} series`;
    case 'min':
      return count === 1 ? '' : `lowest of ${count} series`;
    case 'max':
      return count === 1 ? '' : `highest of ${count} series`;
    case 'p95':
      return `95th percentile of ${count} series`;
    case 'count':
      return '';
  }
}

/** Whether a Nagios plugin range alerts: outside `low:high`, inside `@low:high`. An empty one never does. */
export function alerts(range: string, value: number): boolean {
  const text = range.trim();
  if (text === '') return false;
  const inside = text.startsWith('@');
  const bounds = text.replace(/^@/, '');
  const [low = '', high = ''] = bounds.includes(':') ? bounds.split(':', 2) : ['0', bounds];
  const least = low === '~' ? Number.NEGATIVE_INFINITY : Number(low);
  const most = high === '' ? Number.POSITIVE_INFINITY : Number(high);
  const within = value >= least && value <= most;
  return inside ? within : !within;
}

export function stateOfValue(
  value: number | null,
  { warning, critical }: { readonly warning: string; readonly critical: string },
): 'none' | 'ok' | 'warning' | 'critical' {
  if (value === null || (warning.trim() === '' && critical.trim() === '')) return 'none';
  if (alerts(critical, value)) return 'critical';
  return alerts(warning, value) ? 'warning' : 'ok';
}

export interface TextPiece {
  readonly text: string;
  /** An address, which is shown as a link. */
  readonly href: string | null;
}

/** Paragraphs, parted by empty lines, each in pieces; only http and https make links. */
export function paragraphsOf(text: string): TextPiece[][] {
  return text
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map(piecesOf);
}

function piecesOf(paragraph: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const { 0: found, index } of paragraph.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    // What ends a sentence, or closes a bracket around the address, is not part of it.
    const address = found.replace(/[.,;:!?)\]}'’”]+$/, '');
    if (!URL.canParse(address)) continue;
    if (index > end) pieces.push({ text: paragraph.slice(end, index), href: null });
    pieces.push({ text: address, href: address });
    end = index + address.length;
  }
  if (end < paragraph.length) pieces.push({ text: paragraph.slice(end), href: null });
  return pieces;
}
