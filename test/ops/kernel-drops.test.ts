import { expect, test } from 'vitest';
import { dropsByPort } from '../../src/ops/kernel-drops.ts';

const HEAD =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';
const line = (address: string, drops: number) =>
  `  102: ${address} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12345 2 0000000000000000 ${drops}`;

test.for([
  { name: 'a socket', lines: [line('0100007F:21B6', 7)], drops: [[8630, 7]] },
  {
    name: 'two on one port',
    lines: [line('0100007F:21B6', 7), line('0200007F:21B6', 5)],
    drops: [[8630, 12]],
  },
  { name: 'IPv6', lines: [line('00000000000000000000000001000000:21B6', 1)], drops: [[8630, 1]] },
  {
    name: 'an old kernel without the column',
    lines: ['  1: 0100007F:21B6 00000000:0000 07 0:0 0:0 0 0 0 1'],
    drops: [],
  },
  { name: 'nothing', lines: [], drops: [] },
])('$name', ({ lines, drops }) => {
  const found = new Map<number, number>();
  dropsByPort([HEAD, ...lines, ''].join('\n'), found);
  expect([...found]).toEqual(drops);
});
