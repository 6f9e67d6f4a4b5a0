import { expect, test } from 'vitest';
import { bench, Fleet, HOST_CHECK, MemoryStore } from './fleet.ts';
import { definition } from '../check/definition.ts';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import type { HandlerConfig } from '../../src/contract/alerts.ts';

const NOTE: HandlerConfig = {
  name: 'note',
  where: '',
  match: { service: 'load' },
  on: ['soft', 'hard', 'recovery'],
  command: ['note', '{{change}}', '{{host.name}}', '{{state}} {{attempt}}/{{max_attempts}}'],
  url: null,
  timeoutMs: 30_000,
  limit: { times: 10, withinMs: 600_000 },
};

function setUp(handlers: readonly HandlerConfig[] = [NOTE]) {
  const store = new MemoryStore();
  const fleet = new Fleet();
  const serve = (startS = 0) => {
    const definitions = [definition({ maxCheckAttempts: 2, retryIntervalMs: 1000 }), HOST_CHECK];
    const channels = new Map();
    const alerts = { ...NO_ALERTS, handlers };
    const b = bench({ store, fleet, startS, definitions, channels, routes: [], alerts });
    /** A value, and the handlers that it starts. */
    const value = async (load: number, atS: number) => {
      fleet.sample('w1', 'load_one', load, atS);
      await b.at(atS);
      return b.judge.takeErrands().handlers;
    };
    return { ...b, value };
  };
  return { store, serve };
}

test('each soft attempt, the hard problem once, and the recovery', async () => {
  const { value } = setUp().serve();
  const words: string[] = [];
  for (const [atS, load] of [1, 9, 9, 9, 9, 1].entries()) {
    const runs = await value(load, atS * 3 + 1);
    words.push(...runs.map(({ command }) => (command ?? []).slice(1).join(' ')));
  }
  expect(words).toEqual(['soft w1 CRITICAL 1/2', 'hard w1 CRITICAL 2/2', 'recovery w1 OK 1/2']);
});

test('a restart runs nothing again', async () => {
  const { serve } = setUp();
  const first = serve();
  for (const atS of [1, 4, 7]) await first.value(9, atS);
  await first.judge.stop();
  const second = serve(60);
  const runs = [...(await second.value(9, 61)), ...(await second.value(9, 64))];
  expect(runs).toEqual([]);
});

test('what became of a run is an event of its service, and is counted', async () => {
  const { store, serve } = setUp();
  const { value, judge, at } = serve();
  const [run] = await value(9, 1);
  judge.handled([{ run: run?.run ?? 0, end: 'exited', code: 1, detail: 'no such unit' }]);
  judge.handled([{ run: 99, end: 'exited', code: 0, detail: 'of nobody' }]);
  const report = await at(2);
  expect(report.handlers).toEqual([{ handler: 'note', outcome: 'failed', count: 1 }]);
  expect(report.handlerNews).toMatchObject([{ handler: 'note', host: 'w1', ok: false }]);
  const events = store.commits.flatMap((commit) => commit.events);
  expect(events.at(-1)).toMatchObject({
    service: 'load',
    state: 'CRITICAL',
    output: 'handler note: exit status 1: no such unit',
  });
});

test('beyond its limit it is left out, and that is told', async () => {
  const { serve } = setUp([{ ...NOTE, limit: { times: 1, withinMs: 600_000 } }]);
  const { value, at } = serve();
  expect(await value(9, 1)).toHaveLength(1);
  expect(await value(9, 4)).toHaveLength(0);
  expect((await at(5)).handlers).toEqual([]);
});

test('a URL gets the change as JSON', async () => {
  const { serve } = setUp([{ ...NOTE, command: null, url: 'http://x.example.net/' }]);
  const [run] = await serve().value(9, 1);
  expect(JSON.parse(run?.body ?? '')).toMatchObject({
    version: 1,
    handler: 'note',
    change: 'soft',
    cluster: 'web',
    host: 'w1',
    service: 'load',
    state: 'CRITICAL',
    state_type: 'SOFT',
    attempt: 1,
  });
});
