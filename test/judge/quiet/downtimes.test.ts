import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixed, flexible, quietScene, silence } from './quiet-scene.ts';
import { HOST_CHECK, Pager } from '../fleet.ts';
import { openJudgeRepository } from '../../../src/state/judge-repository.ts';
import { passive } from '../reported.ts';
import { QUIETS_MAX } from '../../../src/alert-limits.ts';
import { temporaryFolder } from '../../state/folder.ts';

const B = 'web/w1/backup';

function scene(changes: Parameters<typeof passive>[0] = {}, more: Parameters<typeof quietScene>[1] = {}) {
  return quietScene([passive(changes), HOST_CHECK], { pager: new Pager(), ...more });
}

test('a downtime holds a problem back; what is still so at its end is told then', async () => {
  const s = scene();
  await s.pass(1);
  expect(s.quieten(1, { host: 'w1' }, fixed(5, 20))).toMatchObject({
    ok: true,
    value: { id: 'd1', state: 'pending', services: 2, author: 'ann' },
  });
  await s.pass(6);
  expect(s.shown(B)).toBe('downtime');
  s.tell(7, { code: 2 });
  await s.pass(19);
  expect(s.pager.take()).toEqual([]);
  await s.pass(21);
  expect(s.pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
  expect(s.shown(B)).toBe('');
  expect(s.ask(21, { kind: 'quiets', sort: 'downtime' })).toMatchObject([{ id: 'd1', state: 'over' }]);
});

test('who was told of a problem hears of its end in a downtime, too', async () => {
  const s = scene();
  await s.pass(1);
  s.tell(2, { code: 2 });
  await s.pass(3);
  expect(s.pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
  s.quieten(4, { host: 'w1' }, fixed(4, 60));
  s.tell(5, { code: 0 });
  await s.pass(30);
  expect(s.pager.take()).toEqual(['recovery web/w1/backup OK']);
});

test('a problem that came and went in it is nobody’s', async () => {
  const s = scene();
  await s.pass(1);
  s.quieten(1, { host: 'w1' }, fixed(1, 20));
  s.tell(5, { code: 2 });
  await s.pass(10);
  s.tell(11, { code: 0 });
  await s.pass(40);
  expect(s.pager.take()).toEqual([]);
});

test('a downtime of a host covers services that come later', async () => {
  const s = scene();
  s.quieten(0, { host: 'w1', service: 'host' }, fixed(0, 60));
  await s.pass(2);
  s.tell(2, { code: 2 });
  await s.pass(5);
  expect(s.pager.take()).toEqual([]);
  expect([s.shown(B), s.shown('web/w1/host')]).toEqual(['downtime', 'downtime']);
});

test('a flexible one begins with the first problem, soft as well, and lasts its time', async () => {
  const s = scene({ maxCheckAttempts: 2 });
  await s.pass(1);
  s.quieten(1, { host: 'w1' }, flexible(1, 100, 20));
  await s.pass(5);
  expect(s.shown(B)).toBe('');
  s.tell(6, { code: 2 });
  await s.pass(7);
  expect(s.state(B)).toBe('CRITICAL;SOFT;1');
  expect(s.shown(B)).toBe('downtime');
  expect(s.ask(7, { kind: 'quiets', sort: 'downtime' })).toMatchObject([{ state: 'active' }]);
  s.tell(8, { code: 2 });
  await s.pass(24);
  expect(s.pager.take()).toEqual([]);
  await s.pass(28);
  expect(s.pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
});

test('a flexible one begins at once where it is bad already, and its end without a problem is silent', async () => {
  const s = scene();
  await s.pass(1);
  s.tell(2, { code: 2 });
  s.pager.take();
  s.quieten(3, { service: 'backup' }, flexible(3, 50, 20));
  await s.pass(5);
  expect(s.shown(B)).toBe('downtime');
  s.quieten(5, { host: 'w9' }, flexible(5, 10, 20));
  await s.pass(12);
  expect(s.ask(12, { kind: 'quiets', sort: 'downtime' }).map(({ id, state }) => `${id} ${state}`)).toEqual([
    'd1 active',
    'd2 over',
  ]);
});

test('a silence of warnings says nothing of what is critical', async () => {
  const s = scene();
  await s.pass(1);
  s.quieten(1, { host: 'w1', severity: 'warning' }, silence(1, 60));
  s.tell(2, { code: 1 });
  await s.pass(4);
  expect([s.pager.take(), s.shown(B)]).toEqual([[], 'silenced']);
  s.tell(5, { code: 2 });
  await s.pass(7);
  expect(s.pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
});

test('undone, it holds no more, and stays in the list', async () => {
  const s = scene();
  await s.pass(1);
  s.quieten(1, { host: 'w1' }, fixed(1, 600));
  s.tell(2, { code: 2 });
  await s.pass(4);
  expect(s.ask(5, { kind: 'end-quiet', id: 'd1', by: 'bob' })).toMatchObject({
    state: 'ended',
    ended_by: 'bob',
  });
  await s.pass(7);
  expect(s.pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
  expect(s.ask(8, { kind: 'end-quiet', id: 'd1', by: 'bob' })).toBeNull();
  expect(s.ask(8, { kind: 'quiets', sort: 'downtime' })).toMatchObject([{ id: 'd1', state: 'ended' }]);
  expect(s.ask(8, { kind: 'quiets', sort: 'silence' })).toEqual([]);
});

test('a preview says what it would cover, or what is wrong, and makes nothing', async () => {
  const s = scene();
  await s.pass(2);
  const wish = { kind: 'quieten', comment: '', author: '', known: false, preview: true } as const;
  const said = (host: string, times: readonly string[]) => {
    const rule = { cluster: null, host, service: null, severity: null, facts: [], services: null };
    const time = { kind: 'recurring', fromMs: 0, toMs: null, times, timezone: 'UTC' } as const;
    return s.ask(2, { ...wish, covers: rule, time });
  };
  expect(said('w1', ['sunday 1:00-2:00'])).toMatchObject({ ok: true, value: { services: 2 } });
  expect(said('w1', ['sumday 1:00-2:00'])).toMatchObject({ ok: false, full: false });
  expect(s.ask(2, { kind: 'quiets', sort: 'downtime' })).toEqual([]);
  const rule = { cluster: null, host: 'w1', service: null, severity: null, facts: [], services: null };
  expect(s.ask(2, { kind: 'cover', covers: rule, wholeHosts: true, problems: false })).toMatchObject({
    count: 2,
    hosts: 1,
  });
  expect(s.ask(2, { kind: 'cover', covers: rule, wholeHosts: true, problems: true })).toMatchObject({
    count: 0,
  });
});

test('there are so many at most, and that is said', () => {
  const s = scene();
  for (let i = 0; i < QUIETS_MAX; i += 1) s.quieten(1, { host: `w${i}` }, fixed(1, 600));
  const one = s.quieten(1, { host: 'w1' }, fixed(1, 600));
  expect(one).toMatchObject({ ok: false, full: true, fault: expect.stringContaining('5000') });
});

test('over a restart all goes on, the flexible ones as they had begun', async () => {
  const file = join(temporaryFolder(), 'judge.db');
  {
    using store = openJudgeRepository(file);
    const s = scene({}, { store });
    await s.pass(1);
    s.quieten(1, { service: 'backup' }, flexible(1, 50, 30));
    s.quieten(1, { host: 'w9' }, fixed(1, 500));
    s.quieten(1, { host: 'w8' }, fixed(1, 500));
    s.ask(1, { kind: 'end-quiet', id: 'd3', by: 'ann' });
    s.tell(2, { code: 2 });
    await s.pass(5);
    await s.judge.stop();
  }
  using store = openJudgeRepository(file);
  const s = scene({}, { store, startS: 10 });
  await s.pass(12);
  expect(s.ask(12, { kind: 'quiets', sort: 'downtime' }).map(({ id, state }) => `${id} ${state}`)).toEqual([
    'd2 active',
    'd1 active',
    'd3 ended',
  ]);
  await s.pass(28);
  expect(s.pager.take()).toEqual([]);
  await s.pass(34);
  expect(s.pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
  expect(s.quieten(34, { host: 'w7' }, fixed(34, 40))).toMatchObject({ value: { id: 'd4' } });
});

test('hosts in a downtime that fall silent together are no mass', async () => {
  const hosts = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'];
  const s = quietScene([HOST_CHECK], { hosts, pager: new Pager() });
  await s.pass(60);
  s.quieten(60, { host: 'w.*' }, fixed(60, 1000));
  for (let atS = 61; atS < 400; atS += 1) await s.at(atS);
  expect(s.pager.take()).toEqual([]);
});

test('downtimes that were made for a host are undone by its name', () => {
  const s = scene();
  s.quieten(1, { host: 'w1' }, fixed(1, 600));
  s.quieten(1, { host: 'w1', service: 'backup' }, fixed(2, 600));
  s.quieten(1, { host: 'w2' }, fixed(1, 600));
  s.quieten(1, { host: 'w1' }, silence(1, 600));
  const end = (service: string | null, fromMs: number | null = null) =>
    s.ask(2, { kind: 'end-downtimes', host: 'w1', service, fromMs, comment: null, by: 'ann' });
  expect([end('load'), end('backup', 5), end('backup'), end(null)]).toEqual([0, 0, 1, 1]);
});
