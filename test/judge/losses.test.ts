import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { bench, HOST_CHECK, START_MS } from './fleet.ts';
import type { LossReading } from '../../src/fleet/losses.ts';

/** So many datagrams were lost in the second that ends at `atS`. */
function lost(atS: number, packets: number, cluster = 'web'): LossReading[] {
  const [fromMs, toMs] = [START_MS + (atS - 1) * 1000, START_MS + atS * 1000];
  return [{ cluster, fromMs, toMs, packets, reasons: ['kernel'], cameBefore: 0, cameNow: 10_000 }];
}

/** A load check whose host is sampled every ten seconds, and what it says in each turn up to `untilS`. */
function stage(given: { lossS: number; packets?: number; cluster?: string; silentFromS?: number }) {
  const { lossS, packets = 1234, cluster = 'web', silentFromS = Infinity } = given;
  const stand = bench({ definitions: [definition({ maxCheckAttempts: 1 }), HOST_CHECK] });
  const said = new Map<string, string>();
  const until = (untilS: number) => {
    for (let s = 1; s <= untilS; s += 1) {
      if (s % 10 === 0 && s < silentFromS) stand.fleet.sample('w1', 'load_one', 9.1, s);
      const now = START_MS + s * 1000;
      const report = stand.judge.turn(now, s === lossS ? lost(s, packets, cluster) : []);
      for (const { service, output } of report.services) said.set(service, output);
    }
    return said;
  };
  return { ...stand, until };
}

describe('a check on a group that lost datagrams', () => {
  test.for([
    {
      name: 'says so while the loss lies in what it looks at',
      lossS: 28,
      atS: 36,
      output:
        'load_one is 9.1 · critical above 8 (web lost 1 234 datagrams from 13:47:07 to 13:47:08 UTC: values may be missing)',
    },
    {
      name: 'does not when the loss came before',
      lossS: 23,
      atS: 48,
      output: 'load_one is 9.1 · critical above 8',
    },
    {
      name: 'does not of another group',
      lossS: 23,
      cluster: 'db',
      atS: 36,
      output: 'load_one is 9.1 · critical above 8',
    },
    {
      name: 'speaks of one in the singular',
      lossS: 28,
      packets: 1,
      atS: 36,
      output:
        'load_one is 9.1 · critical above 8 (web lost 1 datagram from 13:47:07 to 13:47:08 UTC: values may be missing)',
    },
    {
      name: 'says so when it has nothing to judge by',
      lossS: 45,
      silentFromS: 25,
      atS: 55,
      output:
        'no sample for 31 s (expected every 10 s) (web lost 1 234 datagrams from 13:47:24 to 13:47:25 UTC: values may be missing)',
    },
    {
      name: 'no longer when its silence has lasted since long after',
      lossS: 25,
      silentFromS: 25,
      atS: 75,
      output: 'no sample for 51 s (expected every 10 s)',
    },
  ])('$name', ({ atS, output, ...given }) => {
    const { until } = stage(given);
    expect(until(atS).get('load')).toBe(output);
  });

  test('is not quieter for it: a host that goes down pages, and the page says it', async () => {
    const { until, pager, at } = stage({ lossS: 100, silentFromS: 25 });
    const said = until(102);
    await at(103);
    expect(said.get('host')).toMatch(
      /^silent for .* \(web lost 1 234 datagrams from .* UTC: its packets may be among them\)$/u,
    );
    const page = pager.pages.find(({ service }) => service === 'host');
    expect(page).toMatchObject({ kind: 'problem', state: 'DOWN', output: said.get('host') });
  });

  test('a host that is heard says nothing of it', () => {
    const { until } = stage({ lossS: 65 });
    expect(until(70).get('host')).toMatch(/^heard \(limit \d+ s\)$/u);
  });

  test('what was lost is in the report, as it grows', async () => {
    const { judge } = bench();
    const turn = (s: number, packets: number) =>
      judge.turn(START_MS + s * 1000, packets > 0 ? lost(s, packets) : []).losses;
    expect(turn(1, 0)).toEqual([]);
    expect(turn(2, 5)).toMatchObject([{ cluster: 'web', packets: 5 }]);
    expect(turn(3, 0)).toEqual([]);
    expect(turn(4, 6)).toMatchObject([{ cluster: 'web', packets: 11, fromMs: START_MS + 1000 }]);
  });
});
