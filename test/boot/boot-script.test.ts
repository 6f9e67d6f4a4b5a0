import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { BOOT_FORMATS, bootScript } from '../../src/boot/boot-script.ts';
import { isLoopbackName, registerUrls } from '../../src/boot/servers.ts';
import { sh } from '../../src/boot/sh-text.ts';
import { UNIT_FILES } from '../../src/boot/units.ts';
import { USER_DATA_BYTES_MAX } from '../../src/limits.ts';
import type { BootWish } from '../../src/boot/boot-script.ts';

const WISH: BootWish = {
  group: 'web',
  agent: 'collectd',
  urls: ['https://muster.example.net', 'https://muster-b.example.net'],
  port: 8650,
  token: null,
};
const TOKEN = `muster_abcdefgh_${'x'.repeat(43)}`;
const AGENTS = ['collectd', 'gmond'] as const;
const ALL = BOOT_FORMATS.flatMap((format) => AGENTS.map((agent) => ({ format, agent })));

/** Groups are called by printable text without a slash. */
const GROUPS = [
  'web',
  "it's",
  `a "b" \\ c`,
  '$(touch boom) `touch boom` ${HOME} $HOME',
  'END_OF_FILE',
  '# : - | > & * ! %',
  'ünï 宿',
  'g'.repeat(200),
];

const SHELLS = ['dash', 'bash', 'busybox'].filter((name) =>
  ['/usr/bin', '/bin'].some((place) => existsSync(`${place}/${name}`)),
);

