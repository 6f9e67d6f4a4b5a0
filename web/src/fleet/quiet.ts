import { formatAge, formatDuration } from '../format/duration.ts';
import { formatDate } from '../format/number.ts';
import { localField } from '../format/instant.ts';
import { WEEKDAYS } from './action.ts';
import type { ActionForm } from './action.ts';
import type { Coverage, QuietView } from '../../../src/contract/alert-views.ts';

export const QUIET_LISTS = ['active', 'planned', 'over'] as const;
export type QuietList = (typeof QUIET_LISTS)[number];

/** What waits for its first problem, or for its next time, holds already. */
export function quietListOf({ state }: QuietView): QuietList {
  switch (state) {
    case 'active':
    case 'waiting':
      return 'active';
    case 'pending':
      return 'planned';
    default:
      return 'over';
  }
}

export function quietListLabel(list: QuietList): string {
  switch (list) {
    case 'active':
      return 'Active';
    case 'planned':
      return 'Planned';
    case 'over':
      return 'Over';
  }
}

/** What ends first comes first; of those that are over the newest. */
export function compareQuiets(a: QuietView, b: QuietView): number {
  const list = quietListOf(a);
  if (list === 'over') return overMs(b) - overMs(a) || (a.id < b.id ? -1 : 1);
  const [from, to] = list === 'planned' ? [a.from_ms, b.from_ms] : [endOf(a), endOf(b)];
  return (from === to ? 0 : from - to) || (a.id < b.id ? -1 : 1);
}

function endOf({ to_ms: to }: QuietView): number {
  return to ?? Number.MAX_SAFE_INTEGER;
}

function overMs({ ended_ms: ended, to_ms: to, created_ms: created }: QuietView): number {
  return ended ?? to ?? created;
}

const NAMES_SHOWN = 3;

/** What it covers, in words: `disk.* on web-0[1-4] in web`, `load on web-1 and 4 more`, `everything`. */
export function coverageWords(covers: Coverage): string {
  if (covers.services) {
    const names = covers.services
      .slice(0, NAMES_SHOWN)
      .map((key) =>
        key.host === ''
          ? `${key.service} of ${key.cluster || 'the whole grid'}`
          : `${key.service} on ${key.host}`,
      );
    const more = covers.services.length - names.length;
    return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
  }
  const facts = covers.facts?.map(({ fact, pattern }) => `${fact}: ${pattern}`).join(', ');
  const parts = [
    covers.service ?? (covers.host === undefined ? 'everything' : 'all services'),
    covers.host !== undefined && `on ${covers.host}`,
    covers.cluster !== undefined && `in ${covers.cluster}`,
    facts !== undefined && facts !== '' && `where ${facts}`,
    covers.severity !== undefined && `while ${covers.severity}`,
  ];
  return parts.filter((part) => part !== false).join(' ');
}

/** When it holds, in words. */
export function quietTimeWords(quiet: QuietView, nowMs: number): string {
  if (quietListOf(quiet) === 'over') return overWords(quiet, nowMs);
  const { from_ms: from, to_ms: to } = quiet;
  const until = to === null ? '' : `until ${formatDate(to)}`;
  switch (quiet.kind) {
    case 'fixed':
    case 'silence':
      if (from > nowMs) return `from ${formatDate(from)} ${until}`;
      return to === null ? 'until it is ended' : `${until}, ${formatDuration(to - nowMs)} left`;
    case 'flexible':
      return `for ${formatDuration(quiet.duration_ms ?? 0)} from the first problem between ${formatDate(from)} and ${to === null ? 'its end' : formatDate(to)}`;
    case 'recurring':
      return [quiet.times.join(', '), quiet.timezone, until].filter((part) => part !== '').join(' · ');
  }
}

function overWords(quiet: QuietView, nowMs: number): string {
  const age = formatAge(overMs(quiet), nowMs);
  if (quiet.ended_ms === null) return `over since ${age}`.replace(/ ago$/, '');
  return quiet.ended_by === '' ? `ended ${age}` : `ended by ${quiet.ended_by} ${age}`;
}

export function quietKindWords(quiet: QuietView): string {
  switch (quiet.kind) {
    case 'silence':
      return 'Silence';
    case 'fixed':
      return 'Downtime';
    case 'flexible':
      return quiet.state === 'waiting' ? 'Flexible downtime, waits for a problem' : 'Flexible downtime';
    case 'recurring':
      return 'Recurring downtime';
  }
}

/** The form that would plan the same again, from now on. */
export function formOf(quiet: QuietView): Partial<ActionForm> {
  const { covers } = quiet;
  const lastsMs = (quiet.to_ms ?? 0) - quiet.from_ms;
  return {
    scope: covers.services ? 'chosen' : 'pattern',
    cluster: covers.cluster ?? '',
    host: covers.host ?? '',
    service: covers.service ?? '',
    severity: covers.severity ?? '',
    comment: quiet.comment,
    ...(quiet.kind === 'flexible' && {
      timing: 'flexible' as const,
      minutes: String(Math.round((quiet.duration_ms ?? 0) / 60_000)),
    }),
    ...(quiet.kind === 'recurring' ? weekOf(quiet.times) : againFor(lastsMs)),
  };
}

/** As long as it was, from now on. */
function againFor(lastsMs: number): Partial<ActionForm> {
  if (!(lastsMs > 0)) return {};
  return { until: 'custom', to: localField((Date.now() + lastsMs) / 1000).slice(0, 16) };
}

/** Lines `sunday 02:00-04:00` as the form has them, where it can. */
function weekOf(times: readonly string[]): Partial<ActionForm> {
  const days = WEEKDAYS.filter((day) => times.some((line) => line.toLowerCase().startsWith(day)));
  const [, begins, ends] = /(\d\d:\d\d)\s*-\s*(\d\d:\d\d)/.exec(times[0] ?? '') ?? [];
  return {
    timing: 'weekly',
    until: 'open',
    ...(days.length > 0 && { days }),
    ...(begins !== undefined && ends !== undefined && { begins, ends }),
  };
}
