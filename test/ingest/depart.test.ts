import { describe, expect, test } from 'vitest';
import { FakeJournal } from './fake-journal.ts';
import { harness, imbalance, START_MS } from './harness.ts';
import { registered } from './instances.ts';
import { collectd, gmetric, START_S } from './messages.ts';
import { encodeNotification } from '../../src/wire/collectd/encode.ts';
import type { Announcement } from '../../src/live/announcement.ts';

function scene(given: Parameters<typeof harness>[0] = {}) {
  const h = harness(given);
  const said: Announcement[] = [];
  const absorb = () => {
    const announcements = h.engine.takeAnnouncements(Infinity);
    said.push(...announcements);
    h.catalogue.apply({ worker: 0, announcements });
  };
  const depart = async (host = 'web-01') => {
    const fault = await h.engine.depart('web', host);
    absorb();
    h.engine.tick();
    return fault;
  };
  const gone = () => said.filter(({ kind }) => kind === 'host-gone');
  const stored = () => h.store.puts.map(({ record }) => `${record.host}/${record.metric}`).toSorted();
  const refused = () => [
    ...h.engine.books.packetsRejected.entries().map(([labels, n]) => `${labels[1]} ${labels[2]} ${n}`),
    ...h.engine.books.valuesRejected.entries().map(([labels, n]) => `${labels[1]} ${n}`),
  ];
  return { ...h, absorb, depart, gone, stored, refused };
}

