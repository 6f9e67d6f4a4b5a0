import { expect } from 'vitest';
import { createMemoryStore } from '../../src/store/memory.ts';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import { NOTHING_DECIDED } from '../../src/backtest/decided.ts';
import { play } from '../../src/backtest/play.ts';
import { PlayPast } from '../../src/backtest/play-past.ts';
import { readHistory } from '../../src/query/history.ts';
import { readOf } from '../../src/threads/remote-past.ts';
import { Sources } from '../../src/judge/values/sources.ts';
import { replay } from '../../src/backtest/replay.ts';
import { bench, Fleet, MemoryStore, Pager, START_MS } from '../judge/fleet.ts';
import { batchOf } from '../store/batch.ts';
import { chance, seedOf } from '../../src/demo/dice.ts';
import { gauge } from './past-fleet.ts';
import type { Page, StateEvent } from '../../src/model/service-state.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { Decided } from '../../src/backtest/decided.ts';
import type { JudgeChanges } from '../../src/judge/store.ts';
import type { Quiet } from '../../src/model/quiet.ts';
import type { TailSource } from '../../src/model/tail.ts';
import type { Judge } from '../../src/judge/judge.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';
import type { Store } from '../../src/store/store.ts';

const METRICS = ['load_one', 'df-root', 'df-home'];
const INTERVAL_S = 10;
/** The first minutes are those of a start. */
export const FROM_S = 1800;

/** A day, or less of it. */
export interface Day {
  readonly seed: string;
  readonly definitions: readonly ServiceDefinition[];
  readonly hosts: number;
  readonly untilS: number;
  /** Somebody decides something at that second. */
  readonly decide?: (judge: Judge, atS: number) => void;
}

const ALERTS = {
  ...NO_ALERTS,
  receivers: [
    { name: 'ops', channels: [{ kind: 'webhook' as const, url: 'http://127.0.0.1:9/', secretFile: null }] },
  ],
  routes: [{ match: {}, receiver: 'ops', continue: false }],
};

interface Lived {
  readonly day: Day;
  readonly decided: Decided;
  readonly pages: readonly Page[];
  readonly events: readonly StateEvent[];
  readonly store: Store;
  readonly records: ReadonlyMap<string, readonly RecordDescription[]>;
}

const NO_TAILS: TailSource = { tails: (records) => Promise.resolve(records.map(() => undefined)) };

/** Downtimes and silences as they were kept last. */
class QuietMemory extends MemoryStore {
  readonly quiets = new Map<string, Quiet | null>();

  override commit(changes: JudgeChanges) {
    for (const [id, quiet] of changes.alerting.quiets) this.quiets.set(id, quiet);
    return super.commit(changes);
  }
}

/** As the query worker answers the judge, of what is stored by then. */
function pastOf(store: Store): PlayPast {
  return new PlayPast(async (request) => {
    const { signal } = new AbortController();
    const { times, columns } = await readHistory(readOf(request), { store, tails: NO_TAILS }, signal);
    const rowMs = ((times[1] ?? 0) - (times[0] ?? 0)) * 1000;
    return {
      ok: true,
      timesMs: times.map((timeS) => timeS * 1000 - rowMs / 2),
      columns: columns.map(({ values }) => values),
    };
  });
}

/** All hosts send at the full interval. */
export async function live(day: Day): Promise<Lived> {
  const { hosts, untilS, definitions, decide } = day;
  const dice = seedOf(day.seed);
  let thrown = 0;
  const random = () => chance(dice, (thrown += 1));
  const [fleet, memory, pager, store] = [new Fleet(), new QuietMemory(), new Pager(), createMemoryStore()];
  const past = pastOf(store);
  const sources = new Sources(fleet.catalogue, past);
  const { judge, at } = bench({ fleet, store: memory, pager, definitions, alerts: ALERTS, sources });
  const names = Array.from({ length: hosts }, (_, i) => `w${i}`);
  const records = new Map(
    names.map((name) => [name, METRICS.map((metric) => gauge('web', name, metric, INTERVAL_S))] as const),
  );
  const trouble = new Map<string, number>();
  const silent = new Map<string, number>();
  const options = { signal: new AbortController().signal, hurry: true };
  for (let atS = 1; atS <= untilS; atS += 1) {
    for (const name of atS % INTERVAL_S === 0 ? names : []) {
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
      judge.take([{ ...about, ...result }], about.timeMs);
    }
    decide?.(judge, atS);
    await at(atS);
    if (past.waits) await past.answered();
  }
  const events = memory.commits.flatMap((commit) => commit.events);
  const quiets = [...memory.quiets.values()].filter((quiet) => quiet !== null);
  const decided = { ...NOTHING_DECIDED, quiets };
  return { day, decided, pages: pager.sent, events, store, records };
}

export async function replayed({ day, decided, store, records, events }: Lived): Promise<readonly Page[]> {
  const beginS = START_MS / 1000;
  const { pages } = await replay({
    sets: [
      {
        checks: { definitions: day.definitions, timeperiods: [] },
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
    decided,
    store,
    play: (set) => play({ ...set, past: pastOf(store) }),
    ranges: [{ fromS: beginS, toS: beginS + day.untilS }],
    fromS: beginS + FROM_S,
    signal: new AbortController().signal,
  });
  return pages[0] ?? [];
}

/** Without the last minute, of which not all had come. */
export function told(pages: readonly Page[], untilS: number): { about: string; atS: number }[] {
  return pages
    .map(({ createdMs, kind, receiver, host, service, state, services }) => ({
      about: [kind, receiver, `${host}/${service}`, state, services.length].join(' '),
      atS: (createdMs - START_MS) / 1000,
    }))
    .filter(({ atS }) => atS >= FROM_S && atS <= untilS - 60)
    .toSorted((a, b) => a.atS - b.atS || (a.about < b.about ? -1 : 1));
}
