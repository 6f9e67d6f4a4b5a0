import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, Pager, START_MS } from './fleet.ts';
import type { JudgeOptions } from '../../src/judge/judge.ts';

type Event =
  | { readonly kind: 'sample'; readonly host: string; readonly value: number }
  | { readonly kind: 'heartbeat'; readonly host: string }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'away'; readonly seconds: number };

const host = fc.constantFrom('w1', 'w2');
const event = fc.oneof<fc.Arbitrary<Event>[]>(
  fc.record({ kind: fc.constant('sample'), host, value: fc.constantFrom(1, 5, 9, Number.NaN) }),
  fc.record({ kind: fc.constant('sample'), host, value: fc.constantFrom(1, 9) }),
  fc.record({ kind: fc.constant('heartbeat'), host }),
  fc.record({ kind: fc.constant('pass'), seconds: fc.integer({ min: 1, max: 140 }) }),
  fc.record({ kind: fc.constant('away'), seconds: fc.integer({ min: 1, max: 400 }) }),
);

const OPTIONS = {
  definitions: [definition({ warning: '4', maxCheckAttempts: 2 }), HOST_CHECK],
  groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 200_000 }],
};

/**
 * Lives through the events, with a restart for each `away`; answers with what the receiver was sent, in
 * order.
 */
async function live(events: readonly Event[], options: Partial<JudgeOptions> = OPTIONS) {
  const [fleet, store, pager] = [new Fleet(), new MemoryStore(), new Pager()];
  const common = { ...options, fleet, store, pager };
  let nowS = 0;
  let server = bench({ ...common, startS: 0 });
  for (const one of events) {
    switch (one.kind) {
      case 'sample':
        fleet.sample(one.host, 'load_one', one.value, nowS);
        break;
      case 'heartbeat':
        fleet.host(one.host, nowS);
        break;
      case 'pass':
        nowS += one.seconds;
        await server.run(nowS);
        break;
      case 'away':
        await server.judge.stop();
        nowS += one.seconds;
        server = bench({ ...common, startS: nowS });
    }
  }
  await server.run(nowS + 1);
  return { pages: pager.pages, store };
}

test('whatever happens, nobody hears of an end without a beginning, nor of anything twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 50, size: 'max' }), async (events) => {
      const { pages, store } = await live(events);
      const open = new Map<string, string>();
      for (const { kind, host: name, service, state } of pages) {
        const subject = `${name}/${service}`;
        if (kind === 'problem') {
          expect(open.get(subject)).not.toBe(state);
          open.set(subject, state);
        } else {
          expect(open.has(subject)).toBe(true);
          open.delete(subject);
        }
      }
      expect(new Set(pages.map((page) => page.key)).size).toBe(pages.length);
      // What was told and has not ended is what the next server will know.
      const announced = [...store.services.values()].filter((one) =>
        one.told.some(({ level }) => level !== null),
      );
      expect(announced.map((one) => `${one.host}/${one.service}`).toSorted()).toEqual(
        [...open.keys()].toSorted(),
      );
    }),
    { numRuns: 150 },
  );
});

test('a service of a host that is down is not paged', async () => {
  // A host that flaps may be up again before anybody hears of it: its recovery is held, its services are not.
  const definitions = OPTIONS.definitions.map((one) => ({ ...one, flapDetectionEnabled: false }));
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 50, size: 'max' }), async (events) => {
      const { pages } = await live(events, { ...OPTIONS, definitions });
      const down = new Set<string>();
      for (const { kind, host: name, service } of pages) {
        if (service === 'host') {
          if (kind === 'problem') down.add(name);
          else down.delete(name);
        } else if (kind === 'problem') {
          expect(down.has(name)).toBe(false);
        }
      }
    }),
    { numRuns: 100 },
  );
});

type Answer = 'well' | 'later' | 'refused';
type Trouble = Event | { readonly kind: 'receiver'; readonly answers: Answer };

const OUTCOMES = {
  well: { ok: true, detail: 'HTTP 200' },
  later: { ok: false, retryable: true, detail: 'HTTP 503' },
  refused: { ok: false, retryable: false, detail: 'HTTP 400' },
} as const;

const trouble = fc.oneof<fc.Arbitrary<Trouble>[]>(
  fc.record({ kind: fc.constant('sample'), host, value: fc.constantFrom(1, 5, 9) }),
  fc.record({ kind: fc.constant('pass'), seconds: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('away'), seconds: fc.integer({ min: 1, max: 100 }) }),
  fc.record({
    kind: fc.constant('receiver'),
    answers: fc.constantFrom<Answer[]>('well', 'later', 'refused'),
  }),
);

test('whatever a receiver answers, it hears of no end without a beginning, and of all in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(trouble, { maxLength: 30, size: 'max' }), async (events) => {
      const [fleet, store, pager] = [new Fleet(), new MemoryStore(), new Pager()];
      const groups = [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 0 }];
      const common = { ...OPTIONS, groups, fleet, store, pager };
      let nowS = 0;
      let server = bench({ ...common, startS: 0 });
      for (const one of events) {
        switch (one.kind) {
          case 'sample':
            fleet.sample(one.host, 'load_one', one.value, nowS);
            break;
          case 'heartbeat':
            break;
          case 'pass':
            nowS += one.seconds;
            await server.run(nowS);
            break;
          case 'away':
            await server.judge.stop();
            nowS += one.seconds;
            server = bench({ ...common, startS: nowS });
            break;
          case 'receiver':
            pager.outcome = OUTCOMES[one.answers];
        }
      }
      pager.outcome = OUTCOMES.well;
      for (let step = 0; step < 150; step += 1) {
        fleet.sample('w1', 'load_one', 1, nowS);
        fleet.sample('w2', 'load_one', 9, nowS);
        nowS += 10;
        await server.run(nowS);
      }
      const open = new Map<string, string>();
      for (const { kind, host: name, service, state } of pager.pages) {
        const subject = `${name}/${service}`;
        // A recovery it refused is given up, and the problem after it may be the same one.
        if (kind === 'problem') open.set(subject, state);
        else expect(open.delete(subject)).toBe(true);
      }
      expect(open.get('w2/load')).toBe('CRITICAL');
      expect(server.judge.turn(START_MS + nowS * 1000 + 1000).pagesPending).toBe(0);
    }),
    { numRuns: 60 },
  );
});
