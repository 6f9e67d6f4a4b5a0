import { isDeepStrictEqual } from 'node:util';
import type { DashboardSummary, DashboardView } from '../contract/dashboard.ts';
import { DASHBOARD_FAULTS_LOGGED_MAX, DASHBOARD_NOTES_MAX } from '../limits.ts';
import type { DashboardFile } from './dashboards.ts';
import { formatConfigError } from './error.ts';

/** The dashboards that are shown, by name, in the order of their files. */
export type Shelf = ReadonlyMap<string, DashboardView>;

/** What is different on the shelf, in words; a `fault` is one that was not there before. */
export interface DashboardNews {
  readonly kind: 'change' | 'fault';
  readonly words: string;
}

/**
 * What to show, now that the files are like this: each as it is, or, where it is broken, as it last was with
 * the fault beside it. Pure.
 */
export function arrange(
  before: Shelf,
  files: readonly DashboardFile[],
): { readonly shelf: Shelf; readonly news: readonly DashboardNews[] } {
  const shelf = new Map<string, DashboardView>();
  const errors = new Map<string, readonly string[]>();
  for (const file of files) {
    const good = file.dashboard ?? shelf.get(file.name) ?? before.get(file.name) ?? neverGood(file.name);
    const told = [...(errors.get(file.name) ?? []), ...file.errors.map(formatConfigError)];
    errors.set(file.name, told);
    shelf.set(file.name, { ...good, fault: inOne(told) });
  }
  const removed = [...before.keys()].filter((name) => !shelf.has(name));
  const news = [...shelf].flatMap(([name, view]) => newsOf(before.get(name), view, errors.get(name) ?? []));
  return { shelf, news: [...news, ...removed.map((name) => change(name, 'removed'))] };
}

/** Without their panels. */
export function summariesOf(shelf: Shelf): DashboardSummary[] {
  return [...shelf.values()].map(({ name, title, description, fault }) => ({
    name,
    title,
    description,
    fault,
  }));
}

/** What somebody should mend, in words; empty: nothing. */
export function notesOf(shelf: Shelf): string[] {
  const broken = [...shelf.values()].filter(({ fault }) => fault !== null);
  const notes = broken.slice(0, DASHBOARD_NOTES_MAX).map(({ fault, panels }) => {
    return panels.length === 0 ? `${fault}` : `${fault}; the dashboard before is shown`;
  });
  const more = broken.length - notes.length;
  return more === 0 ? notes : [...notes, `${more} more dashboards have faults: script/muster check-config`];
}

/** A dashboard whose file was broken from its beginning. */
function neverGood(name: string): DashboardView {
  return { name, title: name, description: '', fault: null, range: '1h', variables: [], panels: [] };
}

function inOne([first, ...more]: readonly string[]): string | null {
  if (first === undefined) return null;
  return more.length === 0 ? first : `${first}, and ${more.length} more`;
}

function newsOf(
  old: DashboardView | undefined,
  view: DashboardView,
  errors: readonly string[],
): DashboardNews[] {
  if (view.fault !== null) {
    if (old?.fault === view.fault) return [];
    const shown = errors.slice(0, DASHBOARD_FAULTS_LOGGED_MAX);
    return shown.map((words) => ({ kind: 'fault', words }));
  }
  if (old === undefined) return [change(view.name, 'added')];
  if (old.fault !== null) return [change(view.name, 'in order again')];
  return isDeepStrictEqual(old, view) ? [] : [change(view.name, 'changed')];
}

function change(name: string, what: string): DashboardNews {
  return { kind: 'change', words: `dashboard ${name} ${what}` };
}
