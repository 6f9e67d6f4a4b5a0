import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { verifyPassword } from '../../src/access/password.ts';
import { runCli } from '../../src/cli/run.ts';
import { AccessRepository } from '../../src/state/access-repository.ts';
import { folderWith } from '../config/folder.ts';
import { fakeContext, NOW_MS } from './context.ts';
import type { CommandContext } from '../../src/cli/command.ts';

const FILES = { 'muster.yaml': 'auth: { mode: users }\nchecks: []\n' };
const PASSWORD = 'correct horse';

/** A configuration's folder, and commands run in it one after the other. */
function desk(files: Readonly<Record<string, string>> = FILES) {
  const folder = folderWith(files);
  const dataDir = join(folder.path, 'data');
  async function run(args: readonly string[], given: Partial<CommandContext> = {}, stdin = `${PASSWORD}\n`) {
    const { context, printed } = fakeContext(folder.path);
    const input = Readable.from(stdin === '' ? [] : [stdin]);
    const code = await runCli(args, { ...context, input, ...given });
    return { code, ...printed };
  }
  return {
    run,
    dataDir,
    path: folder.path,
    open: () => new AccessRepository(join(dataDir, 'access.db')),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test('a user is added before the server ever ran, in files that only its user may read', async () => {
  using given = desk();
  const { code, out, err } = await given.run(['user', 'add', 'Ada', '--role', 'admin']);
  expect({ code, out }).toEqual({ code: 0, out: 'user ada added, admin\n' });
  expect(err).toMatch(/^data_dir .*data made: the server has to run as its owner, tester\n$/);
  expect(statSync(given.dataDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(given.dataDir, 'access.db')).mode & 0o777).toBe(0o600);
  using repository = given.open();
  const user = repository.user('ada');
  expect(user).toMatchObject({ name: 'ada', role: 'admin', createdMs: NOW_MS });
  expect(await verifyPassword(PASSWORD, user?.passwordHash ?? '')).toBe(true);
});

test('a password that was made stands alone on stdout', async () => {
  using given = desk();
  const { code, out, err } = await given.run(['user', 'add', 'ada', '--role', 'viewer'], {}, '');
  expect(code).toBe(0);
  expect(out).toMatch(/^[a-z2-9-]{23}\n$/);
  expect(err).toMatch(
    /user ada added, viewer; the password was made, and this is the only time it is shown:\n$/,
  );
  using repository = given.open();
  expect(await verifyPassword(out.trimEnd(), repository.user('ada')?.passwordHash ?? '')).toBe(true);
});

test('a new password, made and shown as JSON', async () => {
  using given = desk();
  await given.run(['user', 'add', 'ada', '--role', 'viewer']);
  const { code, out } = await given.run(['user', 'passwd', 'ADA', '--json'], {}, '');
  const shown: { name: string; password: string } = JSON.parse(out);
  expect({ code, name: shown.name }).toEqual({ code: 0, name: 'ada' });
  using repository = given.open();
  expect(await verifyPassword(shown.password, repository.user('ada')?.passwordHash ?? '')).toBe(true);
});

test('users as a table and as data; then a role, and a removal', async () => {
  using given = desk();
  await given.run(['user', 'add', 'ada', '--role', 'admin']);
  await given.run(['user', 'add', 'bob@example.net', '--role', 'viewer']);
  expect((await given.run(['user', 'list'])).out).toBe(
    'NAME             ROLE    CREATED\n' +
      'ada              admin   2023-11-14 22:13Z\n' +
      'bob@example.net  viewer  2023-11-14 22:13Z\n',
  );
  expect(JSON.parse((await given.run(['user', 'list', '--json'])).out)).toEqual([
    { name: 'ada', role: 'admin', created_ms: NOW_MS },
    { name: 'bob@example.net', role: 'viewer', created_ms: NOW_MS },
  ]);
  expect(await given.run(['user', 'role', 'bob@example.net', '--role', 'operator'])).toEqual({
    code: 0,
    out: 'user bob@example.net is operator now\n',
    err: '',
  });
  expect(await given.run(['user', 'remove', 'Ada'])).toEqual({
    code: 0,
    out: 'user ada removed\n',
    err: 'no admin is left: muster user add NAME --role admin, or muster user role NAME --role admin\n',
  });
  using repository = given.open();
  expect(repository.users().map(({ name, role }) => [name, role])).toEqual([['bob@example.net', 'operator']]);
});

test('every change is in the audit log, with the system user who made it', async () => {
  using given = desk();
  const sudo = { env: { SUDO_USER: 'grace' }, account: { uid: process.getuid?.() ?? -1, name: 'muster' } };
  await given.run(['user', 'add', 'ada', '--role', 'admin'], sudo);
  await given.run(['user', 'role', 'ada', '--role', 'viewer']);
  await given.run(['user', 'passwd', 'ada']);
  await given.run(['user', 'remove', 'ada']);
  await given.run(['user', 'remove', 'ada']);
  using repository = given.open();
  const entries = repository.audit({ limit: 10 }).toReversed();
  expect(entries.map(({ action, subject, detail }) => [action, subject, detail])).toEqual([
    ['user added', 'ada', 'role admin, by muster (sudo of grace)'],
    ['role set', 'ada', 'admin to viewer, by tester'],
    ['password set', 'ada', 'by tester'],
    ['user removed', 'ada', 'by tester'],
  ]);
  expect(new Set(entries.map(({ who, from, time_ms }) => [who, from, time_ms].join()))).toEqual(
    new Set([`command line,,${NOW_MS}`]),
  );
});

test('nobody yet', async () => {
  using given = desk();
  expect(await given.run(['user', 'list', '--json'])).toMatchObject({ code: 0, out: '[]\n' });
  expect(await given.run(['user', 'list'])).toMatchObject({
    code: 0,
    out: '',
    err: 'nobody yet: muster user add NAME --role admin\n',
  });
});

test.for([
  { name: 'no role', args: ['add', 'ada'], code: 2, err: /"--role" is missing \(expected one of viewer/ },
  {
    name: 'a role that is none',
    args: ['add', 'ada', '--role', 'admni'],
    code: 2,
    err: /unknown role "admni" \(expected one of viewer, operator, admin; did you mean "admin"\?\)/,
  },
  { name: 'a role of tokens', args: ['add', 'ada', '--role', 'enrol'], code: 2, err: /unknown role "enrol"/ },
  { name: 'a name with a space', args: ['add', 'a b', '--role', 'admin'], code: 2, err: /a user's name is/ },
  { name: 'a long name', args: ['add', 'a'.repeat(65), '--role', 'admin'], code: 2, err: /at most 64/ },
  {
    name: 'a password as a flag',
    args: ['add', 'ada', '--role', 'admin', '--password', 's3cret-s3cret'],
    code: 2,
    err: /a password is not taken from the command line/,
  },
  {
    name: 'a password as a flag, the short way',
    args: ['passwd', 'ada', '--password=s3cret-s3cret'],
    code: 2,
    err: /a password is not taken from the command line/,
  },
  { name: 'two names', args: ['remove', 'ada', 'bob'], code: 2, err: /unexpected argument "bob"/ },
  {
    name: 'a second of that name',
    args: ['add', 'KNOWN', '--role', 'admin'],
    code: 1,
    err: /"muster user passwd known"/,
  },
  { name: 'nobody of that name', args: ['passwd', 'nobody'], code: 1, err: /no user "nobody"/ },
  { name: 'nobody to remove', args: ['remove', 'nobody'], code: 1, err: /no user "nobody"/ },
  {
    name: 'nobody to promote',
    args: ['role', 'nobody', '--role', 'admin'],
    code: 1,
    err: /no user "nobody"/,
  },
  {
    name: 'a configuration that is not there',
    args: ['list', '--config', 'no.yaml'],
    code: 1,
    err: /^no\.yaml: does not exist\n$/,
  },
])('$name is refused', async ({ args, code, err }) => {
  using given = desk();
  await given.run(['user', 'add', 'known', '--role', 'viewer']);
  const refused = await given.run(['user', ...args]);
  expect(refused.code).toBe(code);
  expect(refused.out).toBe('');
  expect(refused.err).toMatch(err);
  expect(refused.err).not.toContain('s3cret');
  using repository = given.open();
  expect(repository.users()).toHaveLength(1);
  expect(repository.audit({ limit: 10 })).toHaveLength(1);
});

test('a password that will not do changes nothing', async () => {
  using given = desk();
  const { code, err } = await given.run(['user', 'add', 'ada', '--role', 'admin'], {}, 'short\n');
  expect(code).toBe(1);
  expect(err).toMatch(/muster: a password has at least/);
  using repository = given.open();
  expect(repository.users()).toEqual([]);
});

test("another system user than data_dir's owner is refused before anything is written", async () => {
  using given = desk();
  mkdirSync(given.dataDir);
  const account = { uid: 4_000_000, name: 'grace' };
  const { code, err } = await given.run(['user', 'add', 'ada', '--role', 'admin'], { account });
  expect(code).toBe(1);
  expect(err).toMatch(
    /belongs to the user with uid \d+, and this runs as grace\n  run it as .*sudo -u '#\d+'/,
  );
  expect(() => statSync(join(given.dataDir, 'access.db'))).toThrow('ENOENT');
});

test('a damaged access.db says what to do', async () => {
  using given = desk({ ...FILES, 'data/access.db': 'x'.repeat(5000) });
  const { code, err } = await given.run(['user', 'list']);
  expect(code).toBe(1);
  expect(err).toMatch(/^muster: .*access\.db is damaged[^]*\n  move it aside/);
});

test('one that fails in the middle of a command says so, and is no bug', async () => {
  using given = desk();
  await given.run(['user', 'add', 'ada', '--role', 'admin']);
  {
    using db = new DatabaseSync(join(given.dataDir, 'access.db'));
    db.exec('DROP TABLE sessions; DROP TABLE users');
  }
  const { code, err } = await given.run(['user', 'list']);
  expect(code).toBe(1);
  expect(err).toMatch(/^muster: .*access\.db was not written by this Muster[^]*\n  move it aside/);
});

test('where nobody signs in, adding a user says what is missing', async () => {
  using given = desk({ 'muster.yaml': 'checks: []\n' });
  const { code, err } = await given.run(['user', 'add', 'ada', '--role', 'admin']);
  expect(code).toBe(0);
  expect(err).toContain('set auth: { mode: users } in the configuration and restart');
});
