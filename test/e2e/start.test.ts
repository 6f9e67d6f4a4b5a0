import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configure, freeTcpPort, freeUdpPort, imbalance, Program, ROOT, scratch, Server } from './server.ts';

const MUSTER = join(ROOT, 'script/muster');

async function configured(dir: string, over: { dataDir?: string; udp?: number } = {}) {
  const http = await freeTcpPort();
  const udp = over.udp ?? (await freeUdpPort());
  const file = configure(
    dir,
    `data_dir: ${over.dataDir ?? './data'}
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: dev, listen: 127.0.0.1:${udp} }]
checks: []
`,
  );
  return { http, udp, file };
}

async function refused(file: string, env: NodeJS.ProcessEnv = process.env) {
  await using program = new Program(MUSTER, ['serve', '--config', file], env);
  return await program.ended;
}

test('a port in use: names the port and the group', async () => {
  using place = scratch();
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const { file } = await configured(place.dir, { udp: port });
  const { code, err } = await refused(file);
  socket.close();
  expect(code).toBe(1);
  expect(err).toContain(`port ${port} (group dev) is in use`);
});

test('no rrdtool: names the command that installs it', async () => {
  using place = scratch();
  const { file } = await configured(place.dir);
  const { code, err } = await refused(file, {
    ...process.env,
    PATH: join(ROOT, 'node_modules/.bin') + ':' + withoutRrdtool(place.dir),
  });
  expect(code).toBe(1);
  expect(err).toContain('apt-get install');
  expect(err).toContain('rrdtool');
});

/** A PATH with what script/muster needs and without rrdtool. */
function withoutRrdtool(dir: string): string {
  const bin = join(dir, 'bin');
  for (const name of ['dirname', 'readlink']) {
    writeFileSync(join(dir, name), `#!/bin/sh\nexec /usr/bin/${name} "$@"\n`, { mode: 0o755 });
  }
  return `${bin}:${dir}`;
}

test('a data_dir that cannot be written says so', async () => {
  using place = scratch();
  writeFileSync(join(place.dir, 'file'), '');
  const { file } = await configured(place.dir, { dataDir: './file/data' });
  const { code, err } = await refused(file);
  expect(code).toBe(1);
  expect(err).toContain(join(place.dir, 'file/data'));
});

test('two servers on one data_dir: the second refuses and names the first', async () => {
  using place = scratch();
  const first = await configured(place.dir);
  await using server = await Server.start(first.file, first.http);
  const second = await configured(place.dir);
  const { code, err } = await refused(second.file);
  expect(code).toBe(1);
  expect(err).toMatch(/pid \d+/);
  const { code: stopped, books } = await server.stop();
  expect([stopped, imbalance(books)]).toEqual([0, 0]);
});
