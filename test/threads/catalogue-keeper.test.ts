import { describe, expect, test } from 'vitest';
import { harness } from '../ingest/harness.ts';
import { GONE_UNWRITTEN_MAX } from '../../src/limits.ts';
import { CatalogueKeeper } from '../../src/threads/catalogue-keeper.ts';
import type { Announcement } from '../../src/live/announcement.ts';
import { encodeValue } from '../../src/wire/gmond/encode.ts';

/** A repository that remembers what it was given, and can be full. */
function stand() {
  const h = harness();
  const saved = {
    gone: [] as string[],
    hosts: [] as string[],
    records: [] as string[],
    samples: [] as string[],
  };
  let full = false;
  const order: string[] = [];
  const write = (into: string[], names: readonly string[]) => {
    if (full) throw new Error('database or disk is full');
    order.push(Object.entries(saved).find(([, list]) => list === into)?.[0] ?? '');
    into.push(...names);
  };
  const repository: ConstructorParameters<typeof CatalogueKeeper>[1] = {
    retired: {
      retireHosts: (hosts) =>
        write(
          saved.gone,
          hosts.map((host) => host.name),
        ),
      retireRecords: (records) =>
        write(
          saved.gone,
          records.map((record) => `${record.host}/${record.metric}`),
        ),
      prune: () => false,
    },
    saveHosts: (hosts) =>
      write(
        saved.hosts,
        hosts.map((host) => host.name),
      ),
    saveRecords: (records) =>
      write(
        saved.records,
        records.map((record) => record.metric),
      ),
    saveSamples: (records) =>
      write(
        saved.samples,
        records.map((record) => record.description.metric),
      ),
  };
  const faults: (string | undefined)[] = [];
  const keeper = new CatalogueKeeper(h.catalogue, repository, (fault) => faults.push(fault));
  const apply = (...announcements: Announcement[]) => {
    h.catalogue.apply({ worker: 0, announcements });
    keeper.note({ worker: 0, announcements });
  };
  const send = (name: string) => {
    const datagram = encodeValue({ host: 'web-01', name, spoof: false }, { type: 'double', value: 1 });
    const entry = {
      start: 0,
      end: datagram.length,
      listener: h.index,
      address: 'a',
      arrivalMs: h.clock.nowMs,
    };
    h.engine.accept(datagram, entry);
    const batch = { worker: 0, announcements: h.engine.takeAnnouncements(Infinity) };
    h.catalogue.apply(batch);
    keeper.note(batch);
  };
  return { h, saved, order, faults, keeper, send, apply, setFull: (is: boolean) => (full = is) };
}

test('a disk that stays full while things come and go: what has left is not held, but for so many names', async () => {
  const { keeper, apply, saved, setFull } = stand();
  setFull(true);
  const host = { hostRow: 0, generation: 0, cluster: 'web', name: 'a', address: '', agent: '' };
  apply({ kind: 'host', ...host });
  await keeper.keepNoted();
  apply({ kind: 'host-gone', hostRow: 0, cluster: 'web', name: 'a', lastSeenMs: 5, reason: 'expired' });
  const said = {
    kind: 'record-gone',
    record: 0,
    hostRow: 0,
    cluster: 'web',
    host: 'b',
    lastSeenMs: 5,
  } as const;
  for (let n = 0; n < GONE_UNWRITTEN_MAX + 3; n += 1) apply({ ...said, metric: `m${n}` });
  await keeper.keepNoted();
  setFull(false);
  await keeper.keepNoted();
  expect([saved.gone.length, saved.gone[1]]).toEqual([GONE_UNWRITTEN_MAX + 1, 'b/m3']);
  expect(saved.hosts).toEqual([]);
});

test('what was announced is written once', async () => {
  const { keeper, send, saved } = stand();
  send('a');
  await keeper.keepNoted();
  await keeper.keepNoted();
  expect(saved).toMatchObject({ hosts: ['web-01'], records: ['a'] });
});

