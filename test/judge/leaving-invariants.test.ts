import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, Pager, START_MS } from './fleet.ts';
import type { Membership, Standing } from '../../src/model/instance.ts';

type Event =
  | { readonly kind: 'sample'; readonly hosts: readonly string[]; readonly value: number }
  | { readonly kind: 'here' | 'left' | 'forgotten'; readonly host: string }
  | { readonly kind: 'list'; readonly isWell: boolean }
  | { readonly kind: 'pass' | 'away'; readonly seconds: number };

const NAMES = ['w1', 'w2', 'w3', 'w4'];
const host = fc.constantFrom(...NAMES);
const event = fc.oneof(
  fc.record({
    kind: fc.constant('sample' as const),
    hosts: fc.subarray(NAMES, { minLength: 1 }),
    value: fc.constantFrom(1, 9),
  }),
  fc.record({ kind: fc.constantFrom('here' as const, 'left' as const, 'forgotten' as const), host }),
  fc.record({ kind: fc.constant('list' as const), isWell: fc.boolean() }),
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 140 }) }),
  fc.record({ kind: fc.constant('away' as const), seconds: fc.integer({ min: 1, max: 300 }) }),
);

function member(name: string, standing: Standing): Membership {
  const at = { sinceMs: START_MS, facts: [], addresses: [], key: null };
  return { cluster: 'web', host: name, instanceId: name, standing, ...at };
}

/** Lives through the events; the roster is told anew at each restart. Answers who has left at each page. */
async function live(events: readonly Event[]) {
  const [fleet, store, pager] = [new Fleet(), new MemoryStore(), new Pager()];
  const group = { name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 400_000 };
  const groups = [{ ...group, newHostGraceMs: 30_000, expectedLifetimeMs: 900_000 }];
  const common = { fleet, store, pager, groups, definitions: [definition(), HOST_CHECK] };
  const roster = new Map<string, Membership>();
  const wrong: string[] = [];
  let nowS = 1;
  let server = bench({ ...common, startS: 0 });
  const pass = async (untilS: number) => {
    const before = pager.pages.length;
    await server.run(untilS);
    nowS = untilS;
    for (const { kind, host: name, output } of pager.pages.slice(before)) {
      const hasLeft = roster.get(name)?.standing.kind === 'left';
      if (kind === 'problem' && hasLeft) wrong.push(`${name}: ${output}`);
    }
  };
  for (const one of events) {
    switch (one.kind) {
      case 'sample':
        for (const name of one.hosts) fleet.sample(name, 'load_one', one.value, nowS);
        break;
      case 'here':
      case 'left': {
        const left = { kind: 'left', reason: 'deregistered: bye', sinceMs: START_MS + nowS * 1000 } as const;
        const said = member(
          one.host,
          one.kind === 'left' ? left : { kind: 'here', says: 'cloud says running' },
        );
        roster.set(one.host, said);
        server.judge.members.take([{ kind: 'member', member: said }]);
        break;
      }
      case 'forgotten':
        roster.delete(one.host);
        server.judge.members.take([{ kind: 'forgotten', cluster: 'web', host: one.host }]);
        break;
      case 'list': {
        const readMs = START_MS + nowS * 1000;
        server.judge.members.listed([{ cluster: 'web', readMs, isWell: one.isWell }]);
        break;
      }
      case 'pass':
        await pass(nowS + one.seconds);
        break;
      case 'away':
        await server.judge.stop();
        nowS += one.seconds;
        server = bench({ ...common, startS: nowS });
        for (const said of roster.values()) server.judge.members.take([{ kind: 'member', member: said }]);
    }
  }
  await pass(nowS + 2);
  return { pages: pager.pages, store, roster, wrong };
}

test('whoever comes and leaves: no end without a beginning, nothing twice, no page for whoever has left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 30, size: 'max' }), async (events) => {
      const { pages, store, roster, wrong } = await live(events);
      expect(wrong).toEqual([]);
      const open = new Map<string, string>();
      for (const { kind, host: name, service, state } of pages) {
        const subject = `${name}/${service}`;
        if (kind === 'problem') {
          expect(open.get(subject)).not.toBe(state);
          open.set(subject, state);
        } else expect(open.delete(subject)).toBe(true);
      }
      expect(new Set(pages.map(({ key }) => key)).size).toBe(pages.length);
      const told = [...store.services.values()].filter((one) => one.told.some(({ level }) => level !== null));
      expect(told.map((one) => `${one.host}/${one.service}`).toSorted()).toEqual([...open.keys()].toSorted());
      for (const [name, { standing }] of roster) {
        if (standing.kind !== 'left') continue;
        expect([...open.keys()].filter((subject) => subject.startsWith(`${name}/`))).toEqual([]);
        const kept = store.hosts.get(name);
        if (kept) expect(kept).toMatchObject({ state: 'RETIRED', leftByWord: true });
      }
    }),
    { numRuns: 60 },
  );
});
