import { anyOf, isUnfinished } from './pattern.ts';
import { fieldSeconds } from '../format/instant.ts';
import type { ServiceNames } from './link.ts';
import type {
  AcknowledgementsBody,
  Coverage,
  DowntimeBody,
  SilenceBody,
} from '../../../src/contract/alert-views.ts';

/** What people do about problems, as the form of it stands, and what is asked of the server then. */

export const ACTIONS = ['acknowledge', 'downtime', 'silence'] as const;
export type ActionKind = (typeof ACTIONS)[number];

/** What it covers: what was chosen, everything on those hosts, or whatever has such names. */
export type Scope = 'chosen' | 'hosts' | 'pattern';
/** `open`: an acknowledgement until it is well, or what recurs until it is undone. */
export type Until = '1h' | '4h' | 'tomorrow' | 'open' | 'custom';
export type Timing = 'fixed' | 'flexible' | 'weekly';

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface ActionForm {
  readonly scope: Scope;
  /** Regular expressions over whole names; empty: any. */
  readonly cluster: string;
  readonly host: string;
  readonly service: string;
  readonly severity: string;
  readonly timing: Timing;
  /** `datetime-local`; empty: now. */
  readonly from: string;
  readonly until: Until;
  readonly to: string;
  /** Of a flexible downtime. */
  readonly minutes: string;
  readonly days: readonly Weekday[];
  /** `02:00`. */
  readonly begins: string;
  readonly ends: string;
  readonly comment: string;
  /** Who, where nobody signs in. */
  readonly author: string;
  readonly sticky: boolean;
  readonly notify: boolean;
}

export const BLANK_FORM: ActionForm = {
  scope: 'chosen',
  cluster: '',
  host: '',
  service: '',
  severity: '',
  timing: 'fixed',
  from: '',
  until: '1h',
  to: '',
  minutes: '60',
  days: ['sunday'],
  begins: '02:00',
  ends: '04:00',
  comment: '',
  author: '',
  sticky: false,
  notify: true,
};

/** What was chosen to be acted on; none: whatever the form's patterns say. */
export interface ActionTarget {
  readonly kind: ActionKind;
  /** `5 hosts in web: load`. */
  readonly title: string;
  readonly services: readonly ServiceNames[];
  /** A form that is filled in already. */
  readonly form?: Partial<ActionForm>;
}

export type Wish =
  | { readonly kind: 'acknowledge'; readonly body: AcknowledgementsBody }
  | { readonly kind: 'downtime'; readonly body: DowntimeBody }
  | { readonly kind: 'silence'; readonly body: SilenceBody };
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: string };

/** As many as one request names (contract: Coverage.services). */
export const SERVICES_MAX = 1000;

const HOUR_MS = 3_600_000;
const MORNING_HOUR = 9;

/** Nine in the morning of the next day, in the browser's time. */
export function tomorrowMs(nowMs: number): number {
  const date = new Date(nowMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1, MORNING_HOUR).getTime();
}

export function coverageOf(form: ActionForm, services: readonly ServiceNames[]): Read<Coverage> {
  switch (form.scope) {
    case 'chosen':
      if (services.length === 0) return fault('Nothing is chosen');
      if (services.length > SERVICES_MAX)
        return fault(`More than ${SERVICES_MAX} are chosen: say what to cover by patterns`);
      return {
        ok: true,
        value: {
          services: services.map(({ cluster, host, service }) => ({ cluster, host, service })),
        },
      };
    case 'hosts':
      return patterned({
        cluster: anyOf([...new Set(services.map(({ cluster }) => cluster))]),
        host: anyOf([...new Set(services.map(({ host }) => host))]),
      });
    case 'pattern':
      if ([form.cluster, form.host, form.service].every((pattern) => pattern.trim() === ''))
        return fault('Say which cluster, host or service');
      return patterned({
        cluster: form.cluster,
        host: form.host,
        service: form.service,
        severity: form.severity,
      });
  }
}

/** As long as one may be (contract: Coverage). */
const PATTERN_CHARS_MAX = 4000;

function patterned(parts: Readonly<Record<string, string>>): Read<Coverage> {
  const given = Object.entries(parts)
    .map(([name, text]) => [name, text.trim()] as const)
    .filter(([, pattern]) => pattern !== '');
  if (given.some(([, pattern]) => pattern.length > PATTERN_CHARS_MAX))
    return fault('These are more names than a pattern holds: say by name what they have in common');
  const [unfinished] = given.filter(([, pattern]) => isUnfinished(pattern));
  if (unfinished) return fault(`The ${unfinished[0]} is not a whole pattern yet`);
  return { ok: true, value: Object.fromEntries(given) };
}

