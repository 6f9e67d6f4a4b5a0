import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createCipheriv } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  NSCA_CONNECTION_MS,
  NSCA_CONNECTIONS_MAX,
  NSCA_CONNECTIONS_PER_ADDRESS_MAX,
  NSCA_GIVES_WAY_MS,
  NSCA_SILENT_MS,
} from '../../src/limits.ts';
import { NscaDoor } from '../../src/compat/nsca-door.ts';
import { nscaKey, xorCipher } from '../../src/wire/nsca/cipher.ts';
import { temporaryFolder } from '../state/folder.ts';
import { damaged, nscaPacket } from '../wire/nsca/packets.ts';
import { deskScene, NOW_MS, until } from './fake-judge.ts';
import type { NscaConfig } from '../../src/contract/config.ts';
import type { Socket } from 'node:net';

const NOW_S = NOW_MS / 1000;
const ME = '127.0.0.1';
const CONFIG: NscaConfig = {
  listen: [{ address: ME, port: 0 }],
  method: 0,
  passwordFile: null,
  allow: [],
  maxPacketAgeMs: 30_000,
};

async function scene(config: Partial<NscaConfig> = {}) {
  const desk = deskScene();
  const logged: string[] = [];
  const door = new NscaDoor({
    ...desk,
    log: (_level, message, fields) => void logged.push(`${message} ${JSON.stringify(fields)}`),
    allowList: (networks) => ({ has: (address) => networks.includes(address) }),
  });
  onTestFinished(() => door.close());
  expect(await door.use({ ...CONFIG, ...config })).toEqual([]);
  const open = () => connect({ host: ME, port: door.bound[0]?.port ?? 0 });
  return { ...desk, door, logged, open };
}

/** The init packet: seed and time. */
async function hear(socket: Socket): Promise<{ iv: Buffer; timeS: number }> {
  const [init] = (await once(socket, 'data')) as [Buffer];
  expect(init.length).toBe(132);
  return { iv: init.subarray(0, 128), timeS: init.readUInt32BE(128) };
}

test('packets in one connection: a bad one does not cost the others', async () => {
  const { open, judge, refusals, door } = await scene();
  const socket = open();
  const { timeS } = await hear(socket);
  expect(timeS).toBe(NOW_S);
  const packets = [
    nscaPacket({ timeS, output: 'one' }),
    damaged({ timeS }),
    nscaPacket({ timeS, service: '', output: 'two' }),
  ];
  for (const packet of packets) socket.write(packet);
  socket.end(Buffer.from('rest'));
  await until(() => judge.taken.length === 2 && refusals()[`bad-length ${ME}`] === 1);
  const said = { cluster: '', host: 'h1', code: 0, timeMs: NOW_MS, door: 'nsca', from: ME };
  expect(judge.taken).toEqual([
    { ...said, service: 's1', output: 'one' },
    { ...said, service: 'host', output: 'two' },
  ]);
  expect(refusals()).toEqual({ [`bad-crc ${ME}`]: 1, [`bad-length ${ME}`]: 1 });
  door.close();
});

test.for([
  { name: 'old', timeS: NOW_S - 31, taken: 0 },
  { name: 'of the time to come', timeS: NOW_S + 31, taken: 0 },
  { name: 'of no time', timeS: 0, taken: 0 },
  { name: 'just not old', timeS: NOW_S - 30, taken: 1 },
])('a packet that is $name', async ({ timeS, taken }) => {
  const { open, judge, refusals } = await scene();
  const socket = open();
  await hear(socket);
  socket.end(nscaPacket({ timeS }));
  await until(() => judge.taken.length + (refusals()[`packet-age ${ME}`] ?? 0) === 1);
  expect(judge.taken.length).toBe(taken);
});

describe('with a password', () => {
  function passwordFile(text: string): string {
    const file = join(temporaryFolder(), 'nsca.pw');
    writeFileSync(file, text);
    return file;
  }

  function sealed(iv: Buffer, method: 1 | 2 | 3 | 14, password: string): Buffer {
    const plain = Buffer.from(nscaPacket({ timeS: NOW_S }));
    const found = nscaKey(method, Buffer.from(password));
    if (found !== null) {
      return createCipheriv(found.algorithm, found.key, iv.subarray(0, found.ivBytes)).update(plain);
    }
    const packet = new Uint8Array(plain);
    xorCipher(iv, Buffer.from(password)).packet(packet);
    return Buffer.from(packet);
  }

  test.for([1, 2, 3, 14] as const)(
    'method %i: taken, and not with another one; replayed it is nothing',
    async (method) => {
      const { open, judge, refusals } = await scene({
        method,
        passwordFile: passwordFile('s3cret \nmore\n'),
      });
      const first = open();
      const { iv } = await hear(first);
      const bytes = sealed(iv, method, 's3cret');
      first.end(bytes);
      await until(() => judge.taken.length === 1);
      const second = open();
      const { iv: other } = await hear(second);
      expect(other.equals(iv)).toBe(false);
      second.end(bytes);
      await until(() => refusals()[`bad-crc ${ME}`] === 1);
      const third = open();
      third.end(sealed((await hear(third)).iv, method, 'another'));
      await until(() => refusals()[`bad-crc ${ME}`] === 2);
      expect(judge.taken.length).toBe(1);
    },
  );

  test('a new password is taken into use, and never written down; an emptied file changes nothing', async () => {
    const file = passwordFile('alpha1\n');
    const { open, judge, door, logged } = await scene({ method: 14, passwordFile: file });
    const send = async (password: string) => {
      const socket = open();
      socket.end(sealed((await hear(socket)).iv, 14, password));
    };
    writeFileSync(file, 'beta2\n');
    door.look();
    await until(() => logged.length === 1);
    await send('beta2');
    await until(() => judge.taken.length === 1);
    writeFileSync(file, '');
    door.look();
    await until(() => logged.length === 2);
    await send('beta2');
    await until(() => judge.taken.length === 2);
    expect(logged.join(' ')).not.toMatch(/alpha1|beta2/u);
  });

  test('a file that is not there: nobody is believed', async () => {
    const { open, refusals } = await scene({ method: 14, passwordFile: '/nowhere/at/all' });
    open().on('error', () => undefined);
    await until(() => refusals()[`no-password ${ME}`] === 1);
  });
});

