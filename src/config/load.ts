import { dirname, join, resolve } from 'node:path';
import type { CheckRules } from '../contract/checks.ts';
import type { DashboardView } from '../contract/dashboard.ts';
import type { MusterConfig } from '../contract/config.ts';
import { CHECK_FILES_MAX, CONFIG_ERRORS_MAX } from '../limits.ts';
import { alertsOf } from './alerts.ts';
import { reportAlertReferences } from './alert-references.ts';
import { loadChecks } from './checks.ts';
import { dashboardsIn } from './dashboard-sources.ts';
import { loadDashboards } from './dashboards.ts';
import type { ConfigError } from './error.ts';
import { displayPath, expandGlob, isGlob, unreadable } from './files.ts';
import { groupsOf, selfMonitorOf } from './groups.ts';
import { bootOf, reconcilersOf } from './instances.ts';
import { httpOf } from './http.ts';
import { defaultIngestWorkers, defaultMaxSeries, musterKeys, musterReader } from './keys.ts';
import type { MusterSection } from './keys.ts';
import { passiveOf } from './passive.ts';
import { defaultsOf, isNothing } from './readers.ts';
import { Reading, readText } from './reading.ts';
import { storeOf } from './store.ts';

const DEFAULT_FILE = 'muster.yaml';
const DEFAULT_CHECKS = 'checks/*.yaml';
const DEFAULT_JITTER_MS = 60_000;

export interface LoadOptions {
  /** As the user wrote it; without it, muster.yaml of `cwd`. */
  readonly file?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** True: what stands in the files of checks and dashboards is not looked at, and there are none of them. */
  readonly settingsOnly?: boolean;
  /** Files of checks in place of the configured ones; absolute paths, both. */
  readonly checkFiles?: (configured: readonly string[]) => readonly string[];
}

export type LoadOutcome =
  | {
      readonly ok: true;
      readonly config: MusterConfig;
      readonly checks: CheckRules;
      /** Templates in the files of checks. */
      readonly templates: number;
      readonly dashboards: DashboardView[];
      readonly warnings: string[];
    }
  | { readonly ok: false; readonly errors: ConfigError[]; readonly warnings: string[] };

/**
 * Reads muster.yaml, and the checks and dashboards it names, whole, and reports everything that is wrong with
 * them at once. Never throws. Relative paths start at the directory of the file they are written in.
 */
export function loadConfig(options: LoadOptions): LoadOutcome {
  const shownFile = options.file ?? DEFAULT_FILE;
  const file = resolve(options.cwd, shownFile);
  const source = readText(file);
  if (!source.ok) {
    const cure = options.file === undefined ? '; name the configuration with --config FILE' : '';
    const message = source.fault + cure;
    return { ok: false, errors: [{ file: shownFile, line: 0, column: 0, message }], warnings: [] };
  }
  const reading = new Reading({
    text: source.text,
    file: shownFile,
    directory: dirname(file),
    env: options.env,
  });
  if (reading.document === null) return { ok: false, errors: reading.errors, warnings: reading.warnings };
  const root = rootOf(reading);
  const configured = checkFilesOf(root, reading);
  const checkFiles = options.checkFiles?.(configured) ?? configured;
  const { sources, files: dashboardFiles } = dashboardsIn(root, reading);
  const config = configOf(root, { reading, file, checkFiles, dashboards: sources });
  const display = (path: string) => displayPath(path, options.cwd);
  const read = (files: readonly string[]) => (options.settingsOnly === true ? [] : files);
  const checks = loadChecks(read(checkFiles), {
    env: options.env,
    display,
    semantics: root.values.semantics,
  });
  if (options.settingsOnly !== true && checks.errors.length === 0) {
    reportAlertReferences(root.values.alerts, checks.rules, reading);
  }
  const { dashboards, errors: faults } = loadDashboards(read(dashboardFiles), display);
  const errors = [...reading.errors, ...checks.errors, ...faults].slice(0, CONFIG_ERRORS_MAX);
  const warnings = [...reading.warnings, ...checks.warnings];
  if (errors.length > 0) return { ok: false, errors: inOrder(errors), warnings };
  const { rules, templates } = checks;
  return { ok: true, config, checks: rules, templates, dashboards, warnings };
}

/** The document's root; where it is no mapping, the defaults, and the reading holds the fault. */
function rootOf(reading: Reading): MusterSection {
  const contents = reading.document?.contents ?? null;
  if (isNothing(contents)) return defaultsOf(musterKeys);
  const place = { node: contents, offset: contents?.range[0] ?? 0 };
  return musterReader.read(place, reading) ?? defaultsOf(musterKeys);
}

