import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  linesKeys,
  heatMapKeys,
  statesKeys,
  tableKeys,
  textKeys,
  valueKeys,
} from '../../src/config/dashboard-keys.ts';
import { directoriesOf } from '../../src/config/dashboard-sources.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { PANEL_TYPES } from '../../src/contract/dashboard.ts';
import { folderWith } from './folder.ts';

const GOOD = 'panels: [text: x]\n';
const CHECKS = { 'checks/a.yaml': 'services: []\n' };

function load(yaml: string, files: Record<string, string>) {
  using folder = folderWith({ 'muster.yaml': yaml, ...CHECKS, ...files });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  return {
    names: loaded.ok ? loaded.dashboards.map(({ name }) => name) : [],
    sources: loaded.ok ? loaded.config.dashboards : undefined,
    directory: folder.path,
    warnings: loaded.warnings,
    errors: loaded.ok ? [] : loaded.errors.map(formatConfigError),
  };
}

describe('dashboards of muster.yaml', () => {
  const files = { 'dashboards/b.yaml': GOOD, 'dashboards/a.yaml': GOOD, 'own/c.yaml': GOOD };
  test.for<{
    name: string;
    yaml: string;
    files?: Record<string, string>;
    names?: string[];
    warnings?: string[];
    errors?: (string | RegExp)[];
  }>([
    { name: 'by default those beside it', yaml: '', names: ['a', 'b'] },
    { name: 'by default none', yaml: '', files: {} },
    { name: 'none', yaml: 'dashboards: []' },
    { name: 'a glob and a file', yaml: 'dashboards: [dashboards/a*, own/c.yaml]', names: ['a', 'c'] },
    { name: 'twice the same', yaml: 'dashboards: [own/c.yaml, own/*.yaml]', names: ['c'] },
    {
      name: 'a glob that matches nothing yet',
      yaml: 'dashboards: new/*.yaml',
      warnings: ['muster.yaml:1:13: "new/*.yaml" matches no file: no dashboard is shown from there'],
    },
    {
      name: 'a file that is not there',
      yaml: 'dashboards: [own/d.yaml]',
      errors: ['muster.yaml:1:14: "own/d.yaml" does not exist (expected a file of a dashboard)'],
    },
    { name: 'a directory', yaml: 'dashboards: own', errors: [/^muster\.yaml:1:13: "own" is not a file/] },
    {
      name: 'a wrong type',
      yaml: 'dashboards: { a: b }',
      errors: [/^muster\.yaml:1:13: a mapping stands here/],
    },
    {
      name: 'a broken file',
      yaml: '',
      files: { 'dashboards/a.yaml': 'panels: [txt: x]' },
      errors: [/^dashboards\/a\.yaml:1:10: unknown key "txt" .*did you mean "text"\?\)$/],
    },
    {
      name: 'one name in two folders',
      yaml: 'dashboards: ["*/*.yaml"]',
      files: { 'x/a.yaml': GOOD, 'y/a.yaml': GOOD, 'checks/a.yaml': 'services: []' },
      errors: [
        /^checks\/a\.yaml:1:1: unknown key "services"/,
        /^checks\/a\.yaml:1:1: "panels" is missing/,
        'x/a.yaml: a second dashboard "a"; the first is checks/a.yaml',
        'y/a.yaml: a second dashboard "a"; the first is checks/a.yaml',
      ],
    },
    {
      name: 'very many',
      yaml: '',
      files: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`dashboards/a${i}.yaml`, GOOD])),
      errors: [/: 201 files of dashboards \(expected at most 200\)$/],
    },
  ])('$name', ({ yaml, files: own = files, names = [], warnings = [], errors = [] }) => {
    const loaded = load(`${yaml}\n`, own);
    expect(loaded.errors).toEqual(errors.map((e) => (typeof e === 'string' ? e : expect.stringMatching(e))));
    expect(loaded.names).toEqual(names);
    expect(loaded.warnings).toEqual(warnings);
  });

  test('are known by their places, so that a later file is found', () => {
    const { sources, directory } = load('dashboards: [own/c.yaml, "x/**/*.yaml"]\n', { 'own/c.yaml': GOOD });
    expect(sources).toEqual({ directory, files: [join(directory, 'own/c.yaml')], globs: ['x/**/*.yaml'] });
  });
});

test('directories that are watched', () => {
  const of = (files: string[], globs: string[]) => directoriesOf({ directory: '/etc/muster', files, globs });
  expect(of(['/a/b.yaml'], ['dashboards/*.yaml', '/x/y/*/z.yaml', '*.yaml', '/*.yaml', '/a/*'])).toEqual([
    '/a',
    '/etc/muster/dashboards',
    '/x/y',
    '/etc/muster',
    '/',
  ]);
});

test('DASHBOARDS.md names every key', () => {
  const manual = readFileSync(join(import.meta.dirname, '../../docs/DASHBOARDS.md'), 'utf8');
  const tables = [linesKeys([]), heatMapKeys([]), valueKeys([]), tableKeys([]), statesKeys([]), textKeys];
  const keys = [...PANEL_TYPES, ...tables.flatMap((table) => Object.keys(table))];
  expect(keys.filter((key) => !manual.includes(`\`${key}\``))).toEqual([]);
});
