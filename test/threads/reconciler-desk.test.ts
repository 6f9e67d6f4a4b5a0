import { describe, expect, test } from 'vitest';
import { FakeClock, settled } from '../reconciler/fake-clock.ts';
import { NOW_MS, TestRoster } from '../fleet/listing.ts';
import { ReconcilerDesk } from '../../src/threads/reconciler-desk.ts';
import type { GroupConfig, ReconcilerConfig } from '../../src/contract/config.ts';
import type { ListedGroup, Membership } from '../../src/model/instance.ts';
import type { ListSource, SourceRead } from '../../src/reconciler/source.ts';

/** Lists by the file that names them: instances of `web`, or why it fails. */
class FakeSources {
  readonly texts = new Map<string, string | { readonly fault: string }>();
  reads = 0;

  put(file: string, count: number, from = 0): void {
    const items = Array.from({ length: count }, (_, i) => ({ group: 'web', id: `i-${from + i}` }));
    this.texts.set(file, JSON.stringify(items));
  }

  open = (config: ReconcilerConfig['source']): ListSource => {
    const name = config.kind === 'file' ? config.file : config.url;
    return {
      name,
      read: (known): Promise<SourceRead> => {
        this.reads += 1;
        const text = this.texts.get(name) ?? { fault: 'is not there' };
        if (typeof text === 'object') return Promise.resolve({ kind: 'failed', ...text });
        if (text === known) return Promise.resolve({ kind: 'unchanged' });
        return Promise.resolve({ kind: 'text', text, mark: text });
      },
    };
  };
}

function config(given: Partial<ReconcilerConfig> = {}): ReconcilerConfig {
  const source = { kind: 'file', file: '/cloud.json' } as const;
  const times = { intervalMs: 60_000, timeoutMs: 10_000 };
  return { name: 'cloud', source, ...times, groups: [], shrinkMax: 0.3, ...given };
}

const GROUPS = [{ name: 'web' }, { name: 'db' }] as unknown as readonly GroupConfig[];

function stand() {
  const roster = new TestRoster();
  const sources = new FakeSources();
  const clock = new FakeClock();
  const logged: string[] = [];
  let listed: readonly ListedGroup[] = [];
  const desk = new ReconcilerDesk({
    roster,
    told: (groups) => (listed = groups),
    nowMs: () => NOW_MS + clock.ms,
    log: {
      info: (_detail, message) => void logged.push(message),
      warn: (_detail, message) => void logged.push(message),
    },
    clock,
    sourceOf: sources.open,
  });
  const use = (...reconcilers: ReconcilerConfig[]) => {
    desk.use({ reconcilers, groups: GROUPS });
    return clock.pass(0);
  };
  const here = () => roster.standings.filter((words) => words.endsWith('here')).length;
  return { roster, sources, clock, logged, desk, use, here, listed: () => listed };
}

