import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { HOST_CHECK, START_MS } from '../judge/fleet.ts';
import { live, replayed, told } from './lived.ts';
import type { Judge } from '../../src/judge/judge.ts';

const PASSIVE = {
  ...definition({ name: 'backup', maxCheckAttempts: 2 }),
  subject: { kind: 'passive' as const, service: null, command: null },
  critical: '',
};
const PLAIN = [
  definition({ name: 'load', metric: 'load_one', warning: '5', critical: '8', maxCheckAttempts: 3 }),
  definition({ name: 'disk', metric: 'df-.*', critical: '8', maxCheckAttempts: 1 }),
  definition({
    name: 'work',
    metric: 'load_one',
    critical: '5',
    dependsOn: [
      {
        host: '',
        service: 'disk[df-root]',
        notificationFailureCriteria: ['c'],
        executionFailureCriteria: [],
        inheritsParent: false,
      },
    ],
  }),
  PASSIVE,
  HOST_CHECK,
];

const LOOKING_FURTHER = [
  definition({
    name: 'slope',
    subject: {
      kind: 'metric',
      metric: 'load_one',
      function: { name: 'rate_of_change', overMs: 300_000, perMs: 60_000 },
    },
    critical: '1',
  }),
  definition({
    name: 'disks',
    subject: { kind: 'combined', function: 'sum', of: ['df-root', 'df-home'], to: [], percent: false },
    critical: '12',
  }),
  definition({
    name: 'busy',
    subject: {
      kind: 'aggregate',
      of: { kind: 'values', metric: 'load_one', function: 'max' },
      by: ['cluster'],
    },
    critical: '5',
  }),
  definition({ name: 'load', metric: 'load_one', critical: '8' }),
  HOST_CHECK,
];

test('where the store keeps samples as they came, the replay of a day is what was sent, to the second', async () => {
  const lived = await live({ seed: 'on the grid', definitions: PLAIN, hosts: 6, untilS: 7200 });
  const [sent, again] = [told(lived.pages, 7200), told(await replayed(lived), 7200)];
  expect(sent.length).toBeGreaterThan(40);
  expect(again).toEqual(sent);
}, 60_000);

test('so it is for functions, sums and aggregates, to the interval', async () => {
  const day = { seed: 'further', definitions: LOOKING_FURTHER, hosts: 3, untilS: 4500 };
  const lived = await live(day);
  const [sent, again] = [told(lived.pages, day.untilS), told(await replayed(lived), day.untilS)];
  const about = (pages: typeof sent) => pages.map((page) => page.about).toSorted();
  expect(new Set(about(sent).map((page) => page.split(/[/ ]/)[3])).size).toBeGreaterThan(3);
  expect(about(again)).toEqual(about(sent));
  for (const [i, { atS }] of sent.entries()) {
    expect(Math.abs((again[i]?.atS ?? 0) - atS)).toBeLessThanOrEqual(10);
  }
}, 60_000);

/** A downtime of a host, and a silence of a service that is undone before its end. */
function decide(judge: Judge, atS: number): void {
  const nowMs = START_MS + atS * 1000;
  const covers = { cluster: 'web', host: null, service: null, severity: null, facts: [], services: null };
  const words = { comment: 'disks are moved', author: 'anna' };
  const time = { fromMs: nowMs, toMs: nowMs + 1_500_000 };
  if (atS === 2003) {
    const own = { ...covers, host: 'w1' };
    judge.ask({ kind: 'quieten', covers: own, time: { kind: 'fixed', ...time }, ...words }, nowMs);
  } else if (atS === 2507) {
    const own = { ...covers, service: 'disk.*' };
    judge.ask({ kind: 'quieten', covers: own, time: { kind: 'silence', ...time }, ...words }, nowMs);
  } else if (atS === 3011) {
    judge.ask({ kind: 'end-quiet', id: 's2', by: 'anna' }, nowMs);
  }
}

test('so it is with a downtime, and a silence that was undone', async () => {
  const day = { seed: 'quiet', definitions: PLAIN, hosts: 3, untilS: 5400 };
  const [loud, lived] = [await live(day), await live({ ...day, decide })];
  const [sent, again] = [told(lived.pages, day.untilS), told(await replayed(lived), day.untilS)];
  expect(lived.decided.quiets.map(({ id, endedMs }) => [id, endedMs === null])).toEqual([
    ['d1', true],
    ['s2', false],
  ]);
  expect(sent.length).toBeLessThan(told(loud.pages, day.untilS).length);
  expect(again).toEqual(sent);
}, 60_000);
