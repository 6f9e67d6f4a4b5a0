import { describe, expect, test } from 'vitest';
import { lossCures, lossesTogether, lossesWithin, lossWords, lostSpans } from '../../web/src/chart/losses.ts';
import type { LossView } from '../../src/contract/api.ts';

const loss = (fromS: number, toS: number, changes: Partial<LossView> = {}): LossView => ({
  cluster: 'web',
  from_ms: fromS * 1000,
  to_ms: toS * 1000,
  packets: 10,
  reasons: ['kernel'],
  ...changes,
});
const HOUR = { fromS: 0, toS: 3600 };

describe('what is hatched', () => {
  test.for([
    { name: 'as long as it lasted', losses: [loss(100, 400)], spans: [[100, 400]] },
    { name: 'wide enough to be seen', losses: [loss(100, 101)], spans: [[95.5, 105.5]] },
    { name: 'what touches is one', losses: [loss(100, 200), loss(150, 300)], spans: [[100, 300]] },
    {
      name: 'what is widened until it touches, too',
      losses: [loss(100, 101), loss(106, 107)],
      spans: [[95.5, 111.5]],
    },
    { name: 'one inside another', losses: [loss(100, 400), loss(200, 210)], spans: [[100, 400]] },
    {
      name: 'apart, in the order of time',
      losses: [loss(500, 600), loss(100, 200)],
      spans: [
        [100, 200],
        [500, 600],
      ],
    },
    { name: 'reaching in from before', losses: [loss(-50, 20)], spans: [[-50, 20]] },
    { name: 'outside of what is shown', losses: [loss(-50, -20), loss(3700, 3800)], spans: [] },
  ])('$name', ({ losses, spans }) => {
    expect(lostSpans(losses, HOUR, 10).map(({ fromS, toS }) => [fromS, toS])).toEqual(spans);
  });
  test('of one stretch: what each cluster lost', () => {
    const [span] = lostSpans(
      [
        loss(100, 110),
        loss(105, 120, { packets: 5, reasons: ['ring-full'] }),
        loss(108, 109, { cluster: 'db' }),
      ],
      HOUR,
      10,
    );
    expect(span?.losses).toEqual([
      loss(100, 120, { packets: 15, reasons: ['kernel', 'ring-full'] }),
      loss(108, 109, { cluster: 'db' }),
    ]);
  });
});

describe('in words', () => {
  test('from when to when, how many', () => {
    expect(lossWords(loss(100, 160, { packets: 1234 }))).toMatch(
      /^web lost 1\u202f234 datagrams between \d\d:\d\d:\d\d and \d\d:\d\d:\d\d$/,
    );
    expect(lossWords(loss(100, 100.5, { packets: 1 }))).toMatch(/^web lost 1 datagram at \d\d:\d\d:\d\d$/);
  });
  test('together', () => {
    expect(lossesTogether([loss(1, 2), loss(3, 4), loss(5, 6, { cluster: 'db' })])).toBe(
      'web, db lost 30 datagrams in this range',
    );
  });
  test('a cure for each reason, none for one that nobody knows', () => {
    expect(lossCures(['kernel', 'ring-full', 'moon'])).toHaveLength(2);
  });
  test('both ends of the range count', () => {
    expect(lossesWithin([loss(10, 20)], 20, 30)).toHaveLength(1);
    expect(lossesWithin([loss(10, 20)], 20.5, 30)).toHaveLength(0);
  });
});