describe('a list', () => {
  test('is read at once and at its interval; its groups are told when it was read', async () => {
    const { sources, clock, use, here, listed, desk } = stand();
    sources.put('/cloud.json', 3);
    await use(config());
    expect(here()).toBe(3);
    expect(listed()).toEqual([{ cluster: 'web', readMs: NOW_MS, isWell: true }]);
    sources.put('/cloud.json', 2);
    await clock.pass(60_000);
    expect(here()).toBe(2);
    expect(listed()).toEqual([{ cluster: 'web', readMs: NOW_MS + 60_000, isWell: true }]);
    expect(desk.list()).toEqual([
      {
        name: 'cloud',
        source: '/cloud.json',
        groups: [],
        interval_ms: 60_000,
        read_ms: NOW_MS + 60_000,
        tried_ms: NOW_MS + 60_000,
        fault: '',
        instances: 2,
        others: { instances: 0, groups: [] },
        held: null,
      },
    ]);
    expect(desk.notes()).toEqual([]);
  });

  test('that did not change is not taken again', async () => {
    const { roster, sources, clock, use, desk } = stand();
    sources.put('/cloud.json', 3);
    await use(config());
    await clock.pass(120_000);
    expect(sources.reads).toBe(3);
    expect(roster.changes).toHaveLength(1);
    expect(desk.figures()).toEqual([
      {
        name: 'cloud',
        reads: [
          { reason: 'changed', count: 1 },
          { reason: 'unchanged', count: 2 },
        ],
        held: 0,
        ageS: 0,
      },
    ]);
  });

  test.for([
    { name: 'answers nothing', text: { fault: 'answers HTTP 503' }, words: 'it answers HTTP 503' },
    { name: 'is half written', text: '[{"group":"web","id":"i-0"}', words: 'it is not whole JSON (' },
    { name: 'is empty', text: '', words: 'it is not whole JSON (it is empty)' },
    { name: 'is something else', text: '{"error":"no"}', words: 'it is neither [instance, …] nor' },
  ])('that $name is an outage: nothing changes, and it is told', async ({ text, words }) => {
    const { sources, clock, use, here, listed, desk, logged } = stand();
    sources.put('/cloud.json', 9);
    await use(config());
    sources.texts.set('/cloud.json', text);
    await clock.pass(60_000 + 3_600_000);
    expect(here()).toBe(9);
    expect(listed()).toEqual([{ cluster: 'web', readMs: NOW_MS, isWell: false }]);
    const [note] = desk.notes();
    expect(note).toContain(`list cloud has failed for 60 min: ${words}`);
    expect(note).toContain('what it last said stands');
    expect(desk.list()[0]?.fault).toContain(words);
    expect(logged).toHaveLength(1);
    sources.put('/cloud.json', 8);
    await clock.pass(300_000);
    expect(here()).toBe(8);
    expect(desk.notes()).toEqual([]);
    expect(logged).toEqual([expect.stringContaining('list cloud '), 'list cloud is read again']);
  });

  test('that was never read is told as such', async () => {
    const { use, desk, listed } = stand();
    await use(config({ groups: ['db'] }));
    expect(desk.notes()).toEqual([
      'list cloud has failed for 0 s: it is not there; it has not been read yet',
    ]);
    expect(listed()).toEqual([{ cluster: 'db', readMs: 0, isWell: false }]);
    expect(desk.figures()).toMatchObject([{ ageS: null, reads: [{ reason: 'failed', count: 1 }] }]);
  });

  test('that fleet.db does not take is taken with the next reading', async () => {
    const { roster, sources, clock, use, here, desk } = stand();
    sources.put('/cloud.json', 3);
    roster.isFull = true;
    await use(config());
    expect(desk.notes()[0]).toContain('it was read, but fleet.db cannot be written');
    roster.isFull = false;
    await clock.pass(60_000);
    expect(here()).toBe(3);
  });

  test('of 100 000 is read in slices', async () => {
    const { sources, clock, use, here } = stand();
    sources.put('/cloud.json', 20_000);
    const ticks = clock.ticksMs.bind(clock);
    // As if each item took its time.
    clock.ticksMs = () => ticks() + (clock.ms += 0.01);
    await use(config());
    while (here() === 0) await settled();
    expect(here()).toBe(20_000);
  });

  test('says what of it was passed over', async () => {
    const { sources, use, desk } = stand();
    sources.texts.set('/cloud.json', '[{"group":"cache","id":"i-1"},{"group":"web","host":"../x"}]');
    await use(config());
    expect(desk.list()[0]?.fault).toBe('passed over: 1 × a host name that may not be used ("../x")');
  });
});

describe('a list that is held', () => {
  async function held() {
    const scene = stand();
    scene.sources.put('/cloud.json', 120);
    await scene.use(config());
    scene.sources.put('/cloud.json', 59);
    await scene.clock.pass(60_000);
    return scene;
  }

  test('retires nobody, is told, and is as good as none to whoever judges', async () => {
    const { here, desk, listed, logged } = await held();
    expect(here()).toBe(120);
    const words = 'list cloud would retire 61 of 120 instances at once (web 61 of 120)';
    expect(desk.notes()).toEqual([`${words}: held until confirmed: muster reconciler confirm cloud`]);
    expect(logged).toEqual([`${words}: held`]);
    expect(listed()).toMatchObject([{ isWell: false }]);
    const [view] = desk.list();
    expect(view?.held).toMatchObject({
      gone: 61,
      since_ms: NOW_MS + 60_000,
      groups: [{ group: 'web', gone: 61, of: 120 }],
      words,
    });
    expect(view?.held?.first).toHaveLength(20);
    expect(view?.held?.first[0]).toEqual({ group: 'web', host: 'i-59', instance_id: 'i-59' });
    expect(desk.figures()).toMatchObject([{ held: 61 }]);
  });

  test('is taken when it is confirmed by its digest, and by no other', async () => {
    const { here, desk, listed } = await held();
    const digest = desk.list()[0]?.held?.digest ?? '';
    expect(desk.confirm('chef', digest)).toBe('unknown');
    expect(desk.confirm('cloud', 'another')).toBe('another');
    expect(here()).toBe(120);
    expect(desk.confirm('cloud', digest)).toBe('confirmed');
    expect(here()).toBe(59);
    expect(desk.confirm('cloud', digest)).toBe('not-held');
    expect(desk.notes()).toEqual([]);
    expect(listed()).toMatchObject([{ isWell: true }]);
  });

  test('stays held where fleet.db cannot be written', async () => {
    const { roster, here, desk } = await held();
    roster.isFull = true;
    expect(desk.confirm('cloud', desk.list()[0]?.held?.digest ?? '')).toBe('not-kept');
    expect(here()).toBe(120);
    expect(desk.list()[0]?.held).not.toBeNull();
  });

  test('stays held through an outage and a reload, with its digest', async () => {
    const { sources, clock, use, here, desk } = await held();
    const digest = desk.list()[0]?.held?.digest;
    sources.texts.set('/cloud.json', { fault: 'answers HTTP 503' });
    await clock.pass(60_000);
    expect(desk.notes()).toHaveLength(2);
    await use(config());
    expect(desk.list()[0]?.held?.digest).toBe(digest);
    expect(here()).toBe(120);
  });

  test('is whole again by itself', async () => {
    const { sources, clock, here, desk } = await held();
    sources.put('/cloud.json', 119);
    await clock.pass(60_000);
    expect(desk.list()[0]?.held).toBeNull();
    expect(here()).toBe(119);
  });

  test('is taken when a reload lets it shrink so much', async () => {
    const { use, here } = await held();
    await use(config({ shrinkMax: 1 }));
    expect(here()).toBe(59);
  });
});

