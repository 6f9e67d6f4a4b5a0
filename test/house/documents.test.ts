import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from '../config/folder.ts';
import { ARROWS } from '../../oxlint.config.ts';
import { ROOT, filesBelow, text } from './tree.ts';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...filesBelow('docs').filter((path) => path.endsWith('.md')),
];

/** Targets of `[…](…)` and `![…](…)` in the prose; what stands in fenced code is no link. */
function relativeLinks(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^([a-z]+:|#)/.test(target));
}

test.for(DOCUMENTS)('links of %s lead somewhere', (path) => {
  const broken = relativeLinks(text(path)).filter(
    (target) => !existsSync(join(ROOT, dirname(path), target.replace(/#.*$/, ''))),
  );
  expect(broken).toEqual([]);
});

test('a broken link is found', () => {
  expect(
    relativeLinks('See [a](docs/A.md#b), [c](https://example.net), ![d](e.png)\n```\n[f](g.md)\n```\n'),
  ).toEqual(['docs/A.md#b', 'e.png']);
});

/** The YAML examples of a document, each a whole file. */
function yamlExamples(markdown: string): string[] {
  return [...markdown.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, example]) => example ?? '');
}

const EXAMPLES = DOCUMENTS.flatMap((path) =>
  yamlExamples(text(path)).map((example, i) => ({ name: `${path}, example ${i + 1}`, example })),
);

test('there are examples', () => {
  expect(EXAMPLES.length).toBeGreaterThan(3);
});

/** Which file it would be: what a dashboard or a file of checks cannot do without tells them apart. */
function fileOf(example: string): string {
  if (/^panels:/m.test(example)) return 'dashboards/example.yaml';
  return /^services:/m.test(example) ? 'checks/example.yaml' : 'muster.yaml';
}

test.for(EXAMPLES)('$name is valid beside the shipped checks and dashboards', ({ example }) => {
  const shipped = ['checks', 'dashboards'].flatMap((folder) =>
    filesBelow(folder).map((path) => [path, text(path)] as const),
  );
  const file = fileOf(example);
  const files = {
    'muster.yaml': 'checks: [checks/*.yaml]\n',
    ...Object.fromEntries(shipped),
    [file]: example,
  };
  using folder = folderWith(files);
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  expect(loaded.ok ? [] : loaded.errors.map(formatConfigError)).toEqual([]);
});

test('the table of folders has the arrows the linter holds', () => {
  const rows = text('docs/ARCHITECTURE.md').matchAll(/^\| `([a-z]+)\/` \|.*\| (.+) \|$/gm);
  const written = [...rows].map(([, folder, arrows]) => [
    folder,
    arrows === '–' ? [] : arrows?.split(' ').toSorted(),
  ]);
  const held = Object.entries(ARROWS).map(([folder, allowed]) => [
    folder,
    allowed.map((name) => name.replace('.ts', '')).toSorted(),
  ]);
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(held));
});
