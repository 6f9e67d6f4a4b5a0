import type { Acknowledgement, CoverageRule, Quiet, QuietTime } from '../model/quiet.ts';
import type { Incident, IncidentTarget } from '../model/incident.ts';
import type { PagedService, ServiceKey } from '../model/service-state.ts';
import type { SavedOverride } from '../model/rota.ts';

/**
 * Whether JSON of judge.db is what was written there: a file may be damaged, or be of another version, and
 * what goes by it looks no further. Pure.
 */

type Guard = (value: unknown) => boolean;
type Guards<T> = { readonly [K in keyof T]-?: Guard };

export function isIncident(value: unknown): value is Incident {
  return fits<Incident>(value, {
    id: isText,
    route: isText,
    labels: arrayOf((label) => isPair(label, isText, isText)),
    openedMs: isNumber,
    waitingMs: orNull(isNumber),
    pausedMs: optional(orNull(isNumber)),
    steps: isCount,
    targets: arrayOf(isTarget),
  });
}

export function isQuiet(value: unknown): value is Quiet {
  return fits<Quiet>(value, {
    id: isText,
    covers: isCoverage,
    time: isTime,
    comment: isText,
    author: isText,
    createdMs: isNumber,
    endedMs: orNull(isNumber),
    endedBy: isText,
    begun: arrayOf((one) => isPair(one, isText, isNumber)),
  });
}

export function isAcknowledgement(value: unknown): value is Acknowledgement {
  return fits<Acknowledgement>(value, {
    cluster: isText,
    host: isText,
    service: isText,
    comment: isText,
    author: isText,
    sticky: (one) => typeof one === 'boolean',
    atMs: isNumber,
    untilMs: orNull(isNumber),
    state: isText,
  });
}

export function isOverride(value: unknown): value is SavedOverride {
  return fits<SavedOverride>(value, {
    id: isText,
    rota: isText,
    who: isText,
    fromMs: isNumber,
    toMs: isNumber,
    comment: isText,
    author: isText,
    createdMs: isNumber,
  });
}

export function isPagedService(value: unknown): value is PagedService {
  return fits<PagedService>(value, {
    cluster: isText,
    host: isText,
    service: isText,
    state: isText,
    stateType: oneOf('SOFT', 'HARD'),
    output: isText,
    sinceMs: isNumber,
    notes: isText,
    runbook: isText,
    news: oneOf('problem', 'recovery', 'closed', 'open'),
    metric: isText,
    warning: isText,
    critical: isText,
  });
}

function isTarget(value: unknown): value is IncidentTarget {
  return fits<IncidentTarget>(value, { target: isText, key: isText, pagedMs: isNumber, pages: isCount });
}

function isCoverage(value: unknown): value is CoverageRule {
  return fits<CoverageRule>(value, {
    cluster: orNull(isText),
    host: orNull(isText),
    service: orNull(isText),
    severity: orNull(isText),
    facts: arrayOf((one) => fits<CoverageRule['facts'][number]>(one, { fact: isText, pattern: isText })),
    services: orNull(arrayOf(isServiceKey)),
    incident: optional(isText),
  });
}

function isServiceKey(value: unknown): value is ServiceKey {
  return fits<ServiceKey>(value, { cluster: isText, host: isText, service: isText });
}

type TimeOf<K> = Extract<QuietTime, { readonly kind: K }>;

function isTime(value: unknown): value is QuietTime {
  const span = { fromMs: isNumber, toMs: isNumber };
  return (
    fits<TimeOf<'fixed' | 'silence'>>(value, { kind: oneOf('fixed', 'silence'), ...span }) ||
    fits<TimeOf<'flexible'>>(value, { kind: oneOf('flexible'), ...span, durationMs: isNumber }) ||
    fits<TimeOf<'recurring'>>(value, {
      kind: oneOf('recurring'),
      fromMs: isNumber,
      toMs: orNull(isNumber),
      times: arrayOf(isText),
      timezone: isText,
    })
  );
}

function fits<T>(value: unknown, guards: Guards<T>): value is T {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.entries<Guard>(guards).every(([name, guard]) => guard(fields.get(name)));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isPair(value: unknown, first: Guard, second: Guard): boolean {
  return Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1]);
}

function oneOf(...texts: readonly string[]): Guard {
  return (value) => isText(value) && texts.includes(value);
}

function orNull(guard: Guard): Guard {
  return (value) => value === null || guard(value);
}

function optional(guard: Guard): Guard {
  return (value) => value === undefined || guard(value);
}

function arrayOf(guard: Guard): Guard {
  return (value) => Array.isArray(value) && value.every(guard);
}