function configOf(
  root: MusterSection,
  { reading, ...files }: { reading: Reading } & Pick<MusterConfig, 'file' | 'checkFiles' | 'dashboards'>,
): MusterConfig {
  const { values } = root;
  const dataDir = values.data_dir ?? join(reading.directory, 'data');
  const groups = groupsOf(root, reading);
  if (groups.length === 0) reading.warn(0, 'no groups and no self_monitor: nothing will be received');
  const http = httpOf(root, reading);
  const names = new Set(groups.map(({ name }) => name));
  return {
    ...files,
    dataDir,
    http,
    boot: bootOf(root, http),
    reconcilers: reconcilersOf(root, names, reading),
    auth: { mode: values.auth.values.mode },
    selfMonitor: selfMonitorOf(root),
    groups,
    typesDb: typesDbOf(root, reading),
    store: storeOf(values.store, dataDir, reading),
    cache: cacheOf(values.cache, reading),
    retention: retentionOf(values.retention.values),
    ingestWorkers: values.ingest.values.workers ?? defaultIngestWorkers(),
    maxSeries: values.ingest.values.max_series ?? defaultMaxSeries(),
    passive: passiveOf(values.passive, { reading, dataDir }),
    plugins: { atOnce: values.plugins.values.at_once },
    gridName: values.grid.values.name,
    alerts: alertsOf(values.alerts, names, reading),
  };
}

function typesDbOf(root: MusterSection, reading: Reading): string[] {
  return root.values.types_db.map(({ value, offset }) => {
    const fault = unreadable(value);
    if (fault !== undefined) {
      reading.fault(offset, `${reading.quote(value, offset)} ${fault}`, {
        expected: 'a types.db of collectd',
      });
    }
    return value;
  });
}

function cacheOf(cache: MusterSection['values']['cache'], reading: Reading): MusterConfig['cache'] {
  const { max_age: maxAgeMs, jitter, max_points: maxPoints } = cache.values;
  const { journal_sync: journalSyncMs, journal_max: journalMaxBytes } = cache.values;
  if (jitter !== null && jitter > maxAgeMs) {
    reading.fault(cache.offsets.get('jitter') ?? cache.offset, 'the jitter is longer than max_age', {
      expected: 'a jitter of at most max_age',
    });
  }
  const jitterMs = jitter ?? Math.min(DEFAULT_JITTER_MS, Math.floor(maxAgeMs / 5));
  return { maxAgeMs, jitterMs, maxPoints, journalSyncMs, journalMaxBytes };
}

function retentionOf({
  retired: retiredMs,
  events: eventsMs,
  audit: auditMs,
  min_free_disk: minFreeDisk,
}: MusterSection['values']['retention']['values']): MusterConfig['retention'] {
  return { retiredMs, eventsMs, auditMs, minFreeDisk };
}

function checkFilesOf(root: MusterSection, reading: Reading): string[] {
  const listed = root.values.checks;
  if (listed === null) {
    const found = expandGlob(DEFAULT_CHECKS, reading.directory);
    if (found.length === 0) reading.warn(0, `${DEFAULT_CHECKS} matches no file: nothing is checked`);
    return found.slice(0, CHECK_FILES_MAX);
  }
  const files = new Set<string>();
  for (const { value: written, offset } of listed) {
    const path = resolve(reading.directory, written);
    const fault = unreadable(path);
    if (fault === undefined) {
      files.add(path);
    } else if (!isGlob(written)) {
      reading.fault(offset, `${reading.quote(written, offset)} ${fault}`, {
        expected: 'a file of service definitions',
      });
    } else {
      const found = expandGlob(written, reading.directory);
      if (found.length === 0) {
        reading.fault(offset, `${reading.quote(written, offset)} matches no file`, {
          expected: 'the files of service definitions, or checks: [] for none',
        });
      }
      for (const each of found) files.add(each);
    }
  }
  if (files.size > CHECK_FILES_MAX) {
    reading.fault(root.offsets.get('checks') ?? 0, `${files.size} files of checks`, {
      expected: `at most ${CHECK_FILES_MAX}`,
    });
  }
  return [...files].toSorted().slice(0, CHECK_FILES_MAX);
}

/** By file as first reported, then by line and column, so that a reader goes down the page once. */
function inOrder(errors: readonly ConfigError[]): ConfigError[] {
  const files = [...new Set(errors.map(({ file }) => file))];
  return errors.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
