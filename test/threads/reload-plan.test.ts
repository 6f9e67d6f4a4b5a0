import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { planReload, previewOf } from '../../src/threads/reload-plan.ts';
import { temporaryFolder } from '../state/folder.ts';
import type { Loaded } from '../../src/config/difference.ts';
import type { DefinitionChange } from '../../src/contract/api.ts';
import type { Asked } from '../../src/http/ports.ts';

interface Wish {
  readonly groups?: readonly string[];
  readonly grid?: string;
  readonly metric?: string;
}

/** Files as a server reads them: groups, the grid's name, and one service on that metric. */
function load(cwd: string, { groups = ['web'], grid = 'here', metric = 'load_one' }: Wish): Loaded {
  const list = groups.map((name, i) => `  - { name: ${name}, listen: 127.0.0.1:${8630 + i} }\n`).join('');
  const file = join(cwd, 'muster.yaml');
  writeFileSync(
    file,
    `data_dir: data\ngrid: { name: ${grid} }\nself_monitor: off\ngroups:\n${list}checks: [checks.yaml]\n`,
  );
  writeFileSync(
    join(cwd, 'checks.yaml'),
    `services:\n  - { name: load, metric: ${metric}, critical: "8" }\n`,
  );
  const loaded = loadConfig({ file, env: {}, cwd });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded;
}

const CHANGES: readonly DefinitionChange[] = [
  { definition: 'load', added: 12, removed: 3, kept: 0 },
  { definition: 'disk', added: 0, removed: 2, kept: 7 },
  { definition: 'swap', added: 0, removed: 0, kept: 9 },
];

async function plan(next: Wish, answer: Asked<readonly DefinitionChange[]> = { ok: true, answer: CHANGES }) {
  const cwd = temporaryFolder();
  const asked: string[] = [];
  const judge = {
    ask: ((question: { kind: string }) => {
      asked.push(question.kind);
      return Promise.resolve(answer);
    }) as never,
  };
  const standstill = () => ['a backup is under way'];
  return { asked, plan: await planReload({ old: load(cwd, {}), next: load(cwd, next), judge, standstill }) };
}

test('the judge is asked what other checks add and remove', async () => {
  const { asked, plan: planned } = await plan({ metric: 'load_.*' });
  expect(asked).toEqual(['preview']);
  expect(previewOf(planned)).toEqual({
    ok: true,
    changes: ['checks changed', 'load: 12 services come, 3 go', 'disk: 2 services go'],
    definitions: CHANGES.slice(0, 2),
  });
});

test('a judge that does not answer is no reason not to reload', async () => {
  const { plan: planned } = await plan({ metric: 'load_.*' }, { ok: false, fault: 'silent' });
  expect(planned).toMatchObject({ refusals: [], changes: ['checks changed'], definitions: [] });
});

test.for([
  { name: 'the same', next: {}, changes: [] },
  { name: 'another group', next: { groups: ['web', 'db'] }, changes: ['group db added'] },
])('nobody is asked of $name', async ({ next, changes }) => {
  const { asked, plan: planned } = await plan(next);
  expect(asked).toEqual([]);
  expect(previewOf(planned)).toEqual({ ok: true, changes, definitions: [] });
});

test.for([
  {
    name: 'what needs a start',
    next: { grid: 'other', metric: 'x' },
    error: '"grid.name" takes effect only',
  },
  {
    name: 'a group to remove while nothing is written',
    next: { groups: ['db'] },
    error: 'a backup is under way',
  },
])('$name is refused', async ({ next, error }) => {
  const { asked, plan: planned } = await plan(next);
  expect(asked).toEqual([]);
  const outcome = previewOf(planned);
  expect(outcome.ok ? [] : outcome.errors).toEqual([expect.stringContaining(error)]);
});
