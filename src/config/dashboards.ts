import { basename } from 'node:path';
import { DASHBOARD_BYTES_MAX, DASHBOARD_PANELS_MAX } from '../limits.ts';
import type { DashboardView } from '../contract/dashboard.ts';
import { titleText } from './dashboard-keys.ts';
import { PANEL_EXPECTED, panelReader } from './dashboard-panels.ts';
import { BOTH_VARIABLES, NO_VARIABLES, variablesReader } from './dashboard-choices.ts';
import type { ConfigError } from './error.ts';
import { list, mapping, optional, required } from './readers.ts';
import type { Reader, Section } from './readers.ts';
import { Reading, readText, shown } from './reading.ts';
import type { Place } from './reading.ts';
import { choice, text } from './scalars.ts';

const RANGES = ['10m', '1h', '1d', '1w', '1mo', '1y'] as const;
const DESCRIPTION_CHARS_MAX = 1000;

/** Panels are read once the variables are known that may stand in their patterns. */
const panelPlace: Reader<Place> = { expected: PANEL_EXPECTED, emptyIsDefault: false, read: (place) => place };

const dashboardKeys = {
  title: optional(titleText, null),
  description: optional(text(DESCRIPTION_CHARS_MAX), ''),
  range: optional(choice(RANGES), '1h'),
  variables: optional(variablesReader, NO_VARIABLES),
  panels: required(list(panelPlace, { min: 1, max: DASHBOARD_PANELS_MAX })),
};
const dashboardReader = mapping(dashboardKeys);

/** A file of dashboards/*.yaml as it is now. */
export interface DashboardFile {
  /** Its name without `.yaml`. */
  readonly name: string;
  /** As messages show it. */
  readonly file: string;
  /** Null: something is wrong with it. */
  readonly dashboard: DashboardView | null;
  readonly errors: readonly ConfigError[];
}

/** Text of a file, or why there is none, in words that follow the file's name. */
export type DashboardText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: string };

/** Every dashboard of the files, in their order. `display`: a path as messages show it. Never throws. */
export function loadDashboards(
  paths: readonly string[],
  display: (path: string) => string,
): { dashboards: DashboardView[]; errors: ConfigError[] } {
  const files = withoutDoubles(
    paths.map((path) => readDashboard(display(path), readText(path, DASHBOARD_BYTES_MAX))),
  );
  return {
    dashboards: files.flatMap(({ dashboard }) => (dashboard === null ? [] : [dashboard])),
    errors: files.flatMap(({ errors }) => errors),
  };
}

/** `file`: the path as messages show it. Never throws. */
export function readDashboard(file: string, source: DashboardText): DashboardFile {
  const name = basename(file).replace(/\.ya?ml$/, '');
  if (!source.ok) return faulty({ name, file }, source.fault);
  if (!NAME.test(name)) {
    return faulty({ name, file }, `${shown(name)} is no name for a dashboard (expected ${NAME_EXPECTED})`);
  }
  // Everybody who may look at the page sees a dashboard: nothing of the environment gets into one.
  const reading = new Reading({ text: source.text, file, directory: '', env: null });
  const dashboard = reading.document === null ? null : dashboardOf(reading, name);
  return { name, file, dashboard: reading.errors.length === 0 ? dashboard : null, errors: reading.errors };
}

/** Of several files with one name the first has it; each other one has a fault. */
export function withoutDoubles(files: readonly DashboardFile[]): DashboardFile[] {
  const first = new Map<string, string>();
  return files.map((one) => {
    const taken = first.get(one.name);
    if (taken === undefined) first.set(one.name, one.file);
    if (taken === undefined) return one;
    return faulty(one, `a second dashboard ${shown(one.name)}; the first is ${taken}`);
  });
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const NAME_EXPECTED = 'at most 100 letters, digits, ".", "_" or "-", a letter or digit first';

function faulty({ name, file }: { name: string; file: string }, message: string): DashboardFile {
  return { name, file, dashboard: null, errors: [{ file, line: 0, column: 0, message }] };
}

function dashboardOf(reading: Reading, name: string): DashboardView | null {
  const contents = reading.document?.contents ?? null;
  const root = dashboardReader.read({ node: contents, offset: contents?.range[0] ?? 0 }, reading);
  if (root === undefined) return null;
  const { title, description, range, variables } = root.values;
  return {
    name,
    title: title ?? name,
    description,
    fault: null,
    range,
    variables: [...variables],
    panels: panelsOf(root, reading),
  };
}

function panelsOf({ values, offsets }: Section<typeof dashboardKeys>, reading: Reading) {
  // Where it is not known which there are, no panel is blamed for one.
  const guessed = offsets.has('variables') && values.variables === NO_VARIABLES;
  const reader = panelReader(guessed ? BOTH_VARIABLES : values.variables);
  return (values.panels ?? []).flatMap(({ value: place }) => {
    const panel = reader.read(place, reading);
    return panel === undefined ? [] : [panel];
  });
}
