import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { groupIsAlive } from '../../src/runner/process-group.ts';
import { HostedPlugins } from '../../src/runner/hosted-plugins.ts';
import type { ChildProcess } from 'node:child_process';

const HOST = fileURLToPath(new URL('../../src/threads/plugin-host.ts', import.meta.url));
const hosts: ChildProcess[] = [];

function stand(graceMs?: number): HostedPlugins {
  return new HostedPlugins(() => {
    const host = fork(HOST, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    hosts.push(host);
    return host;
  }, graceMs);
}

/** A plugin that says who it is and does not end on request; with its process group. */
async function stubborn(plugins: HostedPlugins) {
  const directory = mkdtempSync(join(tmpdir(), 'muster-hosted-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'pid');
  const pid = () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
  const plugin = plugins.start(sh(`trap "" TERM; echo $$ >${file}; sleep 60`), 60_000);
  await expect.poll(pid, { timeout: 5000 }).toBeGreaterThan(0);
  return { plugin, group: pid() };
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
  const plugins = stand();
  const { group } = await stubborn(plugins);
  const [host] = hosts;
  if (!host) throw new Error('no process');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) host.kill(signal);
  expect(await plugins.start(['/bin/echo', 'OK'], 5000).ended).toMatchObject({ code: 0 });
  expect(groupIsAlive(group)).toBe(true);
  const ended = once(host, 'exit');
  host.disconnect();
  expect(await ended).toEqual([0, null]);
  await expect.poll(() => groupIsAlive(group)).toBe(false);
});

test('when the process dies its plugins go with it', async () => {
  const plugins = stand();
  const { plugin, group } = await stubborn(plugins);
  // What it has said is heard before what comes of its end.
  expect(await plugins.start(['/bin/echo', 'OK'], 5000).ended).toMatchObject({ code: 0 });
  hosts[0]?.kill('SIGKILL');
  expect(await plugin.ended).toMatchObject({ end: 'refused' });
  await expect.poll(() => groupIsAlive(group)).toBe(false);
});

test('a process that hangs is given up, and the next plugin has another one', async () => {
  const plugins = stand(50);
  expect(await plugins.start(['/bin/echo', 'OK'], 5000).ended).toMatchObject({ code: 0 });
  hosts[0]?.kill('SIGSTOP');
  const plugin = plugins.start(['/bin/echo', 'OK'], 50);
  expect(await plugin.ended).toMatchObject({
    end: 'refused',
    detail: 'the process that starts plugins has ended: it hung',
  });
  await plugin.gone;
  expect(await plugins.start(['/bin/echo', 'OK'], 5000).ended).toMatchObject({ code: 0 });
  await plugins.stop();
});

test('a process that hangs is not waited for', async () => {
  const plugins = stand(50);
  const { plugin, group } = await stubborn(plugins);
  expect(await plugins.start(['/bin/echo', 'OK'], 5000).ended).toMatchObject({ code: 0 });
  hosts[0]?.kill('SIGSTOP');
  await plugins.stop();
  expect(await plugin.ended).toMatchObject({ end: 'refused' });
  await expect.poll(() => groupIsAlive(group)).toBe(false);
});
