import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { recognise } from '../../src/wire/recognise.ts';
import { DemoHandle } from '../../src/threads/demo-handle.ts';
import { folderWith } from '../config/folder.ts';
import type { Mark } from '../../src/model/event.ts';

/** A socket a group, as the server would have bound it, and what came. */
async function listen() {
  const socket = createSocket('udp4');
  const protocols = new Set<string>();
  const both = Promise.withResolvers<void>();
  socket.on('message', (datagram) => {
    protocols.add(recognise(datagram, 0, datagram.length));
    if (protocols.size === 2) both.resolve();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, protocols, both: both.promise };
}

test('the demo sends from its own thread, marks the deployments of the past, and ends when it is told to', async () => {
  using folder = folderWith({ 'muster.yaml': 'store: { type: memory }\nchecks: []\n' });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  if (!loaded.ok) throw new Error('the configuration is not valid');
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-demo-'));
  const demo = new DemoHandle(loaded.config);
  const config = { ...demo.overlay(loaded.config), dataDir };
  const group = await listen();
  const marks: Mark[] = [];
  const said: string[] = [];
  const running = Promise.withResolvers<void>();
  expect(demo.notes()).toEqual(['demo: 60 simulated instances are starting']);
  demo.start(config, {
    boundOf: () => [{ address: '127.0.0.1', port: group.socket.address().port }],
    hosts: () => [],
    pulse: () => ({ lastSeenMs: 0 }),
    post: (mark) => marks.push(mark),
    report: () => undefined,
    log: ({ message }) => {
      said.push(message);
      if (message.includes('every instance sends')) running.resolve();
    },
  });
  await Promise.all([group.both, running.promise]);
  await demo.stop();
  expect([...group.protocols].toSorted()).toEqual(['collectd', 'ganglia', 'statsd']);
  expect(marks).toHaveLength(9);
  expect(
    marks.every(({ kind, cluster, by }) => kind === 'deploy' && cluster === 'web' && by === 'demo'),
  ).toBe(true);
  expect(said[0]).toContain('60 simulated instances: web on udp 127.0.0.1');
  expect(said.join('\n')).toContain('the memory store has no past');
  expect(demo.notes()).toEqual([]);
  const { first_start_s: firstS } = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as {
    first_start_s: number;
  };
  expect(Math.abs(firstS - Date.now() / 1000)).toBeLessThan(60);
  group.socket.close();
  rmSync(dataDir, { recursive: true });
});

test('its instances register before anything is sent; who cannot is told of', async () => {
  using folder = folderWith({ 'muster.yaml': 'store: { type: memory }\nchecks: []\n' });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  if (!loaded.ok) throw new Error('the configuration is not valid');
  const demo = new DemoHandle(loaded.config);
  const registered: string[] = [];
  const warned: unknown[] = [];
  const refused = { ok: false, refusal: 'busy', message: 'the roster is closed' } as const;
  const registry = {
    register: ({ host }: { readonly host: string }) => {
      registered.push(host);
      return Promise.resolve(refused);
    },
    deregister: () => Promise.resolve(refused),
    instance: () => undefined,
  };
  const config = { ...demo.overlay(loaded.config), dataDir: folder.path };
  await demo.enrol(config, registry, ({ fields }) => warned.push(fields));
  await demo.stop();
  expect(registered).toHaveLength(59);
  expect(warned).toContainEqual({ fault: 'web-01 could not register: the roster is closed' });
  expect(readFileSync(join(folder.path, 'demo-cloud.json'), 'utf8')).toContain('"host": "mysql-11"');
});

test('where people sign in the demo is not shown: its directory knows nobody', () => {
  using folder = folderWith({ 'muster.yaml': 'auth: { mode: users }\nchecks: []\n' });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  if (!loaded.ok) throw new Error('the configuration is not valid');
  expect(() => new DemoHandle(loaded.config)).toThrow(/nobody is a user/);
});