test('somebody who may not send is told nothing', async () => {
  const { open, refusals } = await scene({ allow: ['10.0.0.1'] });
  const socket = open();
  let heard = 0;
  socket.on('data', () => (heard += 1)).on('error', () => undefined);
  await until(() => socket.destroyed);
  expect(heard).toBe(0);
  expect(refusals()).toEqual({ [`not-allowed ${ME}`]: 1 });
});

test('connections are bounded, and those that say nothing, or go on for ever, are ended', async () => {
  const { open, books, judge, refusals, time, door } = await scene();
  const sockets = Array.from({ length: NSCA_CONNECTIONS_PER_ADDRESS_MAX + 1 }, open);
  for (const socket of sockets) socket.on('error', () => undefined);
  await until(() => refusals()[`connections ${ME}`] === 1);
  const connections = () => books.figures()[0]?.connections;
  expect(connections()).toBe(NSCA_CONNECTIONS_PER_ADDRESS_MAX);
  time.ms += NSCA_SILENT_MS - 1;
  door.look();
  // A part of a packet keeps no connection.
  sockets[1]?.write(nscaPacket().subarray(0, 10));
  await until(() => sockets[1]?.bytesWritten === 10);
  sockets[0]?.write(nscaPacket({ timeS: NOW_S + NSCA_SILENT_MS / 1000 }));
  await until(() => judge.taken.length === 1);
  time.ms += 1;
  door.look();
  await until(() => connections() === 1);
  time.ms = NOW_MS + NSCA_CONNECTION_MS;
  door.look();
  await until(() => connections() === 0);
});

test('where all connections are taken, the one that was silent longest gives way', async () => {
  const { door, books, time, refusals } = await scene();
  const { port = 0 } = door.bound[0] ?? {};
  const from = (localAddress: string) =>
    connect({ host: ME, port, localAddress }).on('error', () => undefined);
  const addresses = Array.from(
    { length: NSCA_CONNECTIONS_MAX / NSCA_CONNECTIONS_PER_ADDRESS_MAX },
    (_, i) => `127.0.1.${i + 1}`,
  );
  for (const address of addresses) {
    for (let i = 0; i < NSCA_CONNECTIONS_PER_ADDRESS_MAX; i += 1) from(address);
  }
  const connections = () => books.figures()[0]?.connections;
  await until(() => connections() === NSCA_CONNECTIONS_MAX);
  const early = from('127.0.2.1');
  await until(() => early.destroyed);
  time.ms += NSCA_GIVES_WAY_MS;
  await hear(from('127.0.2.2'));
  expect(connections()).toBe(NSCA_CONNECTIONS_MAX);
  expect(refusals()).toMatchObject({ 'connections 127.0.2.1': 1 });
});

test('a flood has a chunk a turn, and then others have theirs', async () => {
  const { open, refusals } = await scene();
  const socket = open();
  await hear(socket);
  const count = 2000;
  socket.end(Buffer.alloc(count * nscaPacket().length));
  const taken = () => refusals()[`bad-crc ${ME}`] ?? 0;
  let before = 0;
  let most = 0;
  await until(() => {
    most = Math.max(most, taken() - before);
    before = taken();
    return before === count;
  });
  expect(most).toBeLessThanOrEqual(Math.ceil(65_536 / nscaPacket().length));
});

test('while the judge is behind, nothing more is read', async () => {
  const { open, judge, desk, door, time, books } = await scene();
  const { promise, resolve } = Promise.withResolvers<void>();
  judge.gate = promise;
  const socket = open();
  const { timeS } = await hear(socket);
  const count = 12_000;
  const packets = Buffer.concat(Array.from({ length: 100 }, () => nscaPacket({ timeS })));
  for (let i = 0; i < count; i += 100) socket.write(packets);
  await until(() => desk.isFull);
  time.ms += 10_000;
  door.look();
  expect(books.figures()[0]?.connections).toBe(1);
  resolve();
  await until(() => judge.taken.length === count);
});

test('a reload: other places, another method, nothing at all', async () => {
  const { door, open } = await scene();
  const first = open();
  await hear(first);
  const busy = door.bound[0]?.port ?? 0;
  // The same place is kept open.
  expect(await door.use({ ...CONFIG, method: 1 })).toEqual([]);
  expect(door.bound[0]?.port).toBe(busy);
  const other = await scene();
  const faults = await other.door.use({ ...CONFIG, listen: [{ address: ME, port: busy }] });
  expect(faults).toEqual([
    `tcp 127.0.0.1 port ${busy} (passive.nsca) is in use by another program; stop it or listen on another port`,
  ]);
  await hear(other.open());
  const ended = once(first, 'close');
  expect(await door.use(null)).toEqual([]);
  await ended;
  expect(door.bound).toEqual([]);
});
