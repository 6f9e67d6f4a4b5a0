import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run.ts';
import { openControlSocket } from '../../../src/ops/control-socket.ts';
import { diagnosis, instance, list, sender } from '../../fleet/diagnosis/evidence.ts';
import { folderWith } from '../../config/folder.ts';
import { fakeContext } from '../context.ts';
import type { Evidence } from '../../../src/fleet/diagnosis/scene.ts';

const CONFIG = `http: { listen: "127.0.0.1:0" }
self_monitor: off
store: { type: memory }
checks: []
groups: [{ name: web, listen: ["127.0.0.1:0"] }]
data_dir: data
`;

/** Runs `muster doctor` beside a server that finds this amiss. */
async function ask(given: Partial<Evidence>, ...flags: string[]) {
  using folder = folderWith({ 'muster.yaml': CONFIG });
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const never = () => Promise.reject(new Error('not asked for'));
  const wishes: object[] = [];
  await using open = new AsyncDisposableStack();
  const socket = await openControlSocket(data, {
    hold: never,
    flush: never,
    reconcilers: () => [],
    confirm: () => ({ ok: true, confirmed: '' }),
    receivers: never,
    testReceiver: never,
    diagnose: ({ group, host }) => {
      wishes.push({ group, host });
      return Promise.resolve(diagnosis(given, { group, host }));
    },
  });
  open.use(socket);
  const { context, printed } = fakeContext(folder.path);
  return { code: await runCli(['doctor', ...flags], context), ...printed, wishes };
}

test('nothing amiss: it says so, and exits with 0', async () => {
  const { code, out, err } = await ask({});
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe('Nothing is amiss between this server and who talks to it.\n');
});

test('findings by kind, with causes and lines to paste', async () => {
  const { code, out } = await ask({
    instances: [instance()],
    senders: [sender('10.9.9.9', { reasons: ['not-allowed'] })],
    lists: [list({ fault: 'ENOENT', read_ms: 0 })],
  });
  expect(code).toBe(1);
  expect(out).toMatch(
    /^■ 1 critical {3}▲ 1 warning {3}◇ 1 notice\n\nRegistered, never heard \(1\) {2}never-heard\n/u,
  );
  expect(out).toContain('  ■ web-7 (10.0.0.7) registered in web 12 min ago and was not heard since\n');
  expect(out).toContain('      - a security group or a firewall blocks UDP 8650\n');
  expect(out).toContain('\n      sudo iptables -I INPUT -p udp --dport 8650 -s 10.0.0.7 -j ACCEPT\n');
  expect(out).toMatch(/Lists that cannot be read \(1\)[^]*Unknown senders \(1\)/u);
});

test('a group and a host are handed on; --json is data', async () => {
  const { code, out, wishes } = await ask(
    { instances: [instance()] },
    '--group',
    'web',
    '--host',
    'web-7',
    '--json',
  );
  expect([code, wishes]).toEqual([1, [{ group: 'web', host: 'web-7' }]]);
  expect(JSON.parse(out)).toMatchObject({ running: true, findings: [{ kind: 'never-heard' }], left_out: 0 });
});

test.for([
  {
    name: 'a group that is not there',
    flags: ['--group', 'wbe'],
    code: 1,
    err: /no group is called wbe: there are web/u,
  },
  { name: 'a flag that is not there', flags: ['--grop', 'web'], code: 2, err: /did you mean "--group"/u },
])('$name', async ({ flags, code, err }) => {
  const answer = await ask({}, ...flags);
  expect(answer.code).toBe(code);
  expect(answer.err).toMatch(err);
});

test('without a server: what stands in its way', async () => {
  const other = createSocket('udp4');
  other.bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  using folder = folderWith({
    'muster.yaml': CONFIG.replace('["127.0.0.1:0"]', `["127.0.0.1:${port}"]`).replace(
      'checks: []',
      'checks: [checks/*.yaml]',
    ),
    'checks/a.yaml': 'services: [{ nam: a }]',
  });
  const { context, printed } = fakeContext(folder.path);
  expect(await runCli(['doctor'], context)).toBe(1);
  other.close();
  expect(printed.out).toMatch(/^No server runs on data_dir .*data: who talks to it cannot be seen/u);
  expect(printed.out).toContain(`udp 127.0.0.1:${port} (group web) is taken by another program`);
  expect(printed.out).toContain(`sudo ss -lnpu 'sport = :${port}'`);
  expect(printed.out).toMatch(/checks\/a\.yaml:1:\d+: /u);
});

test('without a server, as data', async () => {
  using folder = folderWith({ 'muster.yaml': CONFIG });
  const { context, printed } = fakeContext(folder.path);
  expect(await runCli(['doctor', '--json'], context)).toBe(1);
  expect(JSON.parse(printed.out)).toMatchObject({ running: false, errors: [] });
});
