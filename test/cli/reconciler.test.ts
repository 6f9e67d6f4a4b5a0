import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeContext, NOW_MS } from './context.ts';
import { folderWith } from '../config/folder.ts';
import { openControlSocket } from '../../src/ops/control-socket.ts';
import { runCli } from '../../src/cli/run.ts';
import type { ControlDesk } from '../../src/ops/control-socket.ts';
import type { ReconcilerView } from '../../src/contract/instances.ts';

const CONFIG = 'data_dir: ./data\nhttp: { listen: 127.0.0.1:8600 }\n';
const CHEF: ReconcilerView = {
  name: 'chef',
  source: '/srv/chef.json',
  groups: [],
  interval_ms: 60_000,
  read_ms: 0,
  tried_ms: NOW_MS,
  fault: 'it is not there',
  instances: 0,
  others: { instances: 0, groups: [] },
  held: null,
};
const CLOUD: ReconcilerView = {
  ...CHEF,
  name: 'cloud',
  source: 'https://cloud.example.net/list',
  groups: ['web', 'db'],
  read_ms: NOW_MS - 40_000,
  fault: '',
  instances: 59,
  held: {
    digest: '0a1b',
    since_ms: NOW_MS,
    gone: 3,
    groups: [{ group: 'web', gone: 3, of: 4 }],
    first: [{ group: 'web', host: 'web-1', instance_id: 'i-1' }],
    words: 'list cloud would retire 3 of 4 instances at once (web 3 of 4)',
  },
};

/** Runs `muster reconciler …` beside a server with these lists. */
async function ask(views: readonly ReconcilerView[], ...args: string[]) {
  using folder = folderWith({ 'muster.yaml': CONFIG });
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const never = () => Promise.reject(new Error('not asked for'));
  const wishes: object[] = [];
  const confirm: ControlDesk['confirm'] = ({ name, digest }) => {
    wishes.push({ name, digest });
    if (digest === '0a1b') return { ok: true, confirmed: '' };
    return { ok: false, message: `reconciler "${name}": nothing waits`, cure: 'there is nothing to do' };
  };
  await using open = new AsyncDisposableStack();
  const desk = {
    hold: never,
    flush: never,
    diagnose: never,
    reconcilers: () => views,
    confirm,
    receivers: never,
    testReceiver: never,
  };
  open.use(await openControlSocket(data, desk));
  const { context, printed } = fakeContext(folder.path);
  return { code: await runCli(['reconciler', ...args], context), ...printed, wishes };
}

test('the lists as people read them', async () => {
  const { code, out } = await ask([CLOUD, CHEF], 'list');
  expect(code).toBe(0);
  expect(out).toBe(`NAME   GROUPS  INSTANCES  READ      SOURCE
cloud  web,db  59         40 s ago  https://cloud.example.net/list
chef   all     0          never     /srv/chef.json
list cloud would retire 3 of 4 instances at once (web 3 of 4): held until confirmed
  web web-1 i-1
  and 2 more
  muster reconciler confirm cloud --digest 0a1b
chef: it is not there
`);
});

test('the lists as programs read them; none', async () => {
  expect(JSON.parse((await ask([CLOUD], 'list', '--json')).out)).toEqual([CLOUD]);
  expect((await ask([], 'list')).out).toBe('no reconcilers are configured\n');
});

test('what is held now is confirmed, or what was looked at', async () => {
  const { code, out, wishes } = await ask([CLOUD], 'confirm', 'cloud');
  expect({ code, out }).toEqual({ code: 0, out: '3 instances are retired\n' });
  expect(wishes).toEqual([{ name: 'cloud', digest: '0a1b' }]);
  const other = await ask([CLOUD], 'confirm', 'cloud', '--digest', 'ff');
  expect(other.code).toBe(1);
  expect(other.err).toBe('muster: reconciler "cloud": nothing waits\n  there is nothing to do\n');
  const json = await ask([CLOUD], 'confirm', 'cloud', '--digest', '0a1b', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ name: 'cloud', digest: '0a1b', gone: 3 });
});

test.for([
  { name: 'no list named', args: ['confirm'], code: 2, err: 'which one? Name it' },
  { name: 'nothing held', args: ['confirm', 'chef'], code: 1, err: 'nothing waits' },
  { name: 'an unknown flag', args: ['list', '--all'], code: 2, err: 'unknown flag' },
  { name: 'no part', args: [], code: 2, err: 'reconciler confirm' },
])('$name', async ({ args, code, err }) => {
  const said = await ask([CHEF], ...args);
  expect(said.code).toBe(code);
  expect(said.err).toContain(err);
});

test('without a server there is nobody to ask', async () => {
  using folder = folderWith({ 'muster.yaml': CONFIG });
  const { context, printed } = fakeContext(folder.path);
  expect(await runCli(['reconciler', 'list'], context)).toBe(1);
  expect(printed.err).toContain('no server runs on data_dir');
});
