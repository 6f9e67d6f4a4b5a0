import { expect, test } from 'vitest';
import { createMemoryStore } from '../../src/store/memory.ts';
import { definition } from '../check/definition.ts';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import { NOTHING_DECIDED } from '../../src/backtest/decided.ts';
import { play } from '../../src/backtest/play.ts';
import { PlayPast } from '../../src/backtest/play-past.ts';
import { replay } from '../../src/backtest/replay.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, Pager, START_MS } from '../judge/fleet.ts';
import { batchOf } from '../store/batch.ts';
import { chance, seedOf } from '../../src/demo/dice.ts';
import { gauge } from './past-fleet.ts';
import type { Page, StateEvent } from '../../src/model/service-state.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { Store } from '../../src/store/store.ts';

const HOSTS = 6;
const METRICS = ['load_one', 'df-root', 'df-home'];
const HOURS = 2;
const UNTIL_S = HOURS * 3600;
const INTERVAL_S = 10;
/** The first minutes are those of a start. */
const FROM_S = 1800;

const PASSIVE = {
  ...definition({ name: 'backup', maxCheckAttempts: 2 }),
  subject: { kind: 'passive' as const, service: null, command: null },
  critical: '',
};
const DEFINITIONS = [
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

const ALERTS = {
  ...NO_ALERTS,
  receivers: [
    { name: 'ops', channels: [{ kind: 'webhook' as const, url: 'http://127.0.0.1:9/', secretFile: null }] },
  ],
  routes: [{ match: {}, receiver: 'ops', continue: false }],
};

interface Lived {
  readonly pages: readonly Page[];
  readonly events: readonly StateEvent[];
  readonly store: Store;
  readonly records: ReadonlyMap<string, readonly RecordDescription[]>;
}

/** `phaseS`: where in its interval a host sends. */
async function live(seed: string, phaseS: (host: number) => number): Promise<Lived> {
  const dice = seedOf(seed);
  let thrown = 0;
  const random = () => chance(dice, (thrown += 1));
  const [fleet, memory, pager, store] = [new Fleet(), new MemoryStore(), new Pager(), createMemoryStore()];
  const day = bench({ fleet, store: memory, pager, definitions: DEFINITIONS, alerts: ALERTS });
  const names = Array.from({ length: HOSTS }, (_, i) => `w${i}`);
  const records = new Map(
    names.map((name) => [name, METRICS.map((metric) => gauge('web', name, metric, INTERVAL_S))] as const),
  );
  const trouble = new Map<string, number>();
  const silent = new Map<string, number>();
  const options = { signal: new AbortController().signal, hurry: true };
  for (let atS = 1; atS <= UNTIL_S; atS += 1) {
    for (const [i, name] of names.entries()) {
      if (atS % INTERVAL_S !== phaseS(i)) continue;
      if (atS > FROM_S && random() < 0.001) silent.set(name, atS + 120 + Math.floor(random() * 600));
      if ((silent.get(name) ?? 0) > atS) continue;
      for (const record of records.get(name) ?? []) {
        const key = `${name}/${record.metric}`;
        if (atS > FROM_S && random() < 0.004) trouble.set(key, atS + 10 + Math.floor(random() * 400));
        const value = (trouble.get(key) ?? 0) > atS ? 9 : 1;
        fleet.sample(name, record.metric, value, atS);
        const outcomes = await store.put(batchOf([[record, [[START_MS / 1000 + atS, value]]]]), options);
        expect(outcomes[0]?.ok).toBe(true);
      }
    }
    if (atS % 900 === 5) {
      const result = { code: random() < 0.5 ? 2 : 0, output: 'told', door: 'api' as const, from: 'test' };
      const about = { cluster: 'web', host: 'w1', service: 'backup', timeMs: START_MS + atS * 1000 };
      day.judge.take([{ ...about, ...result }], about.timeMs);
    }
    await day.at(atS);
  }
  const events = memory.commits.flatMap((commit) => commit.events);
  return { pages: pager.sent, events, store, records };
}

async function replayed({ store, records, events }: Lived): Promise<readonly Page[]> {
  const beginS = START_MS / 1000;
  const { pages } = await replay({
    sets: [
      {
        checks: { definitions: DEFINITIONS, timeperiods: [] },
        alerts: ALERTS,
        groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 }],
      },
    ],
    hosts: Array.from(records, ([name, own]) => ({
      cluster: 'web',
      name,
      address: '192.0.2.1',
      agent: 'collectd',
      facts: [],
      intervalMs: 10_000,
      gapMs: 10_000,
      records: own,
    })),
    recorded: { before: [], during: events.map((event) => ({ ...event })) },
    decided: NOTHING_DECIDED,
    store,
    play: (set) => play({ ...set, past: new PlayPast(() => Promise.reject(new Error('there is none'))) }),
    ranges: [{ fromS: beginS, toS: beginS + UNTIL_S }],
    fromS: beginS + FROM_S,
    signal: new AbortController().signal,
  });
  return pages[0] ?? [];
}

function told(pages: readonly Page[]): { about: string; atS: number }[] {
  return pages
    .map(({ createdMs, kind, receiver, host, service, state, services }) => ({
      about: [kind, receiver, `${host}/${service}`, state, services.length].join(' '),
      atS: (createdMs - START_MS) / 1000,
    }))
    .filter(({ atS }) => atS >= FROM_S && atS <= UNTIL_S - 60)
    .toSorted((a, b) => a.atS - b.atS || (a.about < b.about ? -1 : 1));
}

test('where the store keeps samples as they came, the replay of a day is what was sent, to the second', async () => {
  const lived = await live('on the grid', () => 0);
  const [sent, again] = [told(lived.pages), told(await replayed(lived))];
  expect(sent.length).toBeGreaterThan(40);
  expect(again).toEqual(sent);
}, 60_000);
