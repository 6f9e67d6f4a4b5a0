import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { HOST_CHECK, MemoryStore, Pager, START_MS } from './fleet.ts';
import { passive, scene } from './reported.ts';
import type { JudgeRules } from '../../src/judge/rules.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';

/** Services whose names more than one kind of definition would have, and that change their kind. */

const ANY = passive({ name: 'jobs', subject: { kind: 'passive', service: '.*', command: null } });
const DISK = definition({
  name: 'disk',
  subject: { kind: 'command', command: ['/p/check_disk'] },
  critical: '',
  checkIntervalMs: 60_000,
});

function rules(...definitions: ServiceDefinition[]): JudgeRules {
  return {
    definitions,
    timeperiods: [],
    routes: [{ match: {}, receiver: 'ops', continue: false }],
    channels: new Map([['ops', new Pager()]]),
    groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 }],
  };
}

test('names as they come take no service from a metric, by a reload or a restart', async () => {
  const store = new MemoryStore();
  const before = scene([definition(), ANY, HOST_CHECK], { store });
  before.fleet.sample('w1', 'load_one', 1, 0);
  await before.pass(2);
  const { answer } = before.judge.ask({ kind: 'preview', rules: rules(definition(), ANY) }, START_MS + 2000);
  const ofLoad = answer.find((one) => one.definition === 'load');
  expect(ofLoad).toMatchObject({ added: 0, removed: 0, kept: 1 });
  before.judge.reload(rules(definition({ notes: 'Look' }), ANY, HOST_CHECK));
  await before.pass(3);
  expect(before.views.get('web/w1/load')).toMatchObject({ kind: 'metric', state: 'OK' });
  await before.judge.stop();
  const after = scene([definition(), ANY, HOST_CHECK], { store, fleet: before.fleet, startS: 10 });
  await after.pass(11);
  expect(after.views.get('web/w1/load')).toMatchObject({ kind: 'metric', state: 'OK' });
});

test('a service made by a result stays when a definition of its own is given up, and is counted', async () => {
  const s = scene([passive(), ANY, HOST_CHECK]);
  await s.pass(1);
  s.tell(2, { code: 2 });
  s.judge.reload(rules(ANY, HOST_CHECK));
  await s.pass(3);
  expect(s.state('web/w1/backup')).toBe('CRITICAL;HARD;1');
  s.judge.reload(rules(passive(), ANY, HOST_CHECK));
  await s.pass(4);
  expect(s.state('web/w1/backup')).toBe('CRITICAL;HARD;1');
});

test.for([
  { name: 'a passive one', becomes: passive({ name: 'disk' }) },
  {
    name: 'a passive one with a command for want of results',
    becomes: passive({
      name: 'disk',
      subject: { kind: 'passive', service: null, command: ['/p/none'] },
      freshnessThresholdMs: 3_600_000,
    }),
  },
  {
    name: 'one of a metric',
    becomes: definition({ name: 'disk', metric: 'load_one', freshnessThresholdMs: 3_600_000 }),
  },
])('what was to run is not run when the service becomes $name', async ({ becomes }) => {
  const s = scene([DISK, HOST_CHECK]);
  s.fleet.sample('w1', 'load_one', 1, 0);
  await s.pass(2);
  for (let second = 3; second < 70; second += 1) {
    await s.pass(second);
    const [run] = s.judge.takeErrands().runs;
    if (!run) continue;
    const nowMs = START_MS + second * 1000 + 100;
    const times = { startedMs: nowMs, executionMs: 1, latencyMs: 0 };
    s.judge.ran([{ ...run, ...times, end: 'exited', code: 0, output: 'fine', detail: '' }], nowMs);
  }
  s.judge.reload(rules(becomes, HOST_CHECK));
  await s.pass(140);
  expect(s.judge.takeErrands().runs).toEqual([]);
  expect(s.views.get('web/w1/disk')).toMatchObject({ state: 'OK', next_check_ms: null });
});

test('of two definitions that make one name of a host the first has it, and the other a note', async () => {
  const first = passive({ name: 'job {{host.name}}', notes: 'first' });
  const second = passive({ name: 'job {{host.1}}', host: '(w.*)', notes: 'second' });
  const s = scene([first, second, HOST_CHECK]);
  await s.pass(1);
  expect(s.views.get('web/w1/job w1')).toMatchObject({ notes: 'first' });
  const { definitions } = s.judge.ask({ kind: 'figures' }, START_MS + 2000).answer;
  expect(definitions.find(({ name }) => name === second.name)).toMatchObject({
    note: 'the name "job w1" is taken by "job {{host.name}}", which was first',
  });
});

test('a page about what is gone is kept before it is sent, when results bring the news', async () => {
  const store = new MemoryStore();
  const s = scene([definition(), passive(), HOST_CHECK], { store });
  s.fleet.sample('w1', 'load_one', 9, 0.5);
  await s.pass(2);
  s.fleet.recordGone('w1', 'load_one');
  s.judge.take([], START_MS + 2500);
  expect([...store.pages.values()].map(({ page }) => page.kind)).toEqual(['problem', 'closed']);
});
