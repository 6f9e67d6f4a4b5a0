import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { planReload, previewOf } from '../../src/threads/reload-plan.ts';
import { temporaryFolder } from '../state/folder.ts';
import type { Loaded } from '../../src/config/difference.ts';
import type { ServiceChange } from '../../src/judge/answers/preview.ts';
import type { Asked } from '../../src/http/ports.ts';

interface Wish {
  readonly groups?: readonly string[];
  readonly grid?: string;
  readonly metric?: string;
  readonly critical?: string;
  readonly rest?: string;
}

/** Files as a server reads them: groups, the grid's name, and one service on that metric. */
function load(cwd: string, { groups = ['web'], grid = 'here', metric = 'load_one', ...more }: Wish): Loaded {
  const list = groups.map((name, i) => `  - { name: ${name}, listen: 127.0.0.1:${8630 + i} }\n`).join('');
  const file = join(cwd, 'muster.yaml');
  writeFileSync(
    file,
    `data_dir: data\ngrid: { name: ${grid} }\nself_monitor: off\ngroups:\n${list}checks: [checks.yaml]\n`,
  );
  writeFileSync(
    join(cwd, 'checks.yaml'),
    `services:\n  - { name: load, metric: ${metric}, critical: "${more.critical ?? '8'}" }\n${more.rest ?? ''}`,
  );
  const loaded = loadConfig({ file, env: {}, cwd });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded;
}

const WEB = ['web-1', 'web-2', 'web-3'];
const CHANGES: readonly ServiceChange[] = [
  { definition: 'load', added: 12, removed: 3, kept: 0, added_names: WEB, removed_names: WEB },
  { definition: 'disk', added: 0, removed: 1, kept: 7, added_names: [], removed_names: ['db-1 disk[/]'] },
  { definition: 'swap', added: 0, removed: 0, kept: 9, added_names: [], removed_names: [] },
];

async function plan(next: Wish, answer: Asked<readonly ServiceChange[]> = { ok: true, answer: CHANGES }) {
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
    changes: [
      'checks changed',
      'load: changed (metric load_one → load_.*), 12 services come (web-1, web-2, web-3 and 9 more), ' +
        '3 go (web-1, web-2, web-3)',
      'disk: 1 service goes (db-1 disk[/])',
    ],
    definitions: [
      { ...CHANGES[0], changed: ['metric load_one → load_.*'] },
      { ...CHANGES[1], changed: [] },
    ],
  });
});

const KEPT = { definition: 'load', added: 0, removed: 0, kept: 40, added_names: [], removed_names: [] };

test('a definition whose services stay is told of where it is other', async () => {
  const { plan: planned } = await plan({ critical: '9' }, { ok: true, answer: [KEPT] });
  expect(planned.changes).toEqual(['checks changed', 'load: changed (critical 8 → 9), 40 services']);
  expect(planned.definitions).toEqual([{ ...KEPT, changed: ['critical 8 → 9'] }]);
});

test('many definitions are told of by how many they are, those whose services come or go first', async () => {
  const rest = Array.from({ length: 25 }, (_, i) => `  - { name: s${i}, metric: m }\n`).join('');
  const moved = { ...KEPT, definition: 's24', added: 1, added_names: ['web-1'] };
  const { plan: planned } = await plan({ rest }, { ok: true, answer: [KEPT, moved] });
  expect(planned.changes.slice(0, 3)).toEqual([
    'checks changed',
    's24: added, 1 service comes (web-1)',
    's0: added, no service',
  ]);
  expect(planned.changes.slice(20)).toEqual(['s18: added, no service', '5 more definitions are other']);
});

test('a judge that does not answer is no reason not to reload', async () => {
  const { plan: planned } = await plan({ metric: 'load_.*' }, { ok: false, fault: 'silent' });
  expect(planned).toMatchObject({
    refusals: [],
    changes: ['checks changed', 'load: changed (metric load_one → load_.*)'],
  });
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