/** When it ends; null: it is open. */
function endMs(form: ActionForm, fromMs: number): Read<number | null> {
  switch (form.until) {
    case '1h':
      return { ok: true, value: fromMs + HOUR_MS };
    case '4h':
      return { ok: true, value: fromMs + 4 * HOUR_MS };
    case 'tomorrow':
      return { ok: true, value: tomorrowMs(fromMs) };
    case 'open':
      return { ok: true, value: null };
    case 'custom': {
      const ms = fieldSeconds(form.to) * 1000;
      if (!Number.isFinite(ms)) return fault('Say when it ends');
      return ms > fromMs ? { ok: true, value: ms } : fault('It ends before it begins: choose a later end');
    }
  }
}

/** What the form asks for. `nowMs`: what begins now begins then. */
export function wishOf(
  { kind, services }: ActionTarget,
  form: ActionForm,
  clock: { readonly nowMs: number; readonly timezone: string },
): Read<Wish> {
  const covers = coverageOf(form, services);
  if (!covers.ok) return covers;
  const begin = form.from === '' || kind === 'acknowledge' ? clock.nowMs : fieldSeconds(form.from) * 1000;
  if (!Number.isFinite(begin)) return fault('Say when it begins');
  const end = endMs(form, begin);
  if (!end.ok) return end;
  const said = {
    covers: covers.value,
    comment: form.comment.trim(),
    ...(form.author.trim() !== '' && { author: form.author.trim() }),
  };
  switch (kind) {
    case 'acknowledge':
      return {
        ok: true,
        value: { kind, body: { ...said, sticky: form.sticky, notify: form.notify, until_ms: end.value } },
      };
    case 'silence':
      if (end.value === null) return fault('A silence has an end: say when');
      return { ok: true, value: { kind, body: { ...said, from_ms: begin, to_ms: end.value } } };
    case 'downtime': {
      const time = downtimeTime(form, begin, end.value, clock.timezone);
      return time.ok ? { ok: true, value: { kind, body: { ...said, ...time.value } } } : time;
    }
  }
}

type DowntimeTime = Omit<DowntimeBody, 'covers' | 'comment' | 'author' | 'preview'>;

function downtimeTime(
  form: ActionForm,
  from: number,
  to: number | null,
  timezone: string,
): Read<DowntimeTime> {
  switch (form.timing) {
    case 'fixed':
      if (to === null) return fault('A downtime has an end: say when');
      return { ok: true, value: { kind: 'fixed', from_ms: from, to_ms: to } };
    case 'flexible': {
      if (to === null) return fault('A downtime has an end: say when');
      const minutes = Number(form.minutes);
      if (!(minutes > 0)) return fault('Say for how many minutes');
      return {
        ok: true,
        value: { kind: 'flexible', from_ms: from, to_ms: to, duration_ms: Math.round(minutes * 60_000) },
      };
    }
    case 'weekly': {
      const times = weeklyTimes(form);
      if (!times.ok) return times;
      return {
        ok: true,
        value: { kind: 'recurring', from_ms: from, to_ms: to, times: [...times.value], timezone },
      };
    }
  }
}

/** `sunday 02:00-04:00`; what goes past midnight is two lines. */
function weeklyTimes({ days, begins, ends }: ActionForm): Read<readonly string[]> {
  if (days.length === 0) return fault('Choose a day of the week');
  if (begins === '' || ends === '' || begins === ends) return fault('Say from when to when');
  if (begins < ends) return { ok: true, value: days.map((day) => `${day} ${begins}-${ends}`) };
  return {
    ok: true,
    value: days.flatMap((day) => [
      `${day} ${begins}-24:00`,
      ...(ends === '00:00' ? [] : [`${nextDay(day)} 00:00-${ends}`]),
    ]),
  };
}

function nextDay(day: Weekday): Weekday {
  return WEEKDAYS[(WEEKDAYS.indexOf(day) + 1) % WEEKDAYS.length] ?? day;
}

function fault(words: string): { readonly ok: false; readonly fault: string } {
  return { ok: false, fault: words };
}

/** `Acknowledge`, as a button and a heading have it. */
export function actionLabel(kind: ActionKind): string {
  switch (kind) {
    case 'acknowledge':
      return 'Acknowledge';
    case 'downtime':
      return 'Downtime';
    case 'silence':
      return 'Silence';
  }
}

/** What it does to people, for whoever is about to do it. */
export function actionMeans(kind: ActionKind): string {
  switch (kind) {
    case 'acknowledge':
      return 'No reminder and no escalation while you work on it. Who was told is told when it is well.';
    case 'downtime':
      return 'Expected to be down: nobody is told meanwhile, and of what still is wrong at its end.';
    case 'silence':
      return 'Nobody is told meanwhile. What still is wrong at its end is told then.';
  }
}
