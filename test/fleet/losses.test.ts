import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withLoss } from '../../src/fleet/losses.ts';
import { LossWatch } from '../../src/fleet/loss-watch.ts';
import type { LossPeriod, LossReading } from '../../src/fleet/losses.ts';
import type { GroupSocket, Intake } from '../../src/model/intake.ts';

const T = 1_800_000_000_000;

/** Lost in the second that ends `atS` after T; one in ten of what came. */
function reading(atS: number, packets: number, given: Partial<LossReading> = {}): LossReading {
  return {
    cluster: 'web',
    fromMs: T + 1000 * (atS - 1),
    toMs: T + 1000 * atS,
    packets,
    reasons: ['kernel'],
    cameBefore: 1000 * (atS - 1),
    cameNow: 1000 * atS,
    ...given,
  };
}

function fold(readings: readonly LossReading[]): LossPeriod[] {
  const periods: LossPeriod[] = [];
  for (const one of readings) {
    const last = periods.at(-1);
    const next = withLoss(last, one);
    if (last && next.fromMs === last.fromMs) periods.pop();
    periods.push(next);
  }
  return periods;
}

describe('a period of loss', () => {
  test.for([
    { name: 'of one second', of: [reading(1, 5)], is: [[0, 1, 5, 1000]] },
    { name: 'grows from second to second', of: [reading(1, 5), reading(2, 7)], is: [[0, 2, 12, 2000]] },
    { name: 'holds a pause', of: [reading(1, 5), reading(31, 7)], is: [[0, 31, 12, 31_000]] },
    {
      name: 'ends with a long one',
      of: [reading(1, 5), reading(33, 7)],
      is: [
        [0, 1, 5, 1000],
        [32, 33, 7, 1000],
      ],
    },
    {
      name: 'does not end before it began, with the clock set back',
      of: [reading(1000, 5), reading(10, 7, { fromMs: T + 1_000_000 })],
      is: [
        [999, 1000, 5, 1000],
        [10, 10, 7, 1000],
      ],
    },
  ])('$name', ({ of, is }) => {
    const found = fold(of).map((p) => [(p.fromMs - T) / 1000, (p.toMs - T) / 1000, p.packets, p.of]);
    expect(found).toEqual(is);
  });

  test('names every reason once', () => {
    const [period] = fold([reading(1, 1), reading(2, 1, { reasons: ['ring-full'] }), reading(3, 1)]);
    expect(period?.reasons).toEqual(['kernel', 'ring-full']);
  });

  test('holds every packet once and never ends before it begins, whatever the times', () => {
    const steps = fc.array(fc.record({ at: fc.integer({ min: 0, max: 500 }), packets: fc.nat(99) }));
    fc.assert(
      fc.property(steps, (all) => {
        let latest: LossPeriod | undefined;
        for (const { at, packets } of all) {
          const next = withLoss(latest, reading(at, packets));
          expect([packets, packets + (latest?.packets ?? 0)]).toContain(next.packets);
          expect(next.toMs).toBeGreaterThanOrEqual(next.fromMs);
          latest = next;
        }
      }),
    );
  });
});

const nameOf = ({ address, port }: GroupSocket) => `${address}:${port}`;

function intake(given: Partial<Intake> & { groups?: Intake['groups'] } = {}): Intake {
  const sockets = [
    { group: 'web', address: '10.0.0.1', port: 1 },
    { group: 'web', address: '10.0.0.2', port: 1 },
    { group: 'db', address: '10.0.0.1', port: 2 },
  ];
  return { worker: 0, sockets, groups: [{ name: 'web', packets: 100, ringFull: 0 }], ...given };
}

const drops = (of: Record<string, readonly [inode: number, drops: number]>) =>
  new Map(Object.entries(of).map(([name, [inode, n]]) => [name, { inode, drops: n }]));