test('a full disk is told, ends nothing, and what was noted is written when there is room again', async () => {
  const { keeper, send, saved, faults, setFull } = stand();
  send('a');
  setFull(true);
  await keeper.keepNoted();
  await keeper.keepValues();
  expect(faults).toEqual(['database or disk is full', 'database or disk is full']);
  setFull(false);
  await keeper.keepNoted();
  expect(saved).toMatchObject({ hosts: ['web-01'], records: ['a'] });
  expect(faults.at(-1)).toBeUndefined();
});

test('values without a newer sample are not written again', async () => {
  const { h, keeper, send, saved } = stand();
  send('a');
  send('b');
  await keeper.keepValues();
  h.clock.nowMs += 1000;
  send('b');
  await keeper.keepValues();
  expect(saved.samples).toEqual(['a', 'b', 'b']);
});

describe('what leaves', () => {
  test('is marked, and is not saved any more', async () => {
    const { h, keeper, send, saved, apply } = stand();
    send('a');
    await keeper.keepNoted();
    const { hostRow } = h.catalogue.host('web', 'web-01') ?? { hostRow: -1 };
    send('b');
    apply({ kind: 'host-gone', hostRow, cluster: 'web', name: 'web-01', lastSeenMs: 5, reason: 'expired' });
    const before = keeper.retiredVersion;
    await keeper.keepNoted();
    await keeper.keepValues();
    expect(saved).toMatchObject({ gone: ['web-01'], hosts: ['web-01'], records: ['a'] });
    expect(keeper.retiredVersion).toBeGreaterThan(before);
  });

  test('and comes back within a second is there', async () => {
    const { h, keeper, send, saved, apply, order } = stand();
    send('a');
    await keeper.keepNoted();
    order.length = 0;
    const { hostRow } = h.catalogue.host('web', 'web-01') ?? { hostRow: -1 };
    const again = { kind: 'host', hostRow: 9, generation: 0, address: '', agent: '' } as const;
    apply({ kind: 'host-gone', hostRow, cluster: 'web', name: 'web-01', lastSeenMs: 5, reason: 'expired' });
    apply({ ...again, cluster: 'web', name: 'web-01' });
    await keeper.keepNoted();
    expect(order.filter((what) => what !== 'records')).toEqual(['gone', 'hosts']);
    expect(saved.hosts).toEqual(['web-01', 'web-01']);
  });

  test('is marked at once where its name is to be another’s, and not a second time', async () => {
    const { h, keeper, send, saved, apply } = stand();
    send('a');
    await keeper.keepNoted();
    const { hostRow } = h.catalogue.host('web', 'web-01') ?? { hostRow: -1 };
    const gone = {
      kind: 'record-gone',
      record: 0,
      hostRow,
      cluster: 'web',
      metric: 'a',
      lastSeenMs: 5,
    } as const;
    apply({ ...gone, host: 'web-01' }, { ...gone, host: 'web-010' });
    apply({ kind: 'host-gone', hostRow, cluster: 'web', name: 'web-01', lastSeenMs: 5, reason: 'renamed' });
    keeper.keepLeft('web', 'web-01');
    expect(saved.gone).toEqual(['web-01', 'web-01/a']);
    await keeper.keepNoted();
    expect(saved.gone).toEqual(['web-01', 'web-01/a', 'web-010/a']);
  });

  test('a record alone', async () => {
    const { h, keeper, send, saved, apply } = stand();
    send('a');
    await keeper.keepNoted();
    const { hostRow, records } = h.catalogue.host('web', 'web-01') ?? { hostRow: -1 };
    const record = records?.get('a')?.record ?? -1;
    const said = { hostRow, cluster: 'web', host: 'web-01', metric: 'a', lastSeenMs: 5 };
    apply({ kind: 'record-gone', record, ...said });
    await keeper.keepNoted();
    expect(saved.gone).toEqual(['web-01/a']);
  });
});
