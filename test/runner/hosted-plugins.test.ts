import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { groupIsAlive } from '../../src/runner/process-group.ts';
import { HostedPlugins } from '../../src/runner/hosted-plugins.ts';
import type { ChildProcess } from 'node:child_process';

const HOST = fileURLToPath(new URL('../../src/threads/plugin-host.ts', import.meta.url));
const hosts: ChildProcess[] = [];

function stand(): HostedPlugins {
  return new HostedPlugins(() => {
    const host = fork(HOST, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    hosts.push(host);
    return host;
  });
}

afterEach(() => {
  for (const host of hosts.splice(0)) host.kill('SIGKILL');
});

const sh = (script: string) => ['/bin/sh', '-c', script];

test('the process is there with the first plugin, and starts many', async () => {
  const plugins = stand();
  expect(hosts).toHaveLength(0);
  const ends = await Promise.all([1, 2, 3].map((i) => plugins.start(sh(`echo ${i}; exit ${i}`), 5000).ended));
  expect(ends.map(({ code, output }) => [code, output])).toEqual([
    [1, '1\n'],
    [2, '2\n'],
    [3, '3\n'],
  ]);
  expect(hosts).toHaveLength(1);
  await plugins.stop();
});

test('one is ended on its own', async () => {
  const plugins = stand();
  const plugin = plugins.start(sh('trap "" TERM; sleep 60'), 60_000);
  plugin.kill();
  expect(await plugin.ended).toMatchObject({ end: 'killed' });
  await plugin.gone;
  await plugins.stop();
});

test('when the process dies its plugins were not run, and the next one has another', async () => {
  const plugins = stand();
  const plugin = plugins.start(sh('sleep 5'), 60_000);
  hosts[0]?.kill('SIGKILL');
  expect(await plugin.ended).toEqual({
    end: 'refused',
    code: -1,
    output: '',
    detail: 'the process that starts plugins has ended: SIGKILL',
  });
  await plugin.gone;
  expect(await plugins.start(['/bin/echo', 'OK'], 5000).ended).toMatchObject({ code: 0 });
  expect(hosts).toHaveLength(2);
  await plugins.stop();
});

test('a server that dies leaves no plugin behind, and signals meant for it end none', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'muster-hosted-'));
  const file = join(directory, 'pid');
  const pid = () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
  const plugins = stand();
  plugins.start(sh(`trap "" TERM; echo $$ >${file}; sleep 60`), 60_000);
  await expect.poll(pid, { timeout: 5000 }).toBeGreaterThan(0);
  const [host] = hosts;
  if (!host) throw new Error('no process');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) host.kill(signal);
  expect(await plugins.start(['/bin/echo', 'OK'], 5000).ended).toMatchObject({ code: 0 });
  expect(groupIsAlive(pid())).toBe(true);
  const ended = once(host, 'exit');
  host.disconnect();
  expect(await ended).toEqual([0, null]);
  await expect.poll(() => groupIsAlive(pid())).toBe(false);
  rmSync(directory, { recursive: true });
});
