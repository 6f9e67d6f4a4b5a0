import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseToken } from '../../src/access/secret.ts';
import { runCli } from '../../src/cli/run.ts';
import { AccessRepository } from '../../src/state/access-repository.ts';
import { folderWith } from '../config/folder.ts';
import { fakeContext, NOW_MS } from './context.ts';

const DAY_MS = 86_400_000;
const FILES = {
  'muster.yaml':
    'auth: { mode: users }\nself_monitor: off\nchecks: []\n' +
    'groups: [{ name: dev, listen: "127.0.0.1:8630" }, { name: mysql, listen: "127.0.0.1:8631" }]\n',
};

function desk() {
  const folder = folderWith(FILES);
  let nowMs = NOW_MS;
  return {
    async run(...args: string[]) {
      const { context, printed } = fakeContext(folder.path);
      const code = await runCli(['token', ...args], { ...context, nowMs: () => nowMs });
      return { code, ...printed };
    },
    pass: (ms: number) => (nowMs += ms),
    open: () => new AccessRepository(join(folder.path, 'data/access.db')),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test.for([
  { args: ['--role', 'viewer'], token: { role: 'viewer', group: null, expiresMs: null } },
  { args: ['--role', 'admin', '--ttl', '12h'], token: { role: 'admin', expiresMs: NOW_MS + DAY_MS / 2 } },
  {
    args: ['--role', 'enrol', '--group', 'dev', '--note', 'image of May'],
    token: { role: 'enrol', group: 'dev', expiresMs: NOW_MS + 365 * DAY_MS, note: 'image of May' },
  },
  {
    args: ['--role=enrol', '--group=mysql', '--ttl=1.5d'],
    token: { role: 'enrol', group: 'mysql', expiresMs: NOW_MS + 1.5 * DAY_MS, note: '' },
  },
])('token create $args', async ({ args, token }) => {
  using given = desk();
  const { code, out, err } = await given.run('create', ...args);
  expect(code).toBe(0);
  expect(out).toMatch(/^muster_[a-z2-7]{8}_[\w-]{43}\n$/);
  expect(err).toContain('this is the only time it is shown');
  const parsed = parseToken(out.trimEnd());
  using repository = given.open();
  expect(repository.token(parsed?.id ?? '')).toMatchObject({
    ...token,
    hash: parsed?.hash,
    createdBy: 'command line, tester',
    revokedMs: null,
  });
  expect(JSON.stringify([repository.tokens(), repository.audit({ limit: 9 })])).not.toContain(
    out.slice(16, 40),
  );
});

test('token create --json', async () => {
  using given = desk();
  const { out, err } = await given.run('create', '--role', 'viewer', '--json', '--ttl', '1d');
  const shown: { id: string; token: string } = JSON.parse(out);
  expect(shown).toMatchObject({ role: 'viewer', group: null, expires_ms: NOW_MS + DAY_MS, note: '' });
  expect(parseToken(shown.token)?.id).toBe(shown.id);
  expect(err).not.toContain(shown.token);
});

test('the list tells valid from expired and revoked, and never a secret', async () => {
  using given = desk();
  expect(await given.run('list')).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('no tokens yet'),
  });
  const made = [
    await given.run('create', '--role', 'viewer', '--ttl', '1h', '--note', 'grafana'),
    await given.run('create', '--role', 'operator'),
    await given.run('create', '--role', 'enrol', '--group', 'dev'),
  ].map(({ out }) => out.trimEnd());
  const ids = made.map((text) => parseToken(text)?.id ?? '');
  given.pass(DAY_MS);
  expect(await given.run('revoke', ids[1] ?? '')).toEqual({
    code: 0,
    out: `token ${ids[1]} revoked\n`,
    err: '',
  });
  const list = await given.run('list');
  const row = (i: number) => list.out.split('\n').find((line) => line.startsWith(ids[i] ?? '?'));
  expect(row(0)).toMatch(/ viewer +- +expired +2023-11-14 22:13Z +2023-11-14 23:13Z +grafana$/);
  expect(row(1)).toMatch(/ operator +- +revoked +2023-11-14 22:13Z +never$/);
  expect(row(2)).toMatch(/ enrol +dev +valid +2023-11-14 22:13Z +2024-11-13 22:13Z$/);
  const data = await given.run('list', '--json');
  const views: { id: string; state: string }[] = JSON.parse(data.out);
  expect(ids.map((id) => views.find((view) => view.id === id)?.state)).toEqual([
    'expired',
    'revoked',
    'valid',
  ]);
  using repository = given.open();
  for (const text of made) {
    expect(list.out + data.out).not.toContain(text.slice(16));
    expect(list.out + data.out).not.toContain(repository.token(text.slice(7, 15))?.hash);
  }
});

