import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { folderWith } from '../config/folder.ts';
import { fakeContext } from './context.ts';

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

test('a token from a file is embedded', async () => {
  const { code, out, err } = await made([
    '--group',
    'web',
    '--format',
    'cloud-init',
    '--token-file',
    'token',
  ]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`content: |\n   ${TOKEN}\n`);
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
