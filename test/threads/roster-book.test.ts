import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { GROUP_DEFAULTS } from '../../src/contract/config.ts';
import { RosterBook } from '../../src/threads/roster-book.ts';
import { listed, NOW_MS, registration } from '../fleet/instances.ts';
import { temporaryFolder } from '../state/folder.ts';
import type { GroupConfig } from '../../src/contract/config.ts';
import type { HistoryMove, MoveFault, RosterNews } from '../../src/model/instance.ts';
import type { Registration } from '../../src/fleet/instance.ts';

const WEB: GroupConfig = {
  ...GROUP_DEFAULTS,
  name: 'web',
  listen: [],
  accept: ['collectd'],
  hostTmaxMs: 20_000,
  hostDmaxMs: 86_400_000,
  hostName: 'packet',
  maxSeriesPerHost: 5000,
  timestamps: { pastMs: 600_000, futureMs: 60_000, outside: 'refuse' },
  rrdDir: null,
};

/** Histories that move when they are let. */
class FakeHistories {
  readonly moves: HistoryMove[] = [];
  held = false;
  fault: MoveFault | undefined;
  readonly #waiting: (() => void)[] = [];

  rename(move: HistoryMove): Promise<MoveFault | undefined> {
    this.moves.push(move);
    if (!this.held) return Promise.resolve(this.fault);
    return new Promise((resolve) => this.#waiting.push(() => resolve(this.fault)));
  }

  letGo(): void {
    this.#waiting.shift()?.();
  }
}

interface Given {
  readonly file?: string;
  readonly moveWithinMs?: number;
  readonly max?: number;
}

function open({
  file = join(temporaryFolder(), 'fleet.db'),
  moveWithinMs = 10_000,
  max = 100_000,
}: Given = {}) {
  const news: RosterNews[] = [];
  const noted: { readonly who: string; readonly subject: string; readonly detail: string }[] = [];
  const logged: string[] = [];
  const histories = new FakeHistories();
  const heard = new Map<string, number>();
  const pauses: (() => void)[] = [];
  const clock = { nowMs: NOW_MS };
  const groups = [WEB];
  const log = (_detail: object, message: string) => void logged.push(message);
  const book = new RosterBook({
    file,
    groups: () => groups,
    heardMs: (_cluster, host) => heard.get(host) ?? 0,
    gapMs: () => 0,
    histories,
    tell: (said) => void news.push(...said),
    audit: { note: (entry) => void noted.push(entry) },
    nowMs: () => clock.nowMs,
    log: { warn: log, error: log },
    moveWithinMs,
    max,
    pause: () => new Promise<void>((resolve) => void pauses.push(resolve)),
  });
  const register = (wish: Partial<Registration> = {}) => book.register(registration(wish));
  const leave = (instanceId: string) =>
    book.deregister({ cluster: 'web', host: undefined, instanceId, reason: 'scale-in', from: '10.0.0.1' });
  const dispose = () => book[Symbol.dispose]();
  return {
    book,
    register,
    leave,
    file,
    news,
    noted,
    logged,
    histories,
    heard,
    pauses,
    clock,
    groups,
    [Symbol.dispose]: dispose,
  };
}

/** Turns of the event loop, so that what was begun goes as far as it can. */
async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise(setImmediate);
}

describe('an instance that registers', () => {
  test('is told to everybody, with its key, before it gets its answer', async () => {
    using stand = open();
    const outcome = await stand.register({ tags: { role: 'web' } });
    if (!outcome.ok) throw new Error(outcome.message);
    const { user, password } = outcome.key;
    expect(user).toBe('i-1');
    expect(password).toMatch(/^[\w-]{43}$/u);
    expect(stand.news).toEqual([
      {
        kind: 'member',
        member: {
          cluster: 'web',
          host: 'web-1',
          instanceId: 'i-1',
          standing: { kind: 'here', says: '' },
          sinceMs: NOW_MS,
          facts: [
            ['role', 'web'],
            ['instance_id', 'i-1'],
          ],
          addresses: ['10.0.0.1'],
          key: { user, password },
        },
      },
    ]);
    expect(stand.book.version()).toBe(1);
    expect(stand.book.instance('web', 'web-1')).toEqual(outcome.instance);
  });

  test('has the same key and the same place after a restart, and no other instance has that key', async () => {
    const first = open();
    const before = await first.register();
    const other = await first.register({ instanceId: 'i-2', host: 'web-2' });
    first.book[Symbol.dispose]();
    using second = open({ file: first.file });
    second.book.introduce();
    expect(second.news.map((one) => (one.kind === 'member' ? one.member : one))).toEqual(
      first.news.map((one) => (one.kind === 'member' ? one.member : one)),
    );
    const after = await second.register();
    expect(after).toMatchObject({ ok: true, isNew: false, key: before.ok && before.key });
    expect(before.ok && other.ok && before.key.password !== other.key.password).toBe(true);
  });

  test('many at once are all kept, and each is told apart', async () => {
    const stand = open();
    const wishes = Array.from({ length: 1000 }, (_, i) => ({ instanceId: `i-${i}`, host: `web-${i}` }));
    const outcomes = await Promise.all(wishes.map((wish) => stand.register(wish)));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    stand.book[Symbol.dispose]();
    using again = open({ file: stand.file });
    expect([...again.book.instances()]).toHaveLength(1000);
  });

  test('more than may wait are sent away', async () => {
    using stand = open();
    const outcomes = await Promise.all(Array.from({ length: 4001 }, () => stand.register()));
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([
      { ok: false, refusal: 'busy', message: 'too many instances register at once' },
    ]);
  });
});

