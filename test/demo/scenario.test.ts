import { expect, test } from 'vitest';
import { bootedS } from '../../src/demo/behaviour.ts';
import { fleetOf, STAYING } from '../../src/demo/fleet.ts';
import { deploysBetween, fillingOf, isAlive } from '../../src/demo/scenario.ts';
import { vitalsOf } from '../../src/demo/vitals.ts';
import { FLEET, named, START_S } from './fleet.ts';

const HOUR_S = 3600;

test('the fleet is sixty instances and two that leave, of three groups and two agents, each by itself', () => {
  const fleet = fleetOf(START_S);
  const count = (of: (instance: (typeof fleet)[number]) => string) =>
    Object.fromEntries([...Map.groupBy(fleet, of)].map(([key, all]) => [key, all.length]));
  expect(count(({ role }) => role)).toEqual({ web: 31, mysql: 12, batch: 19 });
  expect(count(({ agent }) => agent)).toEqual({ gmond: 40, collectd: 22 });
  expect(new Set(fleet.map(({ name }) => name)).size).toBe(62);
  expect(STAYING).toBe(60);
  expect(new Set(fleet.map(({ address }) => address)).size).toBe(62);
});

const alive = (afterS: number) =>
  FLEET.filter(({ instance, faults }) => isAlive(instance, faults, START_S + afterS)).length;

test.for([
  { name: 'before the start newcomers are missing', afterS: -30 * 60, alive: 59 },
  { name: 'at the start', afterS: 0, alive: 59 },
  { name: 'one dies', afterS: 31, alive: 58 },
  { name: 'the first newcomer', afterS: 46, alive: 59 },
  { name: 'one leaves by its own word', afterS: 51, alive: 58 },
  { name: 'another is gone from the list', afterS: 81, alive: 57 },
  { name: 'the second newcomer', afterS: 101, alive: 58 },
  { name: 'the third newcomer', afterS: 171, alive: 59 },
  { name: 'the dead one is back', afterS: 211, alive: 60 },
  { name: 'the next one dies', afterS: 10 * 60 + 31, alive: 59 },
  { name: 'a day later it goes on', afterS: 24 * HOUR_S + 5, alive: 60 },
])('$name', ({ afterS, alive: expected }) => {
  expect(alive(afterS)).toBe(expected);
});

test.for([
  { name: 'a neighbour makes the load of web-04 a warning', host: 'web-04', afterS: 120, load: [16, 32] },
  { name: 'it is gone after six minutes', host: 'web-04', afterS: 420, load: [0, 8] },
  { name: 'the next host has one', host: 'batch-06', afterS: 720, load: [16, 32] },
  { name: 'and so on for ever', host: 'web-04', afterS: HOUR_S * 100 + 120, load: [16, 32] },
  { name: 'as it has been before', host: 'web-04', afterS: -HOUR_S + 120, load: [16, 32] },
] as const)('$name', ({ host, afterS, load: [least, most] }) => {
  const { load } = vitalsOf(named(host), START_S + afterS);
  expect(load[0]).toBeGreaterThan(least);
  expect(load[0]).toBeLessThan(most);
});

test('a neighbour takes the processors long enough for a hard state: four bad samples, a minute apart', () => {
  const times = Array.from({ length: 40 }, (_, i) => START_S + i * 15);
  const bad = times.filter((timeS) => vitalsOf(named('web-04'), timeS).load[0] > 16);
  expect((bad.at(-1) ?? 0) - (bad[0] ?? 0)).toBeGreaterThan(3 * 60 + 45);
});

test('without a fault nobody’s load is a warning', () => {
  const quiet = FLEET.filter(({ faults }) => !faults.neighbour);
  for (let timeS = START_S - 6 * HOUR_S; timeS < START_S + 24 * HOUR_S; timeS += 900) {
    const loaded = quiet.filter((behaviour) => vitalsOf(behaviour, timeS).load[0] > 15);
    expect(loaded.map(({ instance }) => instance.name)).toEqual([]);
  }
});

test.for([
  { host: 'web-07', afterS: 0, least: 91, most: 92 },
  { host: 'web-07', afterS: 10 * 60, least: 92, most: 93.5 },
  { host: 'web-07', afterS: 20 * 60, least: 41, most: 44 },
  { host: 'web-07', afterS: HOUR_S, least: 41, most: 50 },
  { host: 'mysql-03', afterS: 0, least: 88, most: 89 },
  { host: 'mysql-03', afterS: 20 * 60, least: 90, most: 91 },
  { host: 'mysql-03', afterS: 2 * HOUR_S, least: 52, most: 60 },
  { host: 'mysql-03', afterS: -5 * HOUR_S, least: 52, most: 62 },
])(
  'the disk of $host is filled between $least and $most % after $afterS s',
  ({ host, afterS, least, most }) => {
    const used = fillingOf(host, START_S, START_S + afterS) ?? 0;
    expect(used).toBeGreaterThan(least);
    expect(used).toBeLessThan(most);
  },
);

test('a backup keeps the processors of one database waiting for its disk', () => {
  expect(vitalsOf(named('mysql-04'), START_S + 600).cpu.wait).toBeGreaterThan(40);
  expect(vitalsOf(named('mysql-05'), START_S + 600).cpu.wait).toBeLessThan(10);
});

test('what replaces a dead instance was booted then', () => {
  const web = named('web-17');
  expect(bootedS(web, START_S + 400)).toBe(START_S + 210);
  expect(bootedS(web, START_S + 20)).toBe(START_S + 210 - HOUR_S);
  expect(bootedS(named('web-29'), START_S + 400)).toBe(START_S + 45);
  expect(bootedS(named('web-01'), START_S + 400)).toBeLessThan(START_S - 3 * 86_400 + 1);
});

test.for([
  { name: 'six hours back', after: -6 * HOUR_S, through: 0, count: 9, last: 'web 2.40 deployed' },
  { name: 'the first that one sees', after: 0, through: 150, count: 1, last: 'web 2.41 deployed' },
  { name: 'one that has been posted is not again', after: 150, through: 160, count: 0, last: undefined },
  { name: 'none between', after: 160, through: 2000, count: 0, last: undefined },
])('deployments: $name', ({ after, through, count, last }) => {
  const marks = deploysBetween(START_S, START_S + after, START_S + through);
  expect(marks).toHaveLength(count);
  expect(marks.at(-1)?.text).toBe(last);
  expect(marks.map(({ timeS }) => timeS)).toEqual(marks.map(({ timeS }) => timeS).toSorted((a, b) => a - b));
});
