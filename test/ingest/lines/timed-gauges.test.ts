import { describe, expect, test } from 'vitest';
import { harness, START_MS } from '../harness.ts';

/** Sends one line of Graphite at each of these seconds; how often the record is believed to come then. */
function learned(seconds: readonly number[]): number | undefined {
  const graphite = { listen: [], template: '{host}.{metric}' };
  const { send, clock, engine, catalogue, absorb } = harness({ rules: { accept: ['graphite'], graphite } });
  for (const second of seconds) {
    clock.nowMs = START_MS + 1000 * second;
    send(Buffer.from(`a.m 1 ${clock.nowMs / 1000}\n`));
  }
  clock.nowMs += 120_000;
  engine.tellChanges();
  absorb();
  return catalogue.host('web', 'a')?.records.get('graphite/m')?.description.intervalS;
}

describe('how often a record comes', () => {
  test.for([
    { name: 'one sample says nothing', seconds: [0], intervalS: 60 },
    { name: 'nor does one gap', seconds: [0, 30], intervalS: 60 },
    { name: 'two gaps do', seconds: [0, 30, 60], intervalS: 30 },
    { name: 'near what senders are set to, it is that', seconds: [0, 9, 20, 30], intervalS: 10 },
    { name: 'something else is taken as it is', seconds: [0, 90, 180], intervalS: 90 },
    { name: 'an outage is no habit', seconds: [0, 10, 20, 3000, 3010], intervalS: 10 },
    {
      name: 'a job that runs more seldom now is believed in the end',
      seconds: [0, 10, 20, 320, 620],
      intervalS: 300,
    },
    { name: 'twice in a second is once', seconds: [0, 10, 10.2, 20, 30], intervalS: 10 },
    { name: 'what is late tells nothing', seconds: [0, 10, 20], intervalS: 10 },
    { name: 'less than once a day is not believed', seconds: [0, 100_000, 200_000], intervalS: 60 },
  ])('$name', ({ seconds, intervalS }) => {
    expect(learned(seconds)).toBe(intervalS);
  });
});
