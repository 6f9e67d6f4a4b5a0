import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { HOST_CHECK } from '../judge/fleet.ts';
import { play } from '../../src/backtest/play.ts';
import { PlayPast } from '../../src/backtest/play-past.ts';
import { gauge, pastHost, tape, trimmed } from './past-fleet.ts';
import type { Page } from '../../src/model/service-state.ts';
import type { PastHost } from '../../src/backtest/past-host.ts';
import type { Playing } from '../../src/backtest/play.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';

const START_S = 1_800_000_000;
const HOUR_S = 3600;

function playing(hosts: readonly PastHost[], definitions: readonly ServiceDefinition[]): Playing {
  return {
    rules: {
      definitions,
      timeperiods: [],
      routes: [{ match: {}, receiver: 'ops', continue: false }],
      groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 }],
    },
    targets: ['ops'],
    hosts,
    results: [],
    memory: {},
    absences: [],
    beginS: START_S,
    fromS: START_S,
    toS: START_S + HOUR_S,
    past: new PlayPast(() => Promise.reject(new Error('there is none'))),
  };
}

function told(pages: readonly Page[]): string[] {
  const lines = pages.map(({ createdMs, kind, receiver, host, service, state, count }) => {
    const atS = String(createdMs / 1000 - START_S).padStart(5);
    return [atS, kind, receiver, `${host}/${service}`, state, count].join(' ');
  });
  // Those of one moment come as their services were announced.
  return lines.toSorted();
}

/** Runs of one value each: most are OK, some are not, some are missing. */
const values = fc
  .array(
    fc.record({
      value: fc.constantFrom(1, 1, 1, 1, 6, 9, Number.NaN),
      rows: fc.integer({ min: 1, max: 90 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((runs) => {
    const rows = runs.flatMap(({ value, rows: count }) => Array.from({ length: count }, () => value));
    return Array.from({ length: HOUR_S / 10 }, (_, row) => rows[row] ?? 1);
  });

const DEFINITIONS = [
  definition({ name: 'load', metric: 'load_one', warning: '5', critical: '8' }),
  definition({
    name: 'slow',
    metric: 'load_one',
    critical: '8',
    maxCheckAttempts: 5,
    retryIntervalMs: 35_000,
  }),
  definition({ name: 'disk', metric: 'df.*', critical: '8', maxCheckAttempts: 1 }),
  HOST_CHECK,
];

test('nothing is missed between the moments that are looked at', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(values, values), { minLength: 1, maxLength: 3 }), async (fleet) => {
      const hosts = fleet.map(([load, disk], i) =>
        pastHost('web', `w${i}`, [
          tape(gauge('web', `w${i}`, 'load_one'), START_S, load),
          tape(gauge('web', `w${i}`, 'df-root'), START_S, disk),
        ]),
      );
      const all = await play({ ...playing(hosts, DEFINITIONS), everySecond: true });
      const few = await play(
        playing(
          hosts.map((host) => trimmed(host, DEFINITIONS)),
          DEFINITIONS,
        ),
      );
      expect(told(few.pages)).toEqual(told(all.pages));
      expect(few.turns).toBeLessThan(all.turns);
    }),
    { numRuns: 12, seed: 7 },
  );
}, 60_000);