function inShell(shell: string, args: readonly string[], input: string) {
  const own = shell === 'busybox' ? ['sh', ...args] : args;
  const { status, stdout, stderr } = spawnSync(shell, own, {
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { status, stdout, stderr };
}

/** What the script lays down, by path: its heredocs. */
function laidDown(script: string): Map<string, string> {
  const files = script.matchAll(/^put \d+ (\S+) <<'END_OF_FILE'\n([^]*?)^END_OF_FILE$/gmu);
  return new Map([...files].map(([, path = '', text = '']) => [path, text]));
}

interface CloudConfig {
  readonly write_files: readonly {
    readonly path: string;
    readonly permissions: string;
    readonly content: string;
  }[];
  readonly runcmd: unknown;
}

/** The files of user data, as cloud-init reads them. */
function cloudConfig(wish: Partial<BootWish> = {}): CloudConfig {
  const text = bootScript({ ...WISH, ...wish, format: 'cloud-init' });
  expect(text).toMatch(/^#cloud-config\n/);
  return parse(text) as CloudConfig;
}

describe('sh', () => {
  test.for(GROUPS)('every shell takes it, for the group %j', (group) => {
    for (const agent of AGENTS) {
      const script = bootScript({ ...WISH, format: 'sh', agent, group });
      const program = laidDown(script).get('/usr/local/sbin/muster-instance') ?? '(';
      for (const shell of SHELLS) {
        expect(inShell(shell, ['-n'], script)).toEqual({ status: 0, stdout: '', stderr: '' });
        expect(inShell(shell, ['-n'], program)).toEqual({ status: 0, stdout: '', stderr: '' });
        const asks = program.replace(/^export .*$/mu, '').replace(/^\[ ! -r [^]*/mu, 'printf %s "$GROUP"');
        expect(inShell(shell, [], asks).stdout).toBe(group);
      }
    }
  });

  test('one that was cut off on its way does nothing', () => {
    const script = bootScript({ ...WISH, format: 'sh' });
    expect(script.endsWith('\nmain\n')).toBe(true);
    const noise = inShell('sh', [], script.slice(0, script.lastIndexOf('main\n')));
    expect(noise).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('it fits into user data as it is', () => {
    for (const agent of AGENTS) {
      const script = bootScript({ ...WISH, format: 'sh', agent, token: TOKEN });
      expect(Buffer.byteLength(script)).toBeLessThanOrEqual(USER_DATA_BYTES_MAX);
    }
  });

  test.skipIf(!existsSync('/usr/bin/shellcheck'))(
    'shellcheck finds nothing',
    () => {
      for (const agent of AGENTS) {
        const script = bootScript({ ...WISH, format: 'sh', agent, token: TOKEN });
        for (const text of [script, laidDown(script).get('/usr/local/sbin/muster-instance') ?? '']) {
          expect(inShell('shellcheck', ['-s', 'sh', '-'], text)).toEqual({
            status: 0,
            stdout: '',
            stderr: '',
          });
        }
      }
    },
    60_000,
  );
});

describe('cloud-init', () => {
  test.for(GROUPS)('it is the script without its comments, for the group %j', (group) => {
    const { write_files: files, runcmd } = cloudConfig({ group });
    expect(files.map(({ path, permissions }) => [path, permissions])).toEqual([
      ['/var/lib/muster/boot.sh', '0700'],
    ]);
    expect(runcmd).toEqual([['sh', '/var/lib/muster/boot.sh']]);
    const code = (text: string) => text.split('\n').filter((line) => !/^ *#(?!!)/u.test(line));
    expect(code(files[0]?.content ?? '')).toEqual(code(bootScript({ ...WISH, group, format: 'sh' })));
  });

  test.for(GROUPS)('at most 16 KB, for the group %j', (group) => {
    for (const agent of AGENTS) {
      const text = bootScript({ ...WISH, format: 'cloud-init', agent, group, token: TOKEN });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(USER_DATA_BYTES_MAX);
    }
  });

  test('an embedded token is a file of its own, which root alone reads', () => {
    const { write_files: files } = cloudConfig({ token: TOKEN });
    expect(files[0]).toEqual({ path: '/etc/muster/token', permissions: '0600', content: `${TOKEN}\n` });
    expect(files[1]?.content).not.toContain(TOKEN);
  });
});

describe('puppet', () => {
  test.for(GROUPS)('every file as the script lays it down, for the group %j', (group) => {
    const manifest = bootScript({ ...WISH, group, format: 'puppet' });
    const files = manifest.matchAll(/file \{ '(\S+)':[^}]*?@\(END_OF_FILE\),\n([^]*?)^END_OF_FILE$/gmu);
    const laid = laidDown(bootScript({ ...WISH, group, format: 'sh' }));
    expect(new Map([...files].map(([, path = '', text = '']) => [path, text]))).toEqual(laid);
    expect(laid.size).toBe(1 + UNIT_FILES.length);
  });

  test.skipIf(!existsSync('/usr/bin/puppet'))(
    'puppet itself reads it',
    () => {
      const manifest = bootScript({ ...WISH, group: GROUPS[3] ?? '', token: TOKEN, format: 'puppet' });
      expect(inShell('puppet', ['parser', 'validate'], manifest)).toMatchObject({ status: 0, stderr: '' });
    },
    60_000,
  );
});

test.for(ALL)(
  '$format for $agent: the token is there where it was asked for, and only then',
  ({ format, agent }) => {
    expect(bootScript({ ...WISH, format, agent })).not.toContain('muster_abcdefgh');
    const embedded = bootScript({ ...WISH, format, agent, token: TOKEN });
    expect(embedded.split(TOKEN)).toHaveLength(2);
  },
);

test.for([
  { url: 'http://127.0.0.1:8600', servers: ['127.0.0.1'], urls: ['http://127.0.0.1:8600'] },
  {
    url: 'https://muster.example.net/',
    servers: ['muster.example.net', 'muster-b.example.net'],
    urls: ['https://muster.example.net', 'https://muster-b.example.net'],
  },
  { url: 'https://a.example.net:8443/mon/', servers: ['b'], urls: ['https://b:8443/mon'] },
  {
    url: 'http://a:8600',
    servers: ['fd00::5', '10.0.0.1'],
    urls: ['http://[fd00::5]:8600', 'http://10.0.0.1:8600'],
  },
])('$url at $servers', ({ url, servers, urls }) => {
  expect(registerUrls(url, servers)).toEqual(urls);
});

test.for([
  { server: 'localhost', loopback: true },
  { server: '127.0.0.1', loopback: true },
  { server: '::ffff:127.1.2.3', loopback: true },
  { server: '[::1]', loopback: true },
  { server: '127.example.net', loopback: false },
  { server: 'muster.example.net', loopback: false },
  { server: '10.0.0.1', loopback: false },
])('$server is this machine: $loopback', ({ server, loopback }) => {
  expect(isLoopbackName(server)).toBe(loopback);
});

test('a piece of sh is what stands there', () => {
  expect(sh`a $\{b:-c} \n ${'$&'} $1`).toBe(String.raw`a ${'$'}{b:-c} \n $& $1`);
});
