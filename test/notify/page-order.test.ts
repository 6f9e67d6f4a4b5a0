import { expect, test } from 'vitest';
import { PageOrder, subjectsOf } from '../../src/notify/page-order.ts';
import { page } from './page.ts';
import type { Waiting } from '../../src/notify/page-order.ts';

function waiting(place: number): Waiting {
  const one = page({ key: `key-${place}` });
  const subjects = subjectsOf(one);
  const rest = { attempts: 0, streak: 0, mayHaveArrived: false, behind: 0, isListed: false };
  return { page: one, place, subjects, state: 'blocked', ...rest };
}

test('what waits behind one page keeps its order, however many are taken back between', () => {
  const order = new PageOrder();
  const all = Array.from({ length: 1000 }, (_, i) => waiting(i + 1));
  for (const one of all) order.add(one);
  const kept = all.filter(({ place }) => place % 100 === 1);
  for (const one of all) if (!kept.includes(one)) order.remove(one);
  const places: number[] = [];
  for (let next = order.takeFirst(); next; next = order.takeFirst()) {
    places.push(next.place);
    order.remove(next);
  }
  expect(places).toEqual(kept.map(({ place }) => place));
});
