import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  problemCount,
  shareWords,
  stateChanges,
  stateShares,
  stateSpans,
} from '../../web/src/fleet/state-history.ts';
import { service } from './service.ts';
import type { EventView } from '../../src/contract/api.ts';

const event = (timeMs: number, state: string, type: 'SOFT' | 'HARD' = 'HARD', attempt = 1): EventView => ({
  id: `s${timeMs}`,
  time_ms: timeMs,
  kind: 'state',
  cluster: 'web',
  host: 'a',
  text: `${state} at ${timeMs}`,
  tags: [],
  by: '',
  service: 'load',
  state,
  state_type: type,
  attempt,
});
const range = { fromMs: 1000, toMs: 2000 };
const now = service({ state: 'OK', since_ms: 500 });
const told = (spans: ReturnType<typeof stateSpans>) =>
  spans.map(({ mark, soft, fromMs, toMs }) => [mark, soft ? 'soft' : 'hard', fromMs, toMs]);

describe('the states of a time', () => {
  test.for([
    {
      name: 'nothing changed: as it is now',
      of: { events: [], before: undefined, now },
      spans: [['ok', 'hard', 1000, 2000]],
    },
    {
      name: 'first judged meanwhile, and unchanged since',
      of: { events: [], before: undefined, now: { ...now, since_ms: 1500 } },
      spans: [
        [null, 'hard', 1000, 1500],
        ['ok', 'hard', 1500, 2000],
      ],
    },
    {
      name: 'judged only after the time looked at',
      of: { events: [], before: undefined, now: { ...now, since_ms: 2500 } },
      spans: [[null, 'hard', 1000, 2000]],
    },
    {
      name: 'no result yet',
      of: { events: [], before: undefined, now: { ...now, state: 'PENDING', since_ms: 0 } },
      spans: [[null, 'hard', 1000, 2000]],
    },
    {
      name: 'gone',
      of: { events: [], before: undefined, now: undefined },
      spans: [[null, 'hard', 1000, 2000]],
    },
    {
      name: 'from the last change before',
      of: { events: [event(1400, 'OK')], before: event(10, 'CRITICAL'), now },
      spans: [
        ['critical', 'hard', 1000, 1400],
        ['ok', 'hard', 1400, 2000],
      ],
    },
    {
      name: 'soft, its attempts, then hard; what is outside is left out',
      of: {
        events: [
          event(1300, 'WARNING', 'HARD', 3),
          event(1100, 'WARNING', 'SOFT', 1),
          event(1200, 'WARNING', 'SOFT', 2),
          event(900, 'UNKNOWN'),
          event(2100, 'OK'),
        ],
        before: undefined,
        now,
      },
      spans: [
        [null, 'hard', 1000, 1100],
        ['warning', 'soft', 1100, 1300],
        ['warning', 'hard', 1300, 2000],
      ],
    },
  ])('$name', ({ of, spans }) => expect(told(stateSpans({ ...of, ...range }))).toEqual(spans));

  test('no hole, no overlap, no empty span, whatever happened when', () => {
    const change = fc.record({
      atMs: fc.integer({ min: 900, max: 2100 }),
      state: fc.constantFrom('OK', 'WARNING', 'CRITICAL'),
      soft: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change), fc.boolean(), (changes, known) => {
        const events = changes.map(({ atMs, state, soft }) => event(atMs, state, soft ? 'SOFT' : 'HARD'));
        const spans = stateSpans({ events, before: known ? event(1, 'OK') : undefined, now, ...range });
        expect(spans[0]?.fromMs).toBe(range.fromMs);
        expect(spans.at(-1)?.toMs).toBe(range.toMs);
        for (const [i, { fromMs, toMs }] of spans.entries()) {
          expect(toMs).toBeGreaterThan(fromMs);
          if (i > 0) expect(fromMs).toBe(spans[i - 1]?.toMs);
        }
      }),
    );
  });
});

test('shares of all the time, the worst first, and how often it went wrong', () => {
  const spans = stateSpans({
    events: [event(1200, 'OK'), event(1500, 'WARNING', 'SOFT'), event(1600, 'CRITICAL'), event(1800, 'OK')],
    before: undefined,
    now,
    ...range,
  });
  expect(stateShares(spans)).toEqual({
    shares: [
      { mark: 'critical', ms: 200, share: 0.2 },
      { mark: 'warning', ms: 100, share: 0.1 },
      { mark: 'ok', ms: 500, share: 0.5 },
    ],
    unknown: 0.2,
  });
  expect(problemCount(spans)).toBe(1);
});

test.for([
  { share: 1, words: '100 %' },
  { share: 0.999_95, words: '> 99.99 %' },
  { share: 0.9991, words: '99.91 %' },
  { share: 0.1389, words: '13.9 %' },
  { share: 0.0042, words: '0.42 %' },
  { share: 0.000_01, words: '< 0.01 %' },
  { share: 0, words: '0 %' },
])('$share is $words', ({ share, words }) => expect(shareWords(share)).toBe(words));

test('changes, newest first, with how long each lasted; attempts are left out', () => {
  const changes = stateChanges([
    event(100, 'WARNING', 'SOFT', 1),
    event(150, 'WARNING', 'SOFT', 2),
    event(200, 'WARNING', 'HARD', 3),
    event(700, 'OK'),
  ]);
  expect(changes.map(({ event: { time_ms: atMs }, lastedMs }) => [atMs, lastedMs])).toEqual([
    [700, null],
    [200, 500],
    [100, 100],
  ]);
});
