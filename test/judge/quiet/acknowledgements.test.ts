import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixed, quietScene } from './quiet-scene.ts';
import { HOST_CHECK, MemoryStore, Pager } from '../fleet.ts';
import { openJudgeRepository } from '../../../src/state/judge-repository.ts';
import { passive } from '../reported.ts';
import { temporaryFolder } from '../../state/folder.ts';

const B = 'web/w1/backup';
const OURS = { services: [{ cluster: 'web', host: 'w1', service: 'backup' }] };

function scene(changes: Parameters<typeof passive>[0] = {}, more: Parameters<typeof quietScene>[1] = {}) {
  const store = new MemoryStore();
  const s = quietScene([passive(changes), HOST_CHECK], { pager: new Pager(), store, ...more });
  const events = () =>
    store.commits
      .flatMap((one) => one.events.map(({ output }) => output))
      .filter((text) => text.includes('cknowledge'));
  return { ...s, events };
}

test('what is acknowledged before anybody was told is told to nobody', async () => {
  const s = scene({ maxCheckAttempts: 2 });
  await s.pass(1);
  s.tell(2, { code: 1 });
  await s.pass(3);
  expect(s.acknowledge(3, OURS)).toMatchObject({
    ok: true,
    value: [{ author: 'ann', state: 'WARNING', sticky: false }],
  });
  s.tell(4, { code: 1 });
  await s.pass(20);
  expect([s.state(B), s.shown(B), s.pager.take()]).toEqual(['WARNING;HARD;2', 'acknowledged', []]);
});

test('given while soft, it does not hold back what turns out worse', async () => {
  const s = scene({ maxCheckAttempts: 2 });
  await s.pass(1);
  s.tell(2, { code: 1 });
  s.acknowledge(3, OURS);
  s.tell(4, { code: 2 });
  await s.pass(6);
  expect([s.shown(B), s.pager.take()]).toEqual(['', ['problem web/w1/backup CRITICAL']]);
});

