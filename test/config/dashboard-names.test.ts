import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDashboards } from '../../src/config/dashboards.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { folderWith } from './folder.ts';

function load(files: Record<string, string>) {
  using folder = folderWith(files);
  const prefix = `${folder.path}/`;
  const paths = Object.keys(files).map((name) => join(folder.path, name));
  const { dashboards, errors } = loadDashboards(paths, (path) => path.replace(prefix, ''));
  return { dashboards, errors: errors.map(formatConfigError) };
}

describe('aliases', () => {
  test('share what is written once', () => {
    const { dashboards, errors } = load({
      'a.yaml': 'panels:\n  - { graph: a, metric: &m load_one }\n  - { value: b, metric: *m }\n',
    });
    expect(errors).toEqual([]);
    expect(dashboards[0]?.panels[1]).toMatchObject({ metric: 'load_one' });
  });

  test('of aliases end at a bound', () => {
    const levels = Array.from(
      { length: 8 },
      (_, i) => `    - &l${i} [${`*l${i - 1},`.repeat(i === 0 ? 0 : 20)}x]`,
    );
    const started = performance.now();
    const { errors } = load({ 'a.yaml': `title: a\npanels:\n${levels.join('\n')}\n    - *l7\n` });
    expect(errors.length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('of one that holds itself are an error, not an overflow', () => {
    expect(
      load({ 'a.yaml': 'panels: &p\n  - *p\n  - graph: a\n    series: *p\n' }).errors.length,
    ).toBeGreaterThan(0);
  });
});

describe('names', () => {
  test.for([
    '<script>.yaml',
    'a b.yaml',
    '.yaml',
    '-a.yaml',
    '__proto__.yaml',
    'é.yaml',
    `${'x'.repeat(101)}.yaml`,
  ])('%s is no name', (file) => {
    const { dashboards, errors } = load({ [file]: 'panels: [text: x]' });
    expect(dashboards).toEqual([]);
    expect(errors).toEqual([
      expect.stringContaining('is no name for a dashboard (expected at most 100 letters'),
    ]);
  });

  test('of two files are one too many', () => {
    const { dashboards, errors } = load({ 'a/x.yaml': 'panels: [text: a]', 'b/x.yml': 'panels: [text: b]' });
    expect(dashboards).toHaveLength(1);
    expect(errors).toEqual(['b/x.yml: a second dashboard "x"; the first is a/x.yaml']);
  });
});