describe('a host name that changes hands', () => {
  test('is answered when the history of the former holder is aside', async () => {
    using stand = open();
    await stand.register();
    stand.histories.held = true;
    let answered = false;
    const second = stand.register({ instanceId: 'i-2' }).then((outcome) => {
      answered = true;
      return outcome;
    });
    await turns();
    expect(answered).toBe(false);
    expect(stand.histories.moves).toEqual([{ cluster: 'web', from: 'web-1', to: 'web-1~i-1' }]);
    // Everybody knows before the first value of the new one can come.
    expect(stand.news.slice(1)).toMatchObject([
      { member: { host: 'web-1~i-1', standing: { kind: 'left', reason: 'replaced by i-2' }, key: null } },
      { member: { host: 'web-1', instanceId: 'i-2', key: { user: 'i-2' } } },
    ]);
    stand.histories.letGo();
    expect(await second).toMatchObject({ ok: true, replaced: 'i-1' });
  });

  test('histories that share a name move one after the other, others do not wait for them', async () => {
    using stand = open();
    await Promise.all([stand.register(), stand.register({ instanceId: 'i-8', host: 'web-8' })]);
    stand.histories.held = true;
    const outcomes = [
      stand.register({ instanceId: 'i-2' }),
      stand.register(),
      stand.register({ instanceId: 'i-9', host: 'web-8' }),
    ];
    await turns();
    const told = () => stand.histories.moves.map(({ from, to }) => `${from} ${to}`);
    expect(told()).toEqual(['web-1 web-1~i-1', 'web-8 web-8~i-8']);
    stand.histories.letGo();
    await turns();
    expect(told().slice(2)).toEqual(['web-1 web-1~i-2']);
    stand.histories.letGo();
    stand.histories.letGo();
    await turns();
    expect(told().slice(3)).toEqual(['web-1~i-1 web-1']);
    stand.histories.letGo();
    expect((await Promise.all(outcomes)).map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  test('is answered without the history where that takes too long', async () => {
    using stand = open({ moveWithinMs: 1 });
    await stand.register();
    stand.histories.held = true;
    expect(await stand.register({ instanceId: 'i-2' })).toMatchObject({ ok: true });
    expect(stand.logged).toEqual(['an instance did not wait for the history of its name any longer']);
  });

  test('gets its history after a restart that came in between', async () => {
    const first = open({ moveWithinMs: 1 });
    await first.register();
    first.histories.held = true;
    await first.register({ instanceId: 'i-2' });
    first.book[Symbol.dispose]();
    const second = open({ file: first.file });
    second.book.introduce();
    await turns();
    expect(second.histories.moves).toEqual([{ cluster: 'web', from: 'web-1', to: 'web-1~i-1' }]);
    second.book[Symbol.dispose]();
    using third = open({ file: first.file });
    third.book.introduce();
    await turns();
    expect(third.histories.moves).toEqual([]);
  });

  test('that can never be moved is told, and not tried again', async () => {
    const stand = open();
    await stand.register();
    stand.histories.fault = { words: 'web-1~i-1 has a history of its own', isPassing: false };
    expect(await stand.register({ instanceId: 'i-2' })).toMatchObject({ ok: true });
    expect(stand.logged).toEqual(['a history keeps its old name']);
    expect([stand.pauses.length, stand.book.notes()]).toEqual([0, []]);
    stand.book[Symbol.dispose]();
    using again = open({ file: stand.file });
    again.book.introduce();
    await turns();
    expect(again.histories.moves).toEqual([]);
  });

  test('that cannot be moved now is tried again until it is, the next one of its name after it', async () => {
    using stand = open();
    await stand.register();
    stand.histories.fault = { words: 'the store takes nothing', isPassing: true };
    // Nobody waits for a store that is slow.
    expect(await stand.register({ instanceId: 'i-2' })).toMatchObject({ ok: true });
    expect(await stand.register({ instanceId: 'i-3' })).toMatchObject({ ok: true });
    expect(stand.histories.moves).toHaveLength(1);
    expect(stand.book.notes()).toEqual([
      '2 histories wait for another name, the first is that of web/web-1: the store takes nothing',
    ]);
    stand.pauses.shift()?.();
    await turns();
    expect(stand.logged.filter((line) => line === 'a history waits for its new name')).toHaveLength(1);
    stand.histories.fault = undefined;
    stand.pauses.shift()?.();
    await turns();
    const aside = { cluster: 'web', from: 'web-1', to: 'web-1~i-1' };
    expect(stand.histories.moves).toEqual([aside, aside, aside, { ...aside, to: 'web-1~i-2' }]);
    expect(stand.book.notes()).toEqual([]);
  });

  test('that waits is asked for again after a restart', async () => {
    const first = open();
    await first.register();
    first.histories.fault = { words: 'the store takes nothing', isPassing: true };
    await first.register({ instanceId: 'i-2' });
    first.book[Symbol.dispose]();
    using second = open({ file: first.file });
    second.book.introduce();
    await turns();
    expect(second.histories.moves).toEqual([{ cluster: 'web', from: 'web-1', to: 'web-1~i-1' }]);
  });

  test('many that moved are settled at once', async () => {
    const stand = open();
    const ids = Array.from({ length: 200 }, (_, i) => i);
    const all = (id: string) =>
      Promise.all(ids.map((i) => stand.register({ host: `web-${i}`, instanceId: `${id}-${i}` })));
    await all('a');
    await all('b');
    stand.book[Symbol.dispose]();
    using db = new DatabaseSync(stand.file);
    expect(db.prepare('SELECT count(*) AS n FROM moves').get()).toEqual({ n: 0 });
  });
});

describe('an instance that leaves', () => {
  test('is told to have left, without a key, and stays so after a restart', async () => {
    const stand = open();
    await stand.register();
    expect(await stand.leave('i-1')).toMatchObject({ ok: true, isNew: true });
    const standing = { kind: 'left', reason: 'deregistered: scale-in', sinceMs: NOW_MS };
    expect(stand.news[1]).toMatchObject({ kind: 'member', member: { host: 'web-1', standing, key: null } });
    expect(await stand.leave('i-1')).toMatchObject({ ok: true, isNew: false });
    expect(stand.news).toHaveLength(2);
    stand.book[Symbol.dispose]();
    using again = open({ file: stand.file }).book;
    expect(again.instance('web', 'web-1')).toMatchObject({ standing });
  });

  test('and is back, takes its place again', async () => {
    using stand = open();
    await stand.register();
    await stand.leave('i-1');
    expect(await stand.register()).toMatchObject({ ok: true, isNew: true, replaced: null });
    expect(stand.histories.moves).toEqual([]);
  });

  test('is forgotten with its history', async () => {
    using stand = open();
    await stand.register();
    await stand.leave('i-1');
    stand.book.prune({ retiredMs: NOW_MS });
    expect(stand.book.instance('web', 'web-1')).toBeDefined();
    stand.book.prune({ retiredMs: NOW_MS + 1 });
    expect(stand.book.instance('web', 'web-1')).toBeUndefined();
    expect(stand.news.at(-1)).toEqual({ kind: 'forgotten', cluster: 'web', host: 'web-1' });
  });
});

describe('an instance that never said goodbye', () => {
  const HOUR_MS = 3_600_000;
  /** It registered, and long ago. */
  async function old(given: {
    readonly heardMs?: number;
    readonly isListed?: boolean;
    readonly isNew?: boolean;
  }) {
    const stand = open();
    await stand.register();
    if (given.isListed) stand.book.reconcile({ list: 'cloud', listed: [listed()], gone: [] });
    if (given.heardMs !== undefined) stand.heard.set('web-1', given.heardMs);
    stand.clock.nowMs += given.isNew ? HOUR_MS - 1 : HOUR_MS;
    return stand;
  }

  test.for([
    { name: 'is forgotten when it was not heard for as long as histories are kept', given: {}, stays: false },
    { name: 'is kept while its host is known', given: { heardMs: NOW_MS }, stays: true },
    { name: 'is kept while a list has it', given: { isListed: true }, stays: true },
    { name: 'is kept while the server may not have heard it yet', given: { isNew: true }, stays: true },
  ])('$name', async ({ given, stays }) => {
    using stand = await old(given);
    stand.book.prune({ retiredMs: NOW_MS });
    expect(stand.book.instance('web', 'web-1')).toBeDefined();
    stand.book.prune({ retiredMs: NOW_MS + 1 });
    expect(stand.book.instance('web', 'web-1') !== undefined).toBe(stays);
  });

  test('is kept while its group is away, and is not shown', async () => {
    using stand = await old({});
    expect([...stand.book.instances()]).toHaveLength(1);
    stand.groups.pop();
    expect([...stand.book.instances()]).toHaveLength(0);
    stand.book.prune({ retiredMs: NOW_MS + 1 });
    expect(stand.book.instance('web', 'web-1')).toBeDefined();
  });

  test('makes room for others after an hour', async () => {
    using stand = open({ max: 3 });
    await stand.register({ instanceId: 'i-1', host: 'web-1' });
    await stand.register({ instanceId: 'i-2', host: 'web-2' });
    stand.clock.nowMs += HOUR_MS + 1;
    stand.heard.set('web-2', NOW_MS);
    await stand.register({ instanceId: 'i-3', host: 'web-3' });
    expect(await stand.register({ instanceId: 'i-4', host: 'web-4' })).toMatchObject({ ok: false });
    stand.book.prune({ retiredMs: 0 });
    expect(Array.from(stand.book.instances(), ({ instanceId }) => instanceId)).toEqual(['i-2', 'i-3']);
  });
});

describe('a list', () => {
  const gone = { cluster: 'web', instanceId: 'i-1', reason: 'gone from list cloud' };

  test('brings instances and takes them away, once each', async () => {
    using stand = open();
    expect(stand.book.reconcile({ list: 'cloud', listed: [listed()], gone: [] })).toBe(true);
    expect(stand.book.reconcile({ list: 'cloud', listed: [listed()], gone: [] })).toBe(true);
    expect(stand.news).toMatchObject([{ member: { host: 'web-1', key: null } }]);
    await stand.register();
    stand.book.reconcile({ list: 'cloud', listed: [], gone: [gone] });
    expect(stand.news.at(-1)).toMatchObject({
      member: { standing: { kind: 'left', reason: 'gone from list cloud' } },
    });
    expect(stand.noted).toMatchObject([
      { who: 'list cloud', subject: 'web', detail: 'web-1 (gone from list cloud)' },
    ]);
  });

  test('that takes away many is one entry of the audit log', () => {
    using stand = open();
    const ids = Array.from({ length: 30 }, (_, i) => `i-${i}`);
    const entries = ids.map((instanceId) => listed({ instanceId, host: `web-${instanceId}` }));
    stand.book.reconcile({ list: 'cloud', listed: entries, gone: [] });
    const all = ids.map((instanceId) => ({ ...gone, instanceId }));
    stand.book.reconcile({ list: 'cloud', listed: [], gone: all });
    expect(stand.noted).toHaveLength(1);
    expect(stand.noted[0]?.detail).toMatch(/, and 10 more$/u);
  });
});

describe('while the file cannot be written', () => {
  function broken() {
    const stand = open();
    using db = new DatabaseSync(stand.file);
    db.exec('DROP TABLE moves');
    return stand;
  }

  test('nobody is told, nothing has changed, and it is a note until it can', async () => {
    using stand = broken();
    await stand.register();
    expect(await stand.register({ instanceId: 'i-2' })).toMatchObject({ ok: false, refusal: 'not_kept' });
    expect(stand.news).toHaveLength(1);
    expect(stand.book.instance('web', 'web-1')).toMatchObject({ instanceId: 'i-1' });
    expect(stand.book.notes()[0]).toContain('nobody can register or leave');
    expect(stand.book.figures()).toEqual({
      instances: [
        { cluster: 'web', standing: 'here', count: 1 },
        { cluster: 'web', standing: 'left', count: 0 },
      ],
      registrations: [
        { cluster: 'web', outcome: 'new', count: 1 },
        { cluster: 'web', outcome: 'not_kept', count: 1 },
      ],
    });
    await stand.register();
    expect(stand.book.notes()).toEqual([]);
  });

  test('a list is told to come again', async () => {
    using stand = broken();
    await stand.register();
    await stand.leave('i-1');
    const change = { list: 'cloud', listed: [listed({ instanceId: 'i-2' })], gone: [] };
    expect(stand.book.reconcile(change)).toBe(false);
    expect(stand.book.instance('web', 'web-1')).toMatchObject({ instanceId: 'i-1' });
  });
});

test('a file that is gone does not end the server', async () => {
  using stand = open();
  rmSync(stand.file);
  expect((await stand.register()).ok).toBeTypeOf('boolean');
});
