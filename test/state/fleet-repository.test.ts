import { expect, test } from 'vitest';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { FleetRepository } from '../../src/state/fleet-repository.ts';
import { instance } from '../fleet/instances.ts';
import { temporaryFolder } from './folder.ts';

const filled = (byte: number) => (bytes: number) => new Uint8Array(bytes).fill(byte);
const MOVE = { cluster: 'web', from: 'web-1', to: 'web-1~i-1' };

function path() {
  return join(temporaryFolder(), 'fleet.db');
}

test.for([
  { name: 'here', row: instance({ standing: { kind: 'here', says: 'cloud says running' } }) },
  { name: 'left', row: instance({ standing: { kind: 'left', reason: 'deregistered: "x"', sinceMs: 5.5 } }) },
  {
    name: 'with everything',
    row: instance({ listedId: 'i-7', region: 'eu', zone: 'eu-1a', lists: ['a', 'b'], lostBy: ['b'] }),
  },
  {
    name: 'with tags',
    row: instance({
      tags: [
        ['__proto__', '\ud83d\ude00'],
        ['a', ''],
      ],
    }),
  },
  { name: 'that never registered', row: instance({ registeredMs: 0, registeredFrom: '', addresses: [] }) },
])('an instance $name is read as it was kept', ({ row }) => {
  const file = path();
  {
    using rows = new FleetRepository(file, filled(1));
    rows.keep([{ drops: [], puts: [row], moves: [] }]);
  }
  using again = new FleetRepository(file, filled(2));
  expect(again.instances()).toEqual([row]);
});

test('the secret is made once', () => {
  const file = path();
  {
    using rows = new FleetRepository(file, filled(1));
    expect(rows.secret).toEqual(filled(1)(32));
  }
  using again = new FleetRepository(file, filled(2));
  expect(again.secret).toEqual(filled(1)(32));
});

test('a later row takes the place of the former; a drop takes it away', () => {
  using rows = new FleetRepository(path(), filled(1));
  const other = instance({ instanceId: 'i-2', host: 'web-2' });
  rows.keep([{ drops: [], puts: [instance(), other], moves: [] }]);
  rows.keep([{ drops: [other], puts: [instance({ host: 'web-9' })], moves: [] }]);
  expect(rows.instances()).toEqual([instance({ host: 'web-9' })]);
});

test('moves are open until they are settled, in their order', () => {
  const file = path();
  {
    using rows = new FleetRepository(file, filled(1));
    const kept = rows.keep([{ drops: [], puts: [], moves: [MOVE, { ...MOVE, from: 'web-2', to: 'web-1' }] }]);
    expect(kept).toEqual([
      { ...MOVE, id: 1 },
      { ...MOVE, from: 'web-2', to: 'web-1', id: 2 },
    ]);
    rows.keep([], [1]);
  }
  using again = new FleetRepository(file, filled(1));
  expect(again.openMoves()).toEqual([{ ...MOVE, from: 'web-2', to: 'web-1', id: 2 }]);
});

test('what cannot be kept whole is not kept at all', () => {
  const file = path();
  using rows = new FleetRepository(file, filled(1));
  const bad = instance({ instanceId: 'i-2', sinceMs: 'no number' as unknown as number });
  expect(() => rows.keep([{ drops: [], puts: [instance(), bad], moves: [MOVE] }])).toThrow('fleet.db');
  expect([rows.instances(), rows.openMoves()]).toEqual([[], []]);
});

test('a damaged cell is as if it were empty', () => {
  const file = path();
  {
    using rows = new FleetRepository(file, filled(1));
    rows.keep([{ drops: [], puts: [instance({ tags: [['a', 'b']] })], moves: [] }]);
  }
  using db = new DatabaseSync(file);
  db.exec(`UPDATE instances SET tags = '{', lists = '"x"'`);
  using again = new FleetRepository(file, filled(1));
  expect(again.instances()).toEqual([instance()]);
});
