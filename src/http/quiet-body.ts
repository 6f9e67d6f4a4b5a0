import { compilePattern } from '../model/pattern.ts';
import { HttpError } from './errors.ts';
import { printable } from '../model/printable.ts';
import { shownName } from './unknown.ts';
import type { Coverage, CoverageView } from '../contract/alert-views.ts';
import type { CoverageRule } from '../model/quiet.ts';
import type { Done } from '../model/alert-question.ts';
import type { Identity } from '../contract/access.ts';
import type { ServiceKey } from '../model/service-state.ts';

/** Longer ahead than that nobody plans: it is a slip of the keyboard. */
const AHEAD_MS_MAX = 5 * 366 * 24 * 3_600_000;
const PARTS = ['cluster', 'host', 'service', 'severity'] as const;
const HOW_LONG = 'give times in epoch milliseconds, within five years from now';

/** What is covered, checked. Throws the error to answer with; everything is covered by `.*`, by no less. */
export function coverageRule(covers: Coverage, { severity = false } = {}): CoverageRule {
  const { facts = [], services } = covers;
  if (covers.severity !== undefined && !severity) {
    const cure = 'leave severity out, or make a silence: a downtime is of services, whatever their state';
    throw new HttpError('bad_covers', 'covers.severity is of silences only', cure);
  }
  for (const part of PARTS) demandPattern(`covers.${part}`, covers[part]);
  for (const [i, { pattern }] of facts.entries()) demandPattern(`covers.facts[${i}].pattern`, pattern);
  const rule: CoverageRule = {
    cluster: covers.cluster ?? null,
    host: covers.host ?? null,
    service: covers.service ?? null,
    severity: covers.severity ?? null,
    facts,
    services: services?.map(plainKey) ?? null,
  };
  const isNamed = [rule.cluster, rule.host, rule.service].some((part) => part !== null);
  if (!isNamed && facts.length === 0 && services === undefined) {
    throw new HttpError('bad_covers', 'covers says nothing');
  }
  return rule;
}

/** Only that service. */
export function onlyService(key: ServiceKey): CoverageRule {
  return { cluster: null, host: null, service: null, severity: null, facts: [], services: [plainKey(key)] };
}

/** The names of a path: an aggregate has no host, and one of the grid no cluster, which are written `-`. */
export function pathKey({ cluster, host, service }: ServiceKey): ServiceKey {
  if (host !== '-') return plainKey({ cluster, host, service });
  return plainKey({ cluster: cluster === '-' ? '' : cluster, host: '', service });
}

/** Throws the error to answer with at what is no name. */
export function plainKey(key: ServiceKey): ServiceKey {
  const { cluster, host, service } = key;
  for (const [what, name] of Object.entries({ cluster, host, service })) {
    if (printable(name) !== name || /[\t\n]/u.test(name)) {
      throw new HttpError('bad_request', `the name of the ${what} has control characters`, 'leave them out');
    }
  }
  return { cluster, host, service };
}

/** A begin and an end that make sense; null: open. Throws where they do not. */
export function demandTimes({ fromMs, toMs }: { fromMs: number; toMs: number | null }, nowMs: number): void {
  for (const [name, timeMs] of [
    ['from_ms', fromMs],
    ['to_ms', toMs],
  ] as const) {
    if (timeMs === null || (timeMs > 0 && timeMs <= nowMs + AHEAD_MS_MAX)) continue;
    throw new HttpError('bad_range', `${name} is not a time from 1970 to five years ahead`, HOW_LONG);
  }
  if (toMs === null) return;
  if (toMs <= fromMs) throw new HttpError('bad_range', 'to_ms is not after from_ms');
  if (toMs <= nowMs) throw new HttpError('bad_range', 'to_ms is past', 'give an end that is still to come');
}

/** Why, in words that can be shown: control characters and blanks say nothing. */
export function commentOf(text: string): string {
  const comment = printable(text).trim();
  if (comment === '')
    throw new HttpError('bad_body', 'comment is blank', 'say why, for whoever reads it later');
  return comment;
}

/** Whoever signed in; where nobody does, who they say they are. */
export function authorOf({ kind, name }: Identity, said: string | undefined): string {
  if (kind !== 'open') return name;
  return printable(said ?? '').trim() || name;
}

/** What was made. Throws the error to answer with where it was not. */
export function made<T>(done: Done<T>, otherwise: 'bad_quiet' | 'not_a_problem'): T {
  if (done.ok) return done.value;
  throw new HttpError(done.full ? 'quiets_full' : otherwise, done.fault);
}

/** For the audit: `host web-1.*, service load: 12 services on 3 hosts`. */
export function coverWords(
  rule: CoverageRule,
  { count, hosts }: Pick<CoverageView, 'count' | 'hosts'>,
): string {
  const parts = PARTS.flatMap((part) => (rule[part] === null ? [] : [`${part} ${shownName(rule[part])}`]));
  const facts = rule.facts.map(({ fact, pattern }) => `${shownName(fact)} ${shownName(pattern)}`);
  const named = rule.services === null ? [] : [`${rule.services.length} named services`];
  return `${[...parts, ...facts, ...named].join(', ')}: ${count} services on ${hosts} hosts`;
}

function demandPattern(part: string, source: string | undefined): void {
  if (source === undefined) return;
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new HttpError('bad_pattern', `${part} does not compile: ${compiled.fault}`);
}
