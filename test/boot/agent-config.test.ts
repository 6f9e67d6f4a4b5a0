import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentConfig, agentsOf } from '../../src/boot/agent-config.ts';
import type { AgentConfigWish } from '../../src/boot/agent-config.ts';

const WISH: Omit<AgentConfigWish, 'agent'> = {
  group: 'web',
  servers: ['muster.example.net', 'fd00::5'],
  port: 8650,
  intervalMs: 10_000,
  host: 'web-1.example.net',
  instanceId: 'i-0abc',
  key: { user: 'i-0abc', password: 'secret' },
};

/** Whatever a name may hold that others wrote, and how it would get out of where it stands. */
const HOSTILE = [
  'a"b',
  String.raw`a\"b`,
  'a\\',
  'a"\nLoadPlugin exec\n"',
  '"}\nudp_send_channel { host = "evil.example"',
  '${PATH}',
  '$HOME`id`$(id)',
  "it's",
  '*/ /* # //',
  '\u2028\u0000\u0007',
  'ünï → 宿',
];

/** What a program of the agent's says of a file with this text; its exit status first. */
function said(text: string, command: readonly [string, ...string[]]): string {
  const dir = mkdtempSync(join(tmpdir(), 'muster-boot-'));
  try {
    const file = join(dir, 'agent.conf');
    writeFileSync(file, text);
    const [program, ...args] = command;
    const { status, stdout, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8' });
    return `${status}\n${stdout}${stderr}`;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

describe('collectd', () => {
  const conf = (given: Partial<AgentConfigWish> = {}) =>
    agentConfig({ ...WISH, ...given, agent: 'collectd' });

  test('it is called what it registered as, signs, and follows a name that moves', () => {
    const text = conf();
    expect(text).toContain('\nHostname "web-1.example.net"\nFQDNLookup false\nInterval 10\n');
    expect(text).toContain(`<Plugin network>
  <Server "muster.example.net" "8650">
    SecurityLevel "Sign"
    Username "i-0abc"
    Password "secret"
    ResolveInterval 30
  </Server>
  <Server "fd00::5" "8650">
    SecurityLevel "Sign"
    Username "i-0abc"
    Password "secret"
    ResolveInterval 30
  </Server>
</Plugin>
`);
  });

  test.for([
    {
      name: 'without a key it does not sign',
      given: { key: null },
      has: 'ResolveInterval',
      not: 'SecurityLevel',
    },
    { name: 'part of a second', given: { intervalMs: 2500 }, has: 'Interval 2.5\n', not: 'Interval 10' },
    {
      name: 'brackets are not for agents',
      given: { servers: ['[::1]'] },
      has: '<Server "::1"',
      not: '[::',
    },
  ])('$name', ({ given, has, not }) => {
    expect(conf(given)).toContain(has);
    expect(conf(given)).not.toContain(not);
  });

  test('the same wish, the same text', () => {
    expect(conf()).toBe(conf());
  });

  test.for(HOSTILE)('%j stays in its place', (name) => {
    const text = conf({ group: name, host: name, instanceId: name, key: { user: name, password: name } });
    const lines = (of: string) => of.split('\n').map((line) => /^ *[^ "]*/u.exec(line)?.[0]);
    expect(lines(text)).toEqual(lines(conf()));
    const [, host = ''] = /^Hostname "((?:[^"\\]|\\.)*)"$/mu.exec(text) ?? [];
    expect(host.replaceAll(/\\(.)/gu, '$1')).toBe(name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ''));
  });

  test.skipIf(!existsSync('/usr/sbin/collectd')).for([WISH.host, ...HOSTILE])(
    'collectd itself reads it: %j',
    (name) => {
      const text = conf({ group: name, host: name, instanceId: name, key: { user: name, password: name } });
      expect(said(text, ['/usr/sbin/collectd', '-t', '-C'])).toMatch(
        /^0\n(?:configfile: stat \(\/etc.*\n)*$/,
      );
    },
  );
});

describe('gmond', () => {
  const conf = (given: Partial<AgentConfigWish> = {}) => agentConfig({ ...WISH, ...given, agent: 'gmond' });

  test('it sends by unicast to every server, and hears nobody', () => {
    const text = conf();
    expect(text).toContain(`
udp_send_channel { host = "muster.example.net" port = 8650 }
udp_send_channel { host = "fd00::5" port = 8650 }
`);
    expect(text).toContain('\n  deaf = yes\n');
    expect(text).toContain('\n  override_hostname = "web-1.example.net"\n');
    expect(text).toContain('\n  name = "web"\n');
    expect(text).not.toMatch(/mcast_join|recv_channel|accept_channel|secret/);
  });

  test.for(HOSTILE)('%j stays in its place', (name) => {
    const text = conf({ group: name, host: name, instanceId: name });
    const lines = (of: string) => of.split('\n').map((line) => /^ *[^ "]*/u.exec(line)?.[0]);
    expect(lines(text)).toEqual(lines(conf()));
    const [, host = ''] = /^ {2}override_hostname = "((?:[^"\\$]|\\.)*)"$/mu.exec(text) ?? [];
    expect(host.replaceAll(/\\(.)/gu, '$1')).toBe(name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ''));
  });

  test.skipIf(!existsSync('/usr/sbin/gmond')).for([WISH.host, ...HOSTILE])(
    'gmond itself reads it: %j',
    (name) => {
      // Where its modules are, muster-instance adds on the machine; the parser is what is asked here.
      const words = said(conf({ group: name, host: name, instanceId: name }), [
        '/usr/sbin/gmond',
        '-m',
        '-c',
      ]);
      expect(words).toMatch(/^0\n/);
      expect(words).not.toMatch(/[Pp]arse error|no such option|Cannot parse/);
    },
  );
});

test.for([
  { accept: ['collectd', 'ganglia', 'statsd'], agents: ['collectd', 'gmond'] },
  { accept: ['ganglia'], agents: ['gmond'] },
  { accept: ['statsd'], agents: [] },
] as const)('a group that takes $accept has $agents', ({ accept, agents }) => {
  expect(agentsOf(accept)).toEqual(agents);
});
