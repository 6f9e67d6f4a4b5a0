import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeContext, NOW_MS } from './context.ts';
import { folderWith } from '../config/folder.ts';
import { openControlSocket } from '../../src/ops/control-socket.ts';
import { runCli } from '../../src/cli/run.ts';
import type { ControlDesk } from '../../src/ops/control-socket.ts';
import type { ReceiverView } from '../../src/contract/alert-views.ts';

const CONFIG = 'data_dir: ./data\nhttp: { listen: 127.0.0.1:8600 }\n';
const OPS: ReceiverView = {
  name: 'ops',
  channels: [
    {
      kind: 'webhook',
      target: 'ops/webhook',
      leads_to: 'hooks.example.net',
      state: 'failing',
      last_delivered_ms: NOW_MS - 40_000,
      fault: 'HTTP 503',
      pending: 31,
    },
    {
      kind: 'email',
      target: 'ops/email',
      leads_to: 'ops@example.net',
      state: 'idle',
      last_delivered_ms: null,
      fault: '',
      pending: 0,
    },
  ],
};

/** Runs `muster receiver …` beside a server with these receivers, of which `ops` takes test pages. */
async function ask(receivers: readonly ReceiverView[], ...args: string[]) {
  using folder = folderWith({ 'muster.yaml': CONFIG });
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const never = () => Promise.reject(new Error('not asked for'));
  await using open = new AsyncDisposableStack();
  const desk: ControlDesk = {
    hold: never,
    flush: never,
    diagnose: never,
    reconcilers: () => [],
    confirm: () => ({ ok: true, confirmed: '' }),
    receivers: () => Promise.resolve({ ok: true, receivers }),
    testReceiver: (name: string) => {
      if (name === 'gone')
        return Promise.resolve({ ok: false, message: 'unknown', cure: 'name it' } as const);
      const outcome = { target: name, ok: name === 'ops', detail: 'HTTP 200', took_ms: 7 };
      return Promise.resolve({ ok: true, tested: { receiver: name, outcomes: [outcome] } } as const);
    },
  };
  open.use(await openControlSocket(data, desk));
  const { context, printed } = fakeContext(folder.path);
  return { code: await runCli(['receiver', ...args], context), ...printed };
}

test('the receivers as people read them', async () => {
  const { code, out } = await ask([OPS], 'list');
  expect(code).toBe(0);
  expect(out).toBe(`TARGET       KIND     STATE    ARRIVED   WAIT  TO
ops/webhook  webhook  failing  40 s ago  31    hooks.example.net
ops/email    email    idle     -         0     ops@example.net
ops/webhook: HTTP 503
`);
});

test('the receivers as programs read them; none', async () => {
  expect(JSON.parse((await ask([OPS], 'list', '--json')).out)).toEqual([OPS]);
  expect((await ask([], 'list')).out).toBe('no receivers are configured\n');
});

test.for([
  { name: 'a test page that arrives', args: ['ops'], code: 0, said: 'ops: arrived after 7 ms (HTTP 200)\n' },
  { name: 'one that does not', args: ['boss'], code: 1, said: 'boss: did not arrive after 7 ms' },
  { name: 'a receiver that is not there', args: ['gone'], code: 1, said: 'unknown\n  name it' },
  { name: 'nobody named', args: [], code: 2, said: 'which one? Name it' },
  { name: 'for programs', args: ['ops', '--json'], code: 0, said: '"took_ms": 7' },
])('$name', async ({ args, code, said }) => {
  const told = await ask([OPS], 'test', ...args);
  expect(told.code).toBe(code);
  expect(told.out + told.err).toContain(said);
});
