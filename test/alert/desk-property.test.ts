import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Scene } from './desk-scene.ts';
import type { Hold } from '../../src/alert/decision.ts';
import type { Page, PageOutcome, Problem } from '../../src/model/service-state.ts';
import type { SceneOptions } from './desk-scene.ts';

type Event =
  | { readonly kind: 'bad'; readonly host: string; readonly problem: Problem }
  | { readonly kind: 'well'; readonly host: string }
  | { readonly kind: 'hold'; readonly host: string; readonly hold: Hold | null }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'settle'; readonly outcome: PageOutcome }
  | { readonly kind: 'restart' }
  | { readonly kind: 'clock'; readonly seconds: number }
  | { readonly kind: 'reload'; readonly rules: number };

const ESCALATIONS = [
  {
    name: 'up',
    where: '',
    steps: [
      { afterMs: 0, notify: ['ann'] },
      { afterMs: 20_000, notify: ['bob'] },
    ],
    repeatEveryMs: 30_000,
  },
];
const RULES: readonly SceneOptions[] = [
  { routes: [{ repeatEveryMs: 40_000 }], alerts: { escalations: ESCALATIONS } },
  { routes: [{ groupWaitMs: 5000, continue: true }, { receiver: 'up' }] },
  { routes: [{ match: { severity: 'critical' }, receiver: 'up', groupBy: ['host'] }, { receiver: 'log' }] },
  { routes: [{ groupBy: [], match: { host: 'a|b' } }] },
  {
    routes: [{ groupBy: ['severity', 'host'], continue: true }, { receiver: 'ops' }],
    alerts: { escalations: ESCALATIONS },
  },
];

const host = fc.constantFrom('a', 'b', 'c');
const event = fc.oneof<fc.Arbitrary<Event>[]>(
  fc.record({ kind: fc.constant('bad'), host, problem: fc.constantFrom<Problem[]>('WARNING', 'CRITICAL') }),
  fc.record({ kind: fc.constant('well'), host }),
  fc.record({
    kind: fc.constant('hold'),
    host,
    hold: fc.constantFrom<(Hold | null)[]>(null, 'in-downtime', 'acknowledged', 'flapping', 'host-down'),
  }),
  fc.record({ kind: fc.constant('pass'), seconds: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('pass'), seconds: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constant('settle'),
    outcome: fc.constantFrom<PageOutcome[]>('delivered', 'delivered', 'failed', 'retry'),
  }),
  fc.record({ kind: fc.constant('restart') }),
  fc.record({ kind: fc.constant('clock'), seconds: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('reload'), rules: fc.nat({ max: RULES.length - 1 }) }),
);

/** What a target knows of services: what arrived said so. */
type Known = Map<string, Map<string, Problem>>;

function learn(known: Known, page: Page): void {
  const of = known.get(page.receiver) ?? new Map<string, Problem>();
  known.set(page.receiver, of);
  for (const one of page.services) {
    const key = `${one.host}/${one.service}`;
    if (one.news === 'problem') of.set(key, one.state as Problem);
    else if (one.news !== 'open') of.delete(key);
  }
}

function held(s: Scene, page: Page): boolean {
  return page.services.some(({ host: on, news }) => news === 'problem' && s.at(on).hold !== null);
}

test('whatever happens, each target ends up knowing what is true of what it was told, and nothing twice', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
      const s = new Scene(RULES[0] ?? {});
      const [known, arrived]: [Known, Set<string>] = [new Map(), new Set()];
      const settle = (page: Page, outcome: PageOutcome) => {
        if (outcome === 'delivered') {
          expect(arrived.has(page.key)).toBe(false);
          arrived.add(page.key);
          learn(known, page);
        }
        // An end that is refused for good is given up.
        const ends = page.services.filter(({ news }) => news === 'recovery' || news === 'closed');
        if (outcome === 'failed') learn(known, { ...page, services: ends });
        s.settle(page, outcome);
      };
      const pass = (seconds: number) => {
        for (let second = 0; second < seconds; second += 1) {
          s.nowS += 1;
          const before = s.sent.length;
          s.turn({ later: true });
          for (const page of s.sent.slice(before)) expect(held(s, page)).toBe(false);
        }
      };
      for (const one of events) {
        switch (one.kind) {
          case 'bad':
            s.bad(one.host, one.problem);
            break;
          case 'well':
            s.well(one.host);
            break;
          case 'hold':
            s.hold(one.host, one.hold);
            break;
          case 'pass':
            pass(one.seconds);
            break;
          case 'settle': {
            const [page] = s.waiting.values();
            if (page) settle(page, one.outcome);
            break;
          }
          case 'restart':
            s.restart();
            break;
          case 'clock':
            s.nowS -= one.seconds;
            break;
          case 'reload':
            s.use(RULES[one.rules] ?? {});
        }
      }
      for (const on of ['a', 'b', 'c']) s.hold(on, null);
      s.use({ ...RULES[0], routes: [{}] });
      s.desk.allHere();
      for (let round = 0; round < 80; round += 1) {
        pass(10);
        for (const page of s.waiting.values()) settle(page, 'delivered');
      }
      const open = new Map<string, Problem>();
      for (const [key, { status }] of s.subjects) if (status.kind === 'hard') open.set(key, status.problem);
      expect(known.get('ops') ?? new Map()).toEqual(open);
      for (const [target, of] of known) {
        if (target === 'ops') continue;
        for (const key of of.keys()) expect(open.has(key)).toBe(true);
      }
      // At rest nothing is owed, and nothing is kept of what is over.
      expect(s.waiting.size).toBe(0);
      const ids = new Set(Array.from(s.desk.incidents(), ({ id }) => id));
      expect([...s.rows.keys()].every((id) => ids.has(id))).toBe(true);
      expect([...s.desk.incidents()].every(({ members }) => members.size > 0)).toBe(true);
    }),
    { numRuns: 300, seed: 7 },
  );
});
