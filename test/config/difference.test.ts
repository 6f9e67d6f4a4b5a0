import { expect, test } from 'vitest';
import { describeDifference, differenceOf, reloadRefusals } from '../../src/config/difference.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

const CHECK = 'services:\n  - { name: a, metric: b, warning: 1 }\n';

function differenceBetween(old: [yaml: string, checks: string], next: [yaml: string, checks: string]) {
  using folder = folderWith({ 'old.yaml': old[0], 'checks/a.yaml': old[1] });
  const load = (cwd: string, file: string) => {
    const loaded = loadConfig({ file, env: {}, cwd });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    return loaded;
  };
  const before = load(folder.path, 'old.yaml');
  using changed = folderWith({ 'old.yaml': next[0], 'checks/a.yaml': next[1] });
  const text = JSON.stringify(load(changed.path, 'old.yaml')).replaceAll(changed.path, folder.path);
  const after: typeof before = JSON.parse(text);
  return differenceOf(before, after);
}

const ALERTS = `alerts:
  receivers: [{ name: o, webhook: { url: "http://h/" } }, { name: p, webhook: { url: "http://h/" } }]
  rotas:
    - name: r
      start: 2026-01-05
      people: [o, p]
      overrides: [{ who: o, from: 2026-01-06T09:00, to: 2026-01-07T09:00 }]
  escalations: [{ name: e, steps: [{ notify: r }] }]
  routes: [{ receiver: e }]
  handlers: [{ name: h, url: "http://h/" }]
`;
const TWO = 'groups:\n  - { name: a, listen: "127.0.0.1:1" }\n  - { name: b, listen: "127.0.0.1:2" }\n';

test.for<{ name: string; old: string; next: string; checks?: string; words: string[]; restart?: string[] }>([
  { name: 'the same', old: TWO, next: TWO, words: [] },
  {
    name: 'a comment and another order',
    old: TWO,
    next: `# x\n${TWO}`,
    checks: `# moved down\n${CHECK}`,
    words: [],
  },
  { name: 'a group more', old: '', next: TWO, words: ['group a added', 'group b added'] },
  { name: 'a group less', old: TWO, next: TWO.replace(/.*name: a.*\n/, ''), words: ['group a removed'] },
  {
    name: 'a group elsewhere',
    old: TWO,
    next: TWO.replace(':2"', ':3"'),
    words: ['group b listens elsewhere'],
  },
  {
    name: 'a setting of a group',
    old: TWO,
    next: TWO.replace(':2"', ':2", host_tmax: 1m'),
    words: ['group b has other settings'],
  },
  {
    name: 'the default of all groups',
    old: TWO,
    next: `${TWO}group_defaults: { host_dmax: 1h }`,
    words: ['group a has other settings', 'group b has other settings', 'group muster has other settings'],
  },
  { name: 'a threshold', old: TWO, next: TWO, checks: CHECK.replace('1', '2'), words: ['checks changed'] },
  {
    name: 'alerts',
    old: '',
    next: 'alerts: { receivers: [{ name: o, webhook: { url: "http://h/" } }], routes: [{ receiver: o }] }',
    words: ['alerts changed'],
  },
  {
    name: 'alerts that stand elsewhere',
    old: ALERTS,
    next: ALERTS.replace('alerts:', 'alerts:\n'),
    words: [],
  },
  {
    name: 'somebody else on call',
    old: ALERTS,
    next: ALERTS.replace('people: [o, p]', 'people: [p, o]'),
    words: ['alerts changed'],
  },
  {
    name: 'settings',
    old: '',
    next: 'self_monitor: { interval: 5s }',
    words: ['self_monitor changed'],
  },
  {
    name: 'other places of dashboards',
    old: '',
    next: 'dashboards: []',
    words: ['dashboards changed'],
  },
  {
    name: 'a free page address',
    old: '',
    next: 'http: { listen: "127.0.0.1:1", public_url: "http://127.0.0.1:8600" }',
    words: [],
    restart: ['http.listen'],
  },
  {
    name: 'the rest that needs a start',
    old: 'ingest: { workers: 2 }',
    next: 'data_dir: ./d\nstore: { type: memory }\ningest: { workers: 3, max_series: 5000 }',
    words: [],
    restart: ['data_dir', 'store', 'ingest.workers', 'ingest.max_series'],
  },
  {
    name: 'what the threads were given',
    old: TWO,
    next: `${TWO.replace(':2"', ':2", rrd_dir: /tmp')}grid: { name: g }\ncache: { max_age: 9s }`,
    words: ['group b has other settings'],
    restart: ['cache', 'grid.name', 'groups.rrd_dir'],
  },
])('$name', ({ old, next, checks = CHECK, words, restart = [] }) => {
  const difference = differenceBetween([old, CHECK], [next, checks]);
  expect(describeDifference(difference)).toEqual(words);
  expect(difference.restartNeeded).toEqual(restart);
  expect(reloadRefusals(difference)).toEqual(
    restart.map((key) => `"${key}" takes effect only at a start: restart Muster, or put the old value back`),
  );
});
