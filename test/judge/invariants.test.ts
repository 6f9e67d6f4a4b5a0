import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { passive, passiveHost, scene } from './reported.ts';
import type { Dependency, Semantics } from '../../src/contract/checks.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, Pager, START_MS } from './fleet.ts';
import { readNagios } from '../../src/judge/nagios-state.ts';
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

/** Else the end of a host that is down may be gathered with that of others. */
const EACH = { match: {}, receiver: 'ops', continue: false, groupBy: ['cluster', 'host', 'service'] };

test('a service of a host that is down is not paged', async () => {
  // A host that flaps may be up again before anybody hears of it: its recovery is held, its services are not.
  const definitions = OPTIONS.definitions.map((one) => ({ ...one, flapDetectionEnabled: false }));
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 50, size: 'max' }), async (events) => {
      const { pages } = await live(events, { ...OPTIONS, definitions, routes: [EACH] });
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

type Told =
  | { readonly kind: 'result'; readonly service: string; readonly code: number }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'away'; readonly seconds: number };

const told = fc.oneof<fc.Arbitrary<Told>[]>(
  fc.record({
    kind: fc.constant('result'),
    service: fc.constantFrom('backup', 'disk', 'host'),
    code: fc.constantFrom(0, 1, 2),
  }),
  fc.record({ kind: fc.constant('pass'), seconds: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('away'), seconds: fc.integer({ min: 1, max: 100 }) }),
);
const DISK: Dependency = {
  host: '',
  service: 'disk',
  notificationFailureCriteria: ['c', 'u'],
  executionFailureCriteria: [],
  inheritsParent: false,
};

/** Results and restarts, flapping and dependencies; answers with the pages in their order and the last states. */
async function report(events: readonly Told[], semantics: Semantics) {
  const [fleet, store, pager] = [new Fleet(), new MemoryStore(), new Pager()];
  const common = { fleet, store, pager };
  const definitions = [
    passive({ semantics, maxCheckAttempts: 2, dependsOn: [DISK] }),
    passive({ semantics, name: 'disk', freshnessThresholdMs: 90_000 }),
    passiveHost({ semantics }),
  ];
  let nowS = 1;
  let server = scene(definitions, common);
  await server.pass(nowS);
  for (const one of events) {
    switch (one.kind) {
      case 'result':
        server.tell(nowS + 0.5, { service: one.service, code: one.code });
        break;
      case 'pass':
        nowS += one.seconds;
        await server.pass(nowS);
        break;
      case 'away':
        await server.judge.stop();
        nowS += one.seconds;
        server = scene(definitions, { ...common, startS: nowS - 1 });
        await server.pass(nowS);
    }
  }
  // A page on its way arrives, and the end of what it said is told in the next turn.
  await server.pass(nowS + 3);
  return { pages: pager.pages, views: server.views, store };
}

test.for(['muster', 'nagios'] as const)(
  'whatever is reported, in %s semantics: no end without a beginning, nothing twice, and nothing forgotten',
  async (semantics) => {
    await fc.assert(
      fc.asyncProperty(fc.array(told, { maxLength: 60, size: 'max' }), async (events) => {
        const { pages, views, store } = await report(events, semantics);
        const open = new Map<string, string>();
        const isNagios = semantics === 'nagios';
        for (const { kind, service, state } of pages) {
          if (kind.startsWith('flapping')) continue;
          if (kind === 'problem' || kind === 'reminder') {
            // Nagios tells a problem anew after every change of state, a soft one too.
            if (!isNagios) expect(open.get(service)).not.toBe(state);
            open.set(service, state);
          } else {
            expect(open.has(service)).toBe(true);
            open.delete(service);
          }
        }
        for (const [key, view] of views) {
          const { service, state, state_type, flapping, attempt, max_check_attempts } = view;
          const kept = store.services.get(`w1/${service}`);
          if (kept) expect(kept.status.kind === 'ok').toBe(['OK', 'UP'].includes(state));
          expect(attempt).toBeLessThanOrEqual(max_check_attempts);
          if (isNagios) {
            // Its next result tells; whose end is owed is remembered.
            const { state: notifying } = readNagios(kept?.notifying) ?? {};
            expect((notifying?.notifiedOn.length ?? 0) > 0, key).toBe(open.has(service));
            continue;
          }
          // What is well, or stands without a reason to wait, is as it was told.
          const waits = flapping || views.get('web/w1/host')?.state !== 'UP' || key.endsWith('/backup');
          if (waits || state === 'PENDING' || state_type === 'SOFT') continue;
          expect(open.get(service)).toBe(['OK', 'UP'].includes(state) ? undefined : state);
        }
      }),
      { numRuns: 60 },
    );
  },
);
