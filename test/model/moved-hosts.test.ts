import { expect, test } from 'vitest';
import { MovedHosts } from '../../src/model/moved-hosts.ts';

const move = (from: string, to: string, movedMs: number) => ({ cluster: 'web', from, to, movedMs });

/** a was web-1, b after it, then a again; a's next name was web-9. */
const moved = new MovedHosts([
  move('web-1', 'web-1~a', 100),
  move('web-1', 'web-1~b', 200),
  move('web-1~a', 'web-1', 200),
  move('web-1', 'web-9', 300),
]);

test.for([
  {
    name: 'before anything moved: it went aside, came back, and went on',
    host: 'web-1',
    atMs: 50,
    is: 'web-9',
  },
  { name: 'in the last moment', host: 'web-1', atMs: 99, is: 'web-9' },
  { name: 'in the first moment of the one after it', host: 'web-1', atMs: 100, is: 'web-1~b' },
  { name: 'of the one after it', host: 'web-1', atMs: 150, is: 'web-1~b' },
  { name: 'of the first, again', host: 'web-1', atMs: 250, is: 'web-9' },
  { name: 'after all of it', host: 'web-1', atMs: 300, is: 'web-1' },
  { name: 'of a name that never moved', host: 'web-2', atMs: 0, is: 'web-2' },
  { name: 'of a name that is kept', host: 'web-9', atMs: 0, is: 'web-9' },
])('a point $name', ({ host, atMs, is }) => {
  expect(moved.nameOf('web', host, atMs)).toBe(is);
});

test('another cluster has names of its own', () => {
  expect(moved.nameOf('db', 'web-1', 50)).toBe('web-1');
});

test('names that go around end', () => {
  const around = new MovedHosts([move('a', 'b', 10), move('b', 'a', 10), move('a', 'b', 10)]);
  expect(around.nameOf('web', 'a', 0)).toBe('b');
});

test('a name is that of its host since it was another’s last', () => {
  expect(['web-1', 'web-1~a', 'web-9'].map((host) => moved.sinceMs('web', host))).toEqual([300, 200, 0]);
});
