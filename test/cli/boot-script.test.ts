import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseToken } from '../../src/access/secret.ts';
import { runCli } from '../../src/cli/run.ts';
import { folderWith } from '../config/folder.ts';
import { AccessRepository } from '../../src/state/access-repository.ts';
import { fakeContext, NOW_MS } from './context.ts';
import type { Token } from '../../src/model/account.ts';

const TOKEN = `muster_abcdefgh_${'x'.repeat(43)}`;
const CONFIG = `checks: []
http: { public_url: "https://muster.example.net" }
boot: { servers: [muster.example.net, muster-b.example.net] }
groups:
  - { name: web, listen: "0.0.0.0:8650" }
  - { name: grid, listen: "0.0.0.0:8651", accept: [ganglia] }
  - { name: statsd, listen: "0.0.0.0:8652", accept: [statsd] }
  - { name: moving, listen: "127.0.0.1:0" }
`;

async function made(args: readonly string[], text = CONFIG) {
  using folder = folderWith({ 'muster.yaml': text, token: `${TOKEN}\n`, empty: 'no token\n' });
  const { context, printed } = fakeContext(folder.path);
  return { code: await runCli(['boot-script', ...args], context), ...printed };
}

test.for([
  { args: ['--group', 'web'], begins: '#!/bin/sh\n', has: "AGENT='collectd'" },
  { args: ['--group', 'grid'], begins: '#!/bin/sh\n', has: "AGENT='gmond'" },
  {
    args: ['--group', 'web', '--agent', 'gmond', '--format', 'cloud-init'],
    begins: '#cloud-config\n',
    has: "AGENT='gmond'",
  },
  { args: ['--group', 'web', '--format', 'puppet'], begins: '# Muster', has: 'class muster_instance (' },
])('$args', async ({ args, begins, has }) => {
  const { code, out, err } = await made(args);
  expect([code, err]).toEqual([0, '']);
  expect(out.startsWith(begins)).toBe(true);
  expect(out).toContain(has);
  expect(out).toContain("URLS='https://muster.example.net https://muster-b.example.net'");
  expect(out).not.toContain(TOKEN);
});

describe('a token from a file', () => {
  const [id, hash] = [parseToken(TOKEN)?.id ?? '', parseToken(TOKEN)?.hash ?? ''];
  const times = { createdMs: 0, expiresMs: NOW_MS + 1 };
  const good = { id, hash, role: 'enrol', group: 'web', ...times, createdBy: 'x', note: '' } as const;

  /** With what the server knows of tokens; null: it has no access.db here. */
  async function embedded(known: Partial<Token> | null) {
    using folder = folderWith({ 'muster.yaml': `${CONFIG}data_dir: data\n`, token: TOKEN, 'data/x': '' });
    const { context, printed } = fakeContext(folder.path);
    if (known !== null) {
      using repository = new AccessRepository(join(folder.path, 'data', 'access.db'));
      repository.addToken({ ...good, ...known });
      if (known.revokedMs !== undefined) repository.revokeToken(id, NOW_MS - 1);
    }
    const args = ['--group', 'web', '--format', 'cloud-init', '--token-file', 'token'];
    return { code: await runCli(['boot-script', ...args], context), ...printed };
  }

  test('is embedded', async () => {
    const { code, out, err } = await embedded({});
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`content: |\n   ${TOKEN}\n`);
  });

  test('is embedded with a word of care where nothing is known of it', async () => {
    const { code, out, err } = await embedded(null);
    expect(code).toBe(0);
    expect(out).toContain(TOKEN);
    expect(err).toMatch(/unchecked: there is no .*access\.db .*enrolment token of the group web/);
    expect(err).not.toContain(TOKEN);
  });

  test.for<{ readonly name: string; readonly known: Partial<Token>; readonly says: RegExp }>([
    { name: 'unknown', known: { id: 'zzzzzzzz' }, says: /is unknown to this server/ },
    { name: 'of another secret', known: { hash: 'x' }, says: /is unknown to this server/ },
    { name: 'revoked', known: { revokedMs: 1 }, says: /has been revoked/ },
    { name: 'expired', known: { expiresMs: NOW_MS }, says: /has expired/ },
    { name: "an admin's", known: { role: 'admin', group: null }, says: /has the role admin/ },
    { name: 'of another group', known: { group: 'grid' }, says: /is for the group grid, and not for web/ },
  ])('is refused: $name', async ({ known, says }) => {
    const { code, out, err } = await embedded(known);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(says);
    expect(err).toMatch(/token create --role enrol --group web/);
    expect(err).not.toContain(TOKEN);
  });
});

test('a server that only this machine reaches is told of', async () => {
  const { code, err } = await made(
    ['--group', 'web'],
    'checks: []\ngroups: [{ name: web, listen: "127.0.0.1:8650" }]\n',
  );
  expect(code).toBe(0);
  expect(err).toMatch(/instances are told 127\.0\.0\.1, which is themselves; set http\.public_url/);
});

test.for([
  { args: [], code: 2, says: /"--group" is missing/ },
  {
    args: ['--group', 'web', '--agent', 'gmnod'],
    code: 2,
    says: /"--agent" "gmnod" is not known; did you mean "gmond"/,
  },
  { args: ['--group', 'web', '--format', 'chef'], code: 2, says: /expected sh, cloud-init, puppet/ },
  { args: ['--group', 'wep'], code: 1, says: /no group "wep" in .*muster\.yaml; did you mean "web"/ },
  {
    args: ['--group', 'moving'],
    code: 1,
    says: /the group moving listens on a port that is another one at each start/,
  },
  { args: ['--group', 'statsd'], code: 1, says: /takes neither collectd nor gmond/ },
  {
    args: ['--group', 'grid', '--agent', 'collectd'],
    code: 1,
    says: /does not take collectd; add collectd to its accept/,
  },
  { args: ['--group', 'web', '--token-file', 'nosuch'], code: 1, says: /ENOENT.*nosuch/ },
  {
    args: ['--group', 'web', '--token-file', 'empty'],
    code: 1,
    says: /empty holds no token; script\/muster token create/,
  },
])('$args: $says', async ({ args, code, says }) => {
  const answer = await made(args);
  expect([answer.code, answer.out]).toEqual([code, '']);
  expect(answer.err).toMatch(says);
});
