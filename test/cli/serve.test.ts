import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveWith } from '../../src/cli/serve.ts';
import type { CreateApp } from '../../src/cli/serve.ts';
import { StartError } from '../../src/ops/start-error.ts';
import { folderWith } from '../config/folder.ts';
import { fakeContext } from './context.ts';

const VALID = { 'muster.yaml': 'grid: { name: one }\n', 'checks/a.yaml': 'services: []\n' };

/** An app that notes what is asked of it, and stops when told that it may. */
function fakeApp(reloadOutcome: Awaited<ReturnType<Awaited<ReturnType<CreateApp>>['reload']>>) {
  const asked: string[] = [];
  const started = Promise.withResolvers<void>();
  const stopping = Promise.withResolvers<void>();
  const mayStop = Promise.withResolvers<void>();
  const reloaded = Promise.withResolvers<void>();
  const createApp: CreateApp = async ({ config, demo }) => {
    asked.push(`start ${config.gridName}${demo ? ' with the demo' : ''}`);
    started.resolve();
    return {
      address: 'http://127.0.0.1:1',
      reload: async (next) => {
        asked.push(`reload ${next.gridName}`);
        reloaded.resolve();
        return reloadOutcome;
      },
      stop: async () => {
        asked.push('stop');
        stopping.resolve();
        await mayStop.promise;
      },
    };
  };
  return { asked, createApp, started, stopping, mayStop, reloaded };
}

test('SIGHUP reloads, SIGTERM stops and exits 0, a second one is only logged', async () => {
  using folder = folderWith(VALID);
  const fake = fakeApp({ ok: true, changes: ['grid.name changed'] });
  const { context, printed, send, listeners } = fakeContext(folder.path);
  const code = serveWith(fake.createApp).run([], context);
  await fake.started.promise;
  writeFileSync(join(folder.path, 'muster.yaml'), 'grid: { name: two }\n');
  send('SIGHUP');
  await fake.reloaded.promise;
  send('SIGTERM');
  await fake.stopping.promise;
  send('SIGTERM');
  send('SIGHUP');
  fake.mayStop.resolve();
  expect(await code).toBe(0);
  expect(fake.asked).toEqual(['start one', 'reload two', 'stop']);
  expect(printed.out).toContain('serving at http://127.0.0.1:1');
  expect(printed.out).toContain('reloaded: grid.name changed');
  expect(printed.out).toContain('SIGTERM: already stopping');
  expect(printed.err).toBe('');
  expect(listeners()).toBe(0);
});

test('a configuration that is not valid any more changes nothing', async () => {
  using folder = folderWith(VALID);
  const fake = fakeApp({ ok: true, changes: [] });
  fake.mayStop.resolve();
  const { context, printed, send } = fakeContext(folder.path);
  const refused = Promise.withResolvers<void>();
  const out = {
    write: (text: string) => {
      printed.out += text;
      if (text.includes('reload refused')) refused.resolve();
    },
  };
  const code = serveWith(fake.createApp).run([], { ...context, out });
  await fake.started.promise;
  writeFileSync(join(folder.path, 'muster.yaml'), 'gird: {}\ngroups: 3\n');
  send('SIGHUP');
  await refused.promise;
  send('SIGINT');
  expect(await code).toBe(0);
  expect(fake.asked).toEqual(['start one', 'stop']);
  expect(printed.out).toContain('muster.yaml:1:1: unknown key');
  expect(printed.out).toContain('muster.yaml:2:9: a number stands here');
});

test('what the app refuses of a reload is told', async () => {
  using folder = folderWith(VALID);
  const fake = fakeApp({ ok: false, errors: ['"data_dir" takes effect only at a start'] });
  fake.mayStop.resolve();
  const { context, printed, send } = fakeContext(folder.path);
  const code = serveWith(fake.createApp).run([], context);
  await fake.started.promise;
  send('SIGHUP');
  await fake.reloaded.promise;
  send('SIGTERM');
  expect(await code).toBe(0);
  expect(printed.out).toContain('\\"data_dir\\" takes effect only at a start');
  expect(printed.out).toContain('reload refused');
});

test('a stop that arrives while the app starts is not lost', async () => {
  using folder = folderWith(VALID);
  const fake = fakeApp({ ok: true, changes: [] });
  fake.mayStop.resolve();
  const { context, send } = fakeContext(folder.path);
  const code = serveWith(async (options) => {
    send('SIGTERM');
    send('SIGHUP');
    return fake.createApp(options);
  }).run([], context);
  expect(await code).toBe(0);
  expect(fake.asked).toEqual(['start one', 'stop']);
});

test('a start that fails says why and what mends it, without a stack', async () => {
  using folder = folderWith(VALID);
  const { context, printed, listeners } = fakeContext(folder.path);
  const command = serveWith(() =>
    Promise.reject(new StartError('rrdtool is missing', 'apt-get install rrdtool')),
  );
  expect(await command.run([], context)).toBe(1);
  expect(printed.err).toBe('muster: rrdtool is missing\n  apt-get install rrdtool\n');
  expect(listeners()).toBe(0);
});

test('a bug at the start is thrown on, not dressed up', async () => {
  using folder = folderWith(VALID);
  const { context } = fakeContext(folder.path);
  await expect(serveWith(() => Promise.reject(new TypeError('bug'))).run([], context)).rejects.toThrow('bug');
});

test('a configuration that is not valid starts nothing', async () => {
  using folder = folderWith({ ...VALID, 'muster.yaml': 'x: 1\n' });
  const fake = fakeApp({ ok: true, changes: [] });
  const { context, printed } = fakeContext(folder.path);
  expect(await serveWith(fake.createApp).run([], context)).toBe(1);
  expect(fake.asked).toEqual([]);
  expect(printed.err).toMatch(/^muster\.yaml:1:1: unknown key "x"/);
});

test('--demo is for the app', async () => {
  using folder = folderWith(VALID);
  const fake = fakeApp({ ok: true, changes: [] });
  fake.mayStop.resolve();
  const { context, send } = fakeContext(folder.path);
  const code = serveWith(fake.createApp).run(['--demo'], context);
  await fake.started.promise;
  send('SIGTERM');
  expect(await code).toBe(0);
  expect(fake.asked).toEqual(['start one with the demo', 'stop']);
});
