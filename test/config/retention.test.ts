import { expect, test } from 'vitest';
import { differenceOf, reloadRefusals } from '../../src/config/difference.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function load(retention: string) {
  using folder = folderWith({
    'checks/a.yaml': 'services: []\n',
    'muster.yaml': `retention: ${retention}\n`,
  });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  if (loaded.ok) return { config: loaded.config, errors: [] };
  return {
    config: undefined,
    errors: loaded.errors.map((e) => formatConfigError(e).replace(folder.path, 'DIR')),
  };
}

test.for([
  {
    name: 'the defaults',
    retention: '{}',
    read: { retiredMs: 90 * DAY_MS, eventsMs: 365 * DAY_MS, auditMs: 730 * DAY_MS, minFreeDisk: 0.05 },
  },
  {
    name: 'all of it',
    retention: '{ retired: 1h, events: 2d, audit: 3d, min_free_disk: 12.5% }',
    read: { retiredMs: HOUR_MS, eventsMs: 2 * DAY_MS, auditMs: 3 * DAY_MS, minFreeDisk: 0.125 },
  },
  { name: 'no watermark', retention: '{ min_free_disk: 0% }', read: { minFreeDisk: 0 } },
])('$name', ({ retention, read }) => {
  expect(load(retention).config?.retention).toMatchObject(read);
});

test.for([
  { name: 'too short', retention: '{ retired: 10m }', error: /muster\.yaml:1:\d+.*10m/ },
  { name: 'half of the disk is the most', retention: '{ min_free_disk: 51% }', error: /from 0% to 50%/ },
  { name: 'a number is no percentage', retention: '{ min_free_disk: 5 }', error: /did you mean "5%"/ },
  { name: 'a key that is none', retention: '{ retire: 90d }', error: /did you mean "retired"/ },
])('$name', ({ retention, error }) => {
  expect(load(retention).errors).toEqual([expect.stringMatching(error)]);
});

test('takes effect by a reload', () => {
  const [old, next] = ['{}', '{ retired: 1d }'].map((retention) => load(retention).config);
  if (!old || !next) throw new Error('not read');
  const file = { file: 'm', dataDir: 'd', checkFiles: [], dashboards: old.dashboards, store: old.store };
  const difference = differenceOf(
    { config: { ...old, ...file }, checks: { definitions: [], timeperiods: [] } },
    { config: { ...next, ...file }, checks: { definitions: [], timeperiods: [] } },
  );
  expect(difference.settingsChanged).toEqual(['retention']);
  expect(reloadRefusals(difference)).toEqual([]);
});
