import { expect, test } from 'vitest';
import { bench, Fleet, HOST_CHECK, MemoryStore, Pager } from './fleet.ts';
import { definition } from '../check/definition.ts';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import type { AlertsConfig, ChannelConfig } from '../../src/contract/alerts.ts';
import type { StateEvent } from '../../src/model/service-state.ts';

const HOOK: ChannelConfig = { kind: 'webhook', url: 'http://x.example.net/', secretFile: null };
const ALERTS: AlertsConfig = {
  ...NO_ALERTS,
  receivers: [
    { name: 'ops', channels: [HOOK], giveUpAfterMs: 60_000 },
    { name: 'boss', channels: [HOOK] },
  ],
  watcher: { receiver: 'boss', heartbeat: null, downAfterMs: 120_000 },
};

/** Judges of one memory, one after the other, on a machine whose clock counts from its own start. */
function setUp() {
  const store = new MemoryStore();
  const fleet = new Fleet();
  const [ops, boss] = [new Pager(), new Pager()];
  const machine = { upMs: 0, boot: 'a' };
  const serve = (startS: number, alerts = ALERTS) => {
    const channels = new Map([
      ['ops', ops],
      ['boss', boss],
    ]);
    const definitions = [definition(), HOST_CHECK];
    const b = bench({
      store,
      fleet,
      startS,
      alerts,
      channels,
      definitions,
      machine: () => ({ ...machine }),
    });
    const at = async (atS: number, upS = atS) => {
      machine.upMs = upS * 1000;
      return b.at(atS);
    };
    return { ...b, at };
  };
  const events = () => store.commits.flatMap((commit) => commit.events as StateEvent[]);
  const told = () => boss.sent.splice(0).map(({ kind, title }) => `${kind} ${title}`);
  return { store, fleet, ops, boss, machine, serve, events, told };
}

test('a server that was away says so when it is back, once', async () => {
  const { serve, told, events, boss } = setUp();
  await serve(0).at(1);
  expect(told()).toEqual([]);
  const second = serve(601);
  await second.at(602);
  await second.at(603);
  expect(boss.sent[0]?.output).toContain('it was killed, or it crashed');
  expect(told()).toEqual(['notice Muster was not running for 10 min']);
  expect(events()).toMatchObject([{ service: 'muster', state: 'DOWN', host: '' }]);
  await serve(604).at(605);
  expect(told()).toEqual([]);
});

test('one that was stopped is told of as stopped', async () => {
  const { serve, boss } = setUp();
  const first = serve(0);
  await first.at(1);
  await first.judge.stop();
  await serve(601).at(602);
  expect(boss.sent[0]?.output).toContain('It was stopped.');
});

test.for([
  { name: 'away for a moment', atS: 100, upS: 100 },
  { name: 'the clock set forward by a day, the server away for a moment', atS: 86_400, upS: 60 },
])('$name: nothing is told', async ({ atS, upS }) => {
  const { serve, told, events } = setUp();
  await serve(0).at(1);
  await serve(atS).at(atS, upS);
  expect([told(), events()]).toEqual([[], []]);
});

test('a turn that is late leaves an event; a clock that is set does not', async () => {
  const { serve, events } = setUp();
  const { at } = serve(0);
  await at(1);
  await at(4000, 2);
  expect(events()).toEqual([]);
  await at(4030, 32);
  expect(events()).toMatchObject([
    { service: 'muster', output: expect.stringContaining('stood still for 30 s') },
  ]);
});

test('who gives pages up is told of to the watcher, once until one gets through', async () => {
  const { fleet, ops, serve, told } = setUp();
  const { at } = serve(0);
  ops.outcome = { ok: false, retryable: true, detail: 'HTTP 503' };
  fleet.sample('w1', 'load_one', 9, 1);
  for (let second = 1; second < 400; second += 1) {
    if (second % 5 === 0) fleet.sample('w1', 'load_one', 9, second);
    await at(second);
  }
  expect(told()).toEqual(['notice pages to ops are given up']);
});