test('it ends with another problem, and that is told, and in the history', async () => {
  const s = scene();
  await s.pass(1);
  s.tell(2, { code: 1 });
  await s.pass(3);
  s.acknowledge(4, OURS);
  s.pager.take();
  await s.pass(6);
  s.tell(7, { code: 2 });
  await s.pass(9);
  expect(s.pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
  expect(s.shown(B)).toBe('');
  expect(s.events()).toEqual([
    'acknowledged by ann: on it',
    'acknowledgement of ann ended: its state is another now',
  ]);
});

test('a sticky one stands until all is well; the end is told', async () => {
  const s = scene();
  await s.pass(1);
  s.tell(2, { code: 1 });
  await s.pass(3);
  expect(s.pager.take()).toEqual(['problem web/w1/backup WARNING']);
  s.acknowledge(4, OURS, { sticky: true });
  s.tell(5, { code: 2 });
  await s.pass(7);
  expect([s.shown(B), s.pager.take()]).toEqual(['acknowledged', []]);
  s.tell(8, { code: 0 });
  await s.pass(30);
  expect([s.shown(B), s.pager.take()]).toEqual(['', ['recovery web/w1/backup OK']]);
  s.tell(31, { code: 2 });
  await s.pass(33);
  expect(s.pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
});

test('it ends when its time is up', async () => {
  const s = scene();
  await s.pass(1);
  s.tell(2, { code: 2 });
  s.acknowledge(2, OURS, { untilS: 10 });
  await s.pass(9);
  expect(s.shown(B)).toBe('acknowledged');
  await s.pass(11);
  expect(s.shown(B)).toBe('');
  expect(s.events().at(-1)).toBe('acknowledgement of ann ended: its time is up');
});

test('what is well cannot be acknowledged; of many only the problems are', async () => {
  const s = scene({}, { hosts: ['w1', 'w2'] });
  await s.pass(1);
  expect(s.acknowledge(1, OURS)).toMatchObject({ ok: false, full: false });
  s.tell(2, { code: 2 }, { host: 'w2', code: 0 });
  expect(s.acknowledge(3, { cluster: 'web' })).toMatchObject({
    ok: true,
    value: [{ host: 'w1', service: 'backup' }],
  });
  expect(s.acknowledge(3, {})).toMatchObject({ ok: false, fault: expect.stringContaining('says nothing') });
});

test('taken back, the problem is told again where it was not', async () => {
  const s = scene({ maxCheckAttempts: 2 });
  await s.pass(1);
  s.tell(2, { code: 2 });
  s.acknowledge(2, OURS);
  s.tell(3, { code: 2 });
  await s.pass(6);
  const rule = { cluster: null, host: 'w1', service: null, severity: null, facts: [], services: null };
  expect(s.ask(7, { kind: 'unacknowledge', covers: rule, by: 'bob' })).toMatchObject([{ service: 'backup' }]);
  expect(s.ask(7, { kind: 'unacknowledge', covers: rule, by: 'bob' })).toEqual([]);
  await s.pass(9);
  expect(s.pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
  expect(s.events().at(-1)).toBe('acknowledgement of ann taken back by bob');
});

test('those who know of the problem are told that somebody works on it', async () => {
  const s = scene();
  await s.pass(1);
  s.tell(2, { code: 2 });
  await s.pass(3);
  s.pager.take();
  s.acknowledge(4, OURS, { notify: true });
  await s.pass(6);
  expect(s.pager.pages).toMatchObject([
    {
      kind: 'acknowledgement',
      service: 'backup',
      state: 'CRITICAL',
      output: 'ann: on it',
      count: 1,
      open: 1,
    },
  ]);
  expect(s.pager.pages[0]?.title).toBe('w1: backup acknowledged by ann');
  s.pager.take();
  s.tell(8, { code: 0 });
  await s.pass(30);
  expect(s.pager.take()).toEqual(['recovery web/w1/backup OK']);
});

test('it goes with its service', async () => {
  const s = scene();
  await s.pass(1);
  s.tell(2, { code: 2 });
  s.acknowledge(3, OURS);
  const rules = { timeperiods: [], routes: [], channels: new Map(), groups: [] };
  s.judge.reload({ ...rules, definitions: [HOST_CHECK] });
  await s.pass(5);
  s.judge.reload({ ...rules, definitions: [passive(), HOST_CHECK] });
  await s.pass(6);
  s.tell(7, { code: 2 });
  await s.pass(8);
  expect(s.views.get(B)).toMatchObject({ state: 'CRITICAL', acknowledged: false });
});

test('it survives a restart, and what was well in between is not acknowledged for ever', async () => {
  const file = join(temporaryFolder(), 'judge.db');
  const serve = async (startS: number, work: (s: ReturnType<typeof quietScene>) => Promise<void>) => {
    using store = openJudgeRepository(file);
    const s = quietScene([passive(), HOST_CHECK], { store, startS, pager: new Pager() });
    await work(s);
    await s.judge.stop();
  };
  await serve(0, async (s) => {
    await s.pass(1);
    s.tell(2, { code: 2 });
    s.acknowledge(3, OURS);
  });
  await serve(10, async (s) => {
    await s.pass(12);
    expect(s.shown(B)).toBe('acknowledged');
    s.tell(13, { code: 0 });
    await s.pass(14);
    expect(s.shown(B)).toBe('');
  });
  await serve(20, async (s) => {
    await s.pass(21);
    s.tell(22, { code: 2 });
    await s.pass(24);
    expect([s.shown(B), s.pager.take()]).toEqual(['', ['problem web/w1/backup CRITICAL']]);
  });
});

test('a downtime goes before an acknowledgement, and both are shown', async () => {
  const s = scene();
  await s.pass(1);
  s.tell(2, { code: 2 });
  s.acknowledge(3, OURS);
  s.quieten(3, { host: 'w1' }, fixed(3, 20));
  await s.pass(5);
  expect(s.shown(B)).toBe('downtime acknowledged');
});