describe('lists are read sooner', () => {
  const member: Membership = {
    cluster: 'web',
    host: 'web-1',
    instanceId: 'i-1',
    standing: { kind: 'here', says: '' },
    sinceMs: 0,
    facts: [],
    addresses: [],
    key: null,
  };

  test.for<{ name: string; groups: string[]; reads: number }>([
    { name: 'that speak for a group whose hosts are missed', groups: ['web'], reads: 2 },
    { name: 'that speak for every group', groups: [], reads: 2 },
    { name: 'but not others', groups: ['db'], reads: 1 },
  ])('$name', async ({ groups, reads }) => {
    const { sources, clock, use, desk } = stand();
    sources.put('/cloud.json', 3);
    await use(config({ groups }));
    await clock.pass(10_000);
    desk.hasten(['web']);
    await clock.pass(0);
    expect(sources.reads).toBe(reads);
  });

  test.for<{ name: string; standing: Membership['standing']; reads: number }>([
    { name: 'by an instance that no list has', standing: { kind: 'here', says: '' }, reads: 2 },
    { name: 'not by one that a list has', standing: { kind: 'here', says: 'on list cloud' }, reads: 1 },
    { name: 'not by one that left', standing: { kind: 'left', reason: '', sinceMs: 1 }, reads: 1 },
  ])('$name', async ({ standing, reads }) => {
    const { sources, clock, use, desk } = stand();
    sources.put('/cloud.json', 3);
    await use(config());
    await clock.pass(10_000);
    desk.heard([{ kind: 'member', member: { ...member, standing } }]);
    await clock.pass(0);
    expect(sources.reads).toBe(reads);
  });
});

describe('a reload', () => {
  test('lets go of a list that is configured no more: what it had stays, and is not its any more', async () => {
    const { roster, sources, clock, use, here, listed, desk } = stand();
    sources.put('/cloud.json', 3);
    await use(config());
    await use();
    expect(desk.list()).toEqual([]);
    expect(listed()).toEqual([]);
    expect(here()).toBe(3);
    expect([...roster.instances()].flatMap(({ lists }) => lists)).toEqual([]);
    const { reads } = sources;
    await clock.pass(600_000);
    expect(sources.reads).toBe(reads);
  });

  test('keeps how a list stands, and reads it by the new rules', async () => {
    const { sources, use, here, desk } = stand();
    sources.put('/cloud.json', 2);
    await use(config());
    await use(config({ groups: ['db'] }));
    expect(here()).toBe(2);
    expect(desk.list()[0]).toMatchObject({ instances: 0, groups: ['db'] });
    sources.put('/cloud.json', 0);
    await use(config());
    expect(here()).toBe(2);
  });
});

test('of two lists of a group, it is as well as the better one', async () => {
  const { sources, clock, use, listed } = stand();
  sources.put('/cloud.json', 3);
  sources.put('/chef.json', 3);
  const chef = config({ name: 'chef', source: { kind: 'file', file: '/chef.json' }, intervalMs: 30_000 });
  await use(config(), chef);
  await clock.pass(30_000);
  expect(listed()).toEqual([{ cluster: 'web', readMs: NOW_MS, isWell: true }]);
  sources.texts.set('/cloud.json', { fault: 'is not there' });
  await clock.pass(30_000);
  expect(listed()).toEqual([{ cluster: 'web', readMs: NOW_MS + 60_000, isWell: true }]);
});
