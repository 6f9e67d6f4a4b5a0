import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSocketDrops, readSocketDrops, socketName } from '../../src/ops/kernel-drops.ts';

const HEAD =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';
const line = (address: string, inode: number, drops: number | string) =>
  `  102: ${address} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 0000000000000000 ${drops}`;

test.for([
  { name: 'IPv4', address: '127.0.0.1', port: 8630, is: '0100007F:21B6' },
  { name: 'every address', address: '0.0.0.0', port: 53, is: '00000000:0035' },
  { name: 'IPv6 loopback', address: '::1', port: 8630, is: '00000000000000000000000001000000:21B6' },
  { name: 'every IPv6 address', address: '::', port: 1, is: '00000000000000000000000000000000:0001' },
  {
    name: 'a whole one',
    address: '2001:db8:1:2:3:4:5:6',
    port: 1,
    is: 'B80D0120020001000400030006000500:0001',
  },
  {
    name: 'one with an interface',
    address: 'fe80::1%eth0',
    port: 1,
    is: '000080FE000000000000000001000000:0001',
  },
  { name: 'a dotted end', address: '::ffff:192.0.2.1', port: 1, is: '0000000000000000FFFF0000010200C0:0001' },
])('the name of $name', ({ address, port, is }) => {
  expect(socketName(address, port)).toBe(is);
});

const OURS = new Set(['0100007F:21B6', '0200007F:21B6']);

test.for([
  { name: 'a socket', lines: [line('0100007F:21B6', 5, 7)], found: [['0100007F:21B6', 5, 7]] },
  {
    name: 'two addresses of one port',
    lines: [line('0100007F:21B6', 5, 7), line('0200007F:21B6', 6, 1)],
    found: [
      ['0100007F:21B6', 5, 7],
      ['0200007F:21B6', 6, 1],
    ],
  },
  { name: 'another program on the port', lines: [line('0300007F:21B6', 5, 7)], found: [] },
  {
    name: 'a count beyond 2³¹',
    lines: [line('0100007F:21B6', 5, '-1')],
    found: [['0100007F:21B6', 5, 4294967295]],
  },
  {
    name: 'an old kernel without the column',
    lines: ['  1: 0100007F:21B6 0:0 07 0:0 0:0 0 0 0 5 1'],
    found: [],
  },
  { name: 'nothing', lines: [], found: [] },
])('$name', ({ lines, found }) => {
  const drops = parseSocketDrops([HEAD, ...lines, ''].join('\n'), OURS);
  expect([...drops].map(([name, { inode, drops: n }]) => [name, inode, n])).toEqual(found);
});

test.runIf(existsSync('/proc/net/udp'))('a socket of our own is found by its name', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { address, port } = socket.address();
  const name = socketName(address, port);
  expect(readSocketDrops(new Set([name])).get(name)).toMatchObject({ drops: 0 });
  expect(readSocketDrops(new Set([socketName('127.0.0.2', port)])).size).toBe(0);
  socket.close();
});