describe('a host departs', () => {
  test('with its points written, and is forgotten', async () => {
    const s = scene();
    s.send(collectd({}, { plugin: 'disk' }));
    s.send(gmetric('users', '7'));
    s.send(collectd({ host: 'web-02' }));
    expect(await s.depart()).toBeUndefined();
    expect(s.stored()).toEqual(['web-01/disk/gauge', 'web-01/load/gauge', 'web-01/users']);
    expect(s.gone()).toMatchObject([
      { cluster: 'web', name: 'web-01', lastSeenMs: START_MS, reason: 'renamed' },
    ]);
    expect([s.catalogue.host('web', 'web-01'), s.engine.stats().records]).toEqual([undefined, 1]);
    expect(imbalance(s.engine)).toBe(0);
  });

  test('with what its buckets of statsd have come to, which nothing comes of later', async () => {
    const s = scene({ rules: { hostName: 'address' } });
    s.send(Buffer.from('hits:3|c'), '10.0.0.1');
    s.send(Buffer.from('hits:3|c'), '10.0.0.2');
    expect(await s.depart('10.0.0.1')).toBeUndefined();
    expect(s.stored().filter((name) => name.startsWith('10.0.0.1/'))).toEqual([
      '10.0.0.1/statsd/hits.count',
      '10.0.0.1/statsd/hits.rate',
    ]);
    s.clock.nowMs += 60_000;
    s.engine.tick();
    s.absorb();
    expect([...(s.catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['10.0.0.2']);
    expect(imbalance(s.engine)).toBe(0);
  });

  test('at once where nothing of it is there', async () => {
    const s = scene();
    expect([await s.depart(), s.gone()]).toEqual([undefined, []]);
  });

  test('once, however often it is asked to', async () => {
    const s = scene();
    s.send(collectd({}));
    expect(await Promise.all([s.depart(), s.depart()])).toEqual([undefined, undefined]);
    expect(s.gone()).toHaveLength(1);
  });

  test('and comes back as a new one, with the facts of its registration', async () => {
    const s = scene();
    s.send(collectd({}));
    const before = s.catalogue.host('web', 'web-01');
    await s.depart();
    s.engine.members.take([registered({ facts: [['role', 'db']] })]);
    s.send(collectd({ timeS: START_S + 1 }));
    const after = s.catalogue.host('web', 'web-01');
    expect(after).not.toBe(before);
    expect([[...(after?.facts ?? [])], after?.records.size]).toEqual([[['role', 'db']], 1]);
  });
});

describe('what comes for it meanwhile', () => {
  test.for([
    { name: 'values of collectd', datagram: collectd({}), refused: ['host_moving 1'] },
    { name: 'a metric of gmond', datagram: gmetric('m', '1'), refused: ['ganglia host-moving 1'] },
    {
      name: 'a line of statsd',
      datagram: Buffer.from('hits:1|c|#host:web-01'),
      refused: ['statsd host-moving 1'],
    },
    {
      name: 'a line of Graphite',
      datagram: Buffer.from(`m;host=web-01 1 ${START_S}`),
      refused: ['host_moving 1'],
    },
    {
      name: 'a notification',
      datagram: encodeNotification({
        host: 'web-01',
        timeS: START_S,
        plugin: 'p',
        pluginInstance: '',
        type: 't',
        typeInstance: '',
        severity: 1,
        message: 'm',
      }),
      refused: ['collectd host-moving 1'],
    },
  ])('is refused: $name', async ({ datagram, refused }) => {
    const s = scene({ rules: { hostName: 'packet' } });
    s.engine.members.take([registered({ addresses: ['10.0.0.1'] })]);
    s.send(collectd({ plugin: 'before' }));
    s.send(Buffer.from('hits:1|c|#host:web-01'));
    const departed = s.depart();
    s.send(datagram);
    expect(await departed).toBeUndefined();
    expect(s.refused()).toEqual(refused);
    expect(s.stored().filter((name) => name.includes('before'))).toEqual(['web-01/before/gauge']);
    s.send(datagram);
    expect(s.refused()).toEqual(refused);
    expect(imbalance(s.engine)).toBe(0);
  });

  test('is refused: what a plugin measured', async () => {
    const s = scene();
    s.send(collectd({}));
    const departed = s.depart();
    s.engine.perform([
      {
        cluster: 'web',
        host: 'web-01',
        service: 'http',
        timeMs: START_MS,
        intervalS: 60,
        items: [{ label: 'time', value: 0.5, uom: 's' }],
      },
    ]);
    expect([await departed, s.refused(), s.stored()]).toEqual([
      undefined,
      ['host_moving 1'],
      ['web-01/load/gauge'],
    ]);
    expect(imbalance(s.engine)).toBe(0);
  });
});

describe('a host stays, and is heard as before', () => {
  test('when the store does not take its points', async () => {
    const s = scene();
    s.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
    s.send(collectd({}));
    const from = s.clock.nowMs;
    expect(await s.depart()).toBe('the store has not taken the points of 1 metrics of web/web-01');
    expect(s.clock.nowMs - from).toBeLessThan(12_000);
    s.send(collectd({ timeS: START_S + 10, values: [7] }));
    expect(s.live('web', 'web-01', 'load/gauge')?.value).toBe(7);
    expect([s.gone(), s.refused(), imbalance(s.engine)]).toEqual([[], [], 0]);
  });

  test('and nothing is refused for it when that is tried again, until the store takes its points', async () => {
    const s = scene();
    const { answer } = s.store;
    s.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
    s.send(collectd({}));
    await s.depart();
    const again = s.depart();
    s.send(collectd({ timeS: START_S + 10, values: [7] }));
    expect(await again).toBe('the store has not taken the points of 1 metrics of web/web-01');
    expect([s.gone(), s.refused(), imbalance(s.engine)]).toEqual([[], [], 0]);
    s.store.answer = answer;
    s.send(collectd({ timeS: START_S + 20 }));
    expect(await s.depart()).toBeUndefined();
    expect(s.store.puts.flatMap(({ timesS }) => [...timesS])).toHaveLength(3);
    expect([s.gone().length, imbalance(s.engine)]).toEqual([1, 0]);
  });

  test('while the journal is being read back', async () => {
    const s = scene({ journal: new FakeJournal() });
    const from = s.clock.nowMs;
    expect(await s.depart()).toBe('the journal is still being read back, and may have points of web/web-01');
    expect(s.clock.nowMs - from).toBeLessThan(12_000);
  });

  test('until the journal has been read back, no longer', async () => {
    const s = scene({ journal: new FakeJournal() });
    const departed = s.depart();
    await s.engine.readBack();
    expect(await departed).toBeUndefined();
  });
});