describe('what a cluster has lost', () => {
  test('is the sum of its sockets, and of nobody else’s', () => {
    const watch = new LossWatch(T, nameOf);
    watch.hear(intake());
    expect(watch.names).toEqual(new Set(['10.0.0.1:1', '10.0.0.2:1', '10.0.0.1:2']));
    const found = watch.look(
      drops({ '10.0.0.1:1': [1, 3], '10.0.0.2:1': [2, 4], '10.0.0.1:2': [3, 0], '10.0.0.3:1': [4, 99] }),
      T + 1000,
    );
    expect(found).toEqual([
      {
        cluster: 'web',
        fromMs: T,
        toMs: T + 1000,
        packets: 7,
        reasons: ['kernel'],
        cameBefore: 0,
        cameNow: 107,
      },
    ]);
    expect(watch.kernelDrops).toEqual(
      new Map([
        ['web', 7],
        ['db', 0],
      ]),
    );
  });

  test.for([
    { name: 'the same socket', after: [1, 8], web: 8 },
    { name: 'one that was opened again begins at 0', after: [2, 2], web: 7 },
    { name: 'one that was opened again and has dropped more', after: [2, 9], web: 14 },
    { name: 'a count that went over 2³²', after: [1, 1], web: 4_294_967_297 },
  ] as const)('grows: $name', ({ after, web }) => {
    const watch = new LossWatch(T, nameOf);
    watch.hear(intake());
    watch.look(drops({ '10.0.0.1:1': [1, 5] }), T + 1000);
    watch.look(drops({ '10.0.0.1:1': after }), T + 2000);
    expect(watch.kernelDrops.get('web')).toBe(web);
  });

  test('stays when its socket is closed, and goes on with the next one', () => {
    const watch = new LossWatch(T, nameOf);
    watch.hear(intake());
    watch.look(drops({ '10.0.0.1:1': [1, 5] }), T + 1000);
    watch.hear(intake({ sockets: [{ group: 'web', address: '10.0.0.9', port: 9 }] }));
    expect(watch.look(drops({ '10.0.0.1:1': [9, 77] }), T + 2000)).toMatchObject([{ packets: 0 }]);
    expect(watch.look(drops({ '10.0.0.9:9': [3, 2] }), T + 3000)).toMatchObject([{ packets: 2 }]);
    expect(watch.kernelDrops.get('web')).toBe(7);
  });

  test('counts nothing again when one look passed over its socket', () => {
    const watch = new LossWatch(T, nameOf);
    watch.hear(intake());
    watch.look(drops({ '10.0.0.1:1': [1, 5] }), T + 1000);
    expect(watch.look(drops({}), T + 2000)).toMatchObject([{ packets: 0 }]);
    expect(watch.look(drops({ '10.0.0.1:1': [1, 6] }), T + 3000)).toMatchObject([{ packets: 1 }]);
  });

  test('holds what workers had no room for, all of them together', () => {
    const watch = new LossWatch(T, nameOf);
    const web = (ringFull: number) => [{ name: 'web', packets: 50, ringFull }];
    watch.hear(intake({ groups: web(4) }));
    watch.hear(intake({ worker: 1, sockets: [], groups: web(6) }));
    const first = watch.look(drops({ '10.0.0.1:1': [1, 1] }), T + 1000);
    expect(first).toMatchObject([{ packets: 11, reasons: ['kernel', 'ring-full'], cameNow: 101 }]);
    watch.hear(intake({ worker: 1, sockets: [], groups: web(9) }));
    const second = watch.look(drops({ '10.0.0.1:1': [1, 1] }), T + 2000);
    expect(second).toMatchObject([{ packets: 3, reasons: ['ring-full'], fromMs: T + 1000 }]);
    expect(watch.look(drops({ '10.0.0.1:1': [1, 1] }), T + 3000)).toMatchObject([{ packets: 0 }]);
    expect(watch.look(drops({ '10.0.0.1:1': [1, 1] }), T + 4000)).toEqual([]);
  });

  test('is of all that came until then, which workers tell a little later', () => {
    const watch = new LossWatch(T, nameOf);
    watch.hear(intake());
    const looks = [watch.look(drops({ '10.0.0.1:1': [1, 5] }), T + 1000)];
    watch.hear(intake({ groups: [{ name: 'web', packets: 995, ringFull: 0 }] }));
    looks.push(watch.look(drops({ '10.0.0.1:1': [1, 5] }), T + 2000));
    expect(fold(looks.flat())).toMatchObject([{ fromMs: T, toMs: T + 1000, packets: 5, of: 1000 }]);
  });
});