test('a token that leaked is ended by itself', async () => {
  using given = desk();
  const text = (await given.run('create', '--role', 'viewer')).out.trimEnd();
  const revoked = await given.run('revoke', text);
  expect(revoked).toEqual({ code: 0, out: `token ${text.slice(7, 15)} revoked\n`, err: '' });
  expect(await given.run('revoke', text)).toMatchObject({
    code: 1,
    err: expect.stringContaining('revoked before'),
  });
});

test('the audit log has who made and who ended it', async () => {
  using given = desk();
  const id = (await given.run('create', '--role', 'enrol', '--group', 'dev', '--note', 'images')).out.slice(
    7,
    15,
  );
  await given.run('revoke', id);
  using repository = given.open();
  const entries = repository
    .audit({ limit: 9 })
    .map(({ who, action, subject, detail }) => [who, action, subject, detail]);
  expect(entries).toEqual([
    ['command line', 'token revoked', id, 'images, by tester'],
    ['command line', 'token created', id, 'enrol for dev, valid until 2024-11-13 22:13Z, images, by tester'],
  ]);
});

test.for([
  {
    args: ['create'],
    code: 2,
    err: /"--role" is missing \(expected one of viewer, operator, admin, enrol\)/,
  },
  { args: ['create', '--role', 'enroll'], code: 2, err: /did you mean "enrol"\?/ },
  {
    args: ['create', '--role', 'enrol'],
    code: 2,
    err: /an enrol token is bound to a group: "--group" is missing/,
  },
  {
    args: ['create', '--role', 'viewer', '--group', 'dev'],
    code: 2,
    err: /"--group" binds enrol tokens only/,
  },
  {
    args: ['create', '--role', 'enrol', '--group', 'dve'],
    code: 1,
    err: /no group "dve" in .*; did you mean "dev"\?/,
  },
  { args: ['create', '--role', 'enrol', '--group', 'zzzzz'], code: 1, err: /known are dev, mysql/ },
  {
    args: ['create', '--role', 'viewer', '--ttl', '90'],
    code: 2,
    err: /"--ttl" "90" has no unit \(expected a time from 1m, such as 90d or 12h; did you mean "90s"\?\)/,
  },
  { args: ['create', '--role', 'viewer', '--ttl', '0'], code: 2, err: /"--ttl" 0 is too short/ },
  { args: ['create', '--role', 'viewer', '--ttl', '99999d'], code: 2, err: /is too long/ },
  { args: ['create', '--role', 'viewer', '--note', 'a\u001B[2J'], code: 2, err: /200 printable characters/ },
  { args: ['revoke'], code: 2, err: /ID is missing/ },
  { args: ['revoke', 'aaaaaaaa'], code: 1, err: /no token "aaaaaaaa"; "muster token list" has them/ },
])('token $args is refused', async ({ args, code, err }) => {
  using given = desk();
  const refused = await given.run(...args);
  expect(refused.code).toBe(code);
  expect(refused.out).toBe('');
  expect(refused.err).toMatch(err);
});
