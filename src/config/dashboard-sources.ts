import { dirname, resolve } from 'node:path';
import type { DashboardSources } from '../contract/config.ts';
import { DASHBOARD_FILES_MAX } from '../limits.ts';
import { expandGlob, isGlob, unreadable } from './files.ts';
import type { MusterSection } from './keys.ts';
import type { Reading } from './reading.ts';

const DEFAULT_DASHBOARDS = 'dashboards/*.yaml';

/** Where `dashboards` of muster.yaml says that they are, and the files that are there now. */
export function dashboardsIn(
  root: MusterSection,
  reading: Reading,
): { readonly sources: DashboardSources; readonly files: readonly string[] } {
  const sources = sourcesOf(root, reading);
  const found = sources.globs.flatMap((glob) => expandGlob(glob, sources.directory));
  const files = [...new Set([...sources.files, ...found])].toSorted();
  if (files.length > DASHBOARD_FILES_MAX) {
    reading.fault(root.offsets.get('dashboards') ?? 0, `${files.length} files of dashboards`, {
      expected: `at most ${DASHBOARD_FILES_MAX}`,
    });
  }
  return { sources, files: files.slice(0, DASHBOARD_FILES_MAX) };
}

function sourcesOf({ values }: MusterSection, reading: Reading): DashboardSources {
  const { directory } = reading;
  if (values.dashboards === null) return { directory, files: [], globs: [DEFAULT_DASHBOARDS] };
  const files: string[] = [];
  const globs: string[] = [];
  for (const { value: written, offset } of values.dashboards) {
    const path = resolve(directory, written);
    const fault = unreadable(path);
    if (fault === undefined) files.push(path);
    else if (!isGlob(written)) {
      reading.fault(offset, `${reading.quote(written, offset)} ${fault}`, {
        expected: 'a file of a dashboard',
      });
    } else {
      globs.push(written);
      if (expandGlob(written, directory).length > 0) continue;
      // A dashboard may come later, and without one nothing goes unseen: no reason to refuse a start.
      reading.warn(
        offset,
        `${reading.quote(written, offset)} matches no file: no dashboard is shown from there`,
      );
    }
  }
  return { directory, files, globs };
}

/** The directories in which a file may come, change or go. */
export function directoriesOf({ directory, files, globs }: DashboardSources): string[] {
  const above = globs.map((glob) => {
    const parts = glob.split('/');
    return resolve(
      directory,
      parts.slice(0, parts.findIndex(isGlob)).join('/') || (glob.startsWith('/') ? '/' : '.'),
    );
  });
  return [...new Set([...files.map((path) => dirname(path)), ...above])];
}
