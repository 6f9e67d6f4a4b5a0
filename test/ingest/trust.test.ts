import { describe, expect, test } from 'vitest';
import { harness, imbalance, RULES, START_MS } from './harness.ts';
import { registered } from './instances.ts';
import { collectd, gmetric, metadata } from './messages.ts';
import type { GroupRules } from '../../src/ingest/group.ts';
import type { SourceRow } from '../../src/model/source-query.ts';

const MINUTE_MS = 60_000;

const trusting = (trust: Partial<GroupRules['trust']>): Partial<GroupRules> => ({
  trust: { ...RULES.trust, ...trust },
});

function setUp(rules: Partial<GroupRules> = {}) {
  const made = harness({ rules });
  const rows = (query = {}): readonly SourceRow[] => made.engine.senders({ limit: 100, ...query }).rows;
  const row = (address: string) => rows({ address })[0];
  const refused = (address: string) =>
    Object.fromEntries(row(address)?.refused.map(({ reason, count }) => [reason, count]) ?? []);
  return { ...made, rows, row, refused };
}

describe('a sender', () => {
  test('is known by what it sends, takes and is refused', () => {
    const { send, row, clock, engine } = setUp();
    send(collectd({ host: 'a' }, { host: 'b' }), '10.0.0.1');
    clock.nowMs += 10_000;
    send(gmetric('users', '7', { host: 'a' }), '10.0.0.1');
    send(Buffer.from([1, 2, 3]), '10.0.0.1');
    send(collectd({ timeS: 1 }), '10.0.0.1');
    expect(row('10.0.0.1')).toEqual({
      group: 'web',
      address: '10.0.0.1',
      protocols: ['collectd', 'ganglia'],
      hosts: ['a', 'b', 'web-01'],
      hosts_total: 3,
      first_seen_ms: START_MS,
      last_seen_ms: START_MS + 10_000,
      packets: 4,
      values: 3,
      values_per_second: expect.any(Number),
      series: 3,
      clock_skew_ms: 1000 - START_MS - 10_000,
      refused: [
        { what: 'packet', reason: 'unrecognised', count: 1, last_ms: START_MS + 10_000 },
        { what: 'value', reason: 'time_past', count: 1, last_ms: START_MS + 10_000 },
      ],
    });
    expect(imbalance(engine)).toBe(0);
  });

  test('is found by its address, a host it writes, or a reason; the refused ones come first', () => {
    const { send, rows, clock } = setUp();
    send(gmetric('m', '1', { host: 'db-1' }), '10.0.0.1');
    clock.nowMs += 1000;
    send(Buffer.from([1]), '10.0.0.2');
    clock.nowMs += 1000;
    send(gmetric('m', '1', { host: 'db-2' }), '10.0.0.3');
    const found = (query: object) => rows(query).map(({ address }) => address);
    expect(found({})).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.1']);
    expect(found({ q: 'DB-' })).toEqual(['10.0.0.3', '10.0.0.1']);
    expect(found({ q: 'unrec' })).toEqual(['10.0.0.2']);
    expect(found({ address: '10.0.0.1' })).toEqual(['10.0.0.1']);
    expect(found({ group: 'other' })).toEqual([]);
    expect(found({ limit: 1 })).toEqual(['10.0.0.2']);
  });

  test('that waits for a name is one datagram, and its values are its own', async () => {
    const { send, row, names } = setUp({ hostName: 'rdns' });
    names.set('10.0.0.7', 'web-07');
    send(gmetric('m', '1'), '10.0.0.7');
    await new Promise((resolve) => setImmediate(resolve));
    expect(row('10.0.0.7')).toMatchObject({ packets: 1, values: 1, series: 1, hosts: ['web-07'] });
  });

  test('whose datagrams the worker did not take is told so', () => {
    const { engine, index, refused } = setUp();
    engine.refuse(index, 'ring-full', '10.0.0.9');
    expect(refused('10.0.0.9')).toEqual({ 'ring-full': 1 });
  });

  test('has nothing to do with what comes back after a restart', () => {
    const { engine, rows } = setUp();
    engine.restore([
      {
        cluster: 'web',
        name: 'web-01',
        address: '10.0.0.1',
        agent: 'gmond',
        lastSeenMs: START_MS,
        intervalMs: 0,
        gapMs: 0,
        facts: [['os', 'Linux']],
        records: [],
      },
    ]);
    expect(rows()).toEqual([]);
  });
});

describe('who may send', () => {
  test('addresses outside the list are refused before anything is read', () => {
    const { send, refused, engine, catalogue } = setUp(trusting({ allow: ['10.0.0.0/8', '2001:db8::/32'] }));
    send(gmetric('m', '1'), '192.0.2.1');
    send(gmetric('m', '1'), '2001:db9::1');
    send(gmetric('m', '1', { host: 'a' }), '10.1.1.1');
    send(gmetric('m', '1', { host: 'b' }), '2001:db8::1');
    send(gmetric('m', '1', { host: 'c' }), '::ffff:10.0.0.1');
    expect([refused('192.0.2.1'), refused('10.1.1.1')]).toEqual([{ 'not-allowed': 1 }, {}]);
    expect(engine.books.packetsRejected.get('web', 'unknown', 'not-allowed')).toBe(2);
    expect([...(catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['a', 'b', 'c']);
  });

  test('a reload counts at once, for those who are known as well', () => {
    const { send, engine, refused } = setUp();
    send(gmetric('m', '1'), '10.0.0.1');
    engine.setGroup({ ...RULES, ...trusting({ allow: ['192.0.2.0/24'] }) });
    send(gmetric('m', '2'), '10.0.0.1');
    engine.setGroup({ ...RULES, ...trusting({ packetsPerSecondPerSource: 1 }) });
    send(gmetric('m', '3'), '10.0.0.1');
    send(gmetric('m', '4'), '10.0.0.1');
    engine.setGroup(RULES);
    send(gmetric('m', '5'), '10.0.0.1');
    expect(refused('10.0.0.1')).toEqual({ 'not-allowed': 1, 'source-rate': 1 });
  });

  test('a sender has its packets a second, and others theirs', () => {
    const { send, refused, row, clock } = setUp(trusting({ packetsPerSecondPerSource: 10 }));
    for (let n = 0; n < 1000; n += 1) send(gmetric('m', '1', { host: 'flood' }), '10.0.0.66');
    for (let s = 0; s < 20; s += 1) {
      send(gmetric('m', String(s)), '10.0.0.1');
      clock.nowMs += 1000;
    }
    expect([refused('10.0.0.66'), refused('10.0.0.1')]).toEqual([{ 'source-rate': 990 }, {}]);
    expect([row('10.0.0.66')?.packets, row('10.0.0.1')?.values]).toEqual([1000, 20]);
  });
});

describe('budgets of new records', () => {
  test.for<{ name: string; rules: Partial<GroupRules>; reason: string }>([
    { name: 'a sender', rules: trusting({ maxSeriesPerSource: 3 }), reason: 'limit_series_per_source' },
    { name: 'a host', rules: { maxSeriesPerHost: 3 }, reason: 'limit_series_per_host' },
  ])('$name makes as many as it may; what it has goes on', ({ rules, reason }) => {
    const { send, row, refused, engine, live } = setUp(rules);
    for (let n = 0; n < 10; n += 1) send(gmetric(`m${n}`, '1'));
    expect([row('10.0.0.1')?.series, refused('10.0.0.1')]).toEqual([3, { [reason]: 7 }]);
    send(gmetric('m2', '5'));
    expect(live('web', 'web-01', 'm2')?.value).toBe(5);
    expect(imbalance(engine)).toBe(0);
  });

  test('facts and metadata count, too', () => {
    const { send, row, refused } = setUp(trusting({ maxSeriesPerSource: 3 }));
    send(gmetric('os', 'Linux'));
    send(metadata('a'));
    send(metadata('b'));
    send(metadata('c'));
    send(gmetric('release', 'x'));
    expect([row('10.0.0.1')?.series, refused('10.0.0.1')]).toEqual([
      3,
      { 'limit-series-per-source': 1, limit_series_per_source: 1 },
    ]);
  });

  test('a group that leaves gives back what its senders had', async () => {
    const { send, engine, index, row } = setUp(trusting({ maxSeriesPerSource: 3 }));
    for (let n = 0; n < 5; n += 1) send(gmetric(`m${n}`, '1'));
    await engine.removeGroup('web', 1000);
    expect(engine.setGroup({ ...RULES, ...trusting({ maxSeriesPerSource: 3 }) })).toBe(index);
    for (let n = 0; n < 5; n += 1) send(gmetric(`n${n}`, '1'));
    expect(row('10.0.0.1')).toMatchObject({ series: 3, packets: 5 });
  });
});

describe('spoofing', () => {
  const spoofed = (name: string) => gmetric('m', '1', { host: `10.9.9.9:${name}`, spoof: true });

  test.for<{ name: string; rules: Partial<GroupRules>; hosts: string[] }>([
    { name: 'is allowed', rules: trusting({ spoof: 'allow' }), hosts: ['a'] },
    { name: 'is denied', rules: trusting({ spoof: 'deny' }), hosts: [] },
    { name: 'from a network', rules: trusting({ spoof: ['10.0.0.0/24'] }), hosts: ['a'] },
    { name: 'from elsewhere', rules: trusting({ spoof: ['10.0.1.0/24'] }), hosts: [] },
    {
      name: 'is allowed where hosts are named by address',
      rules: { hostName: 'address', ...trusting({ spoof: 'allow' }) },
      hosts: ['a'],
    },
  ])('$name', ({ rules, hosts }) => {
    const { send, catalogue, refused } = setUp(rules);
    send(spoofed('a'), '10.0.0.1');
    expect([...(catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(hosts);
    expect(refused('10.0.0.1')).toEqual(hosts.length === 0 ? { 'spoof-denied': 1 } : {});
  });

  test('is allowed where hosts are named by the name server', async () => {
    const { send, catalogue, names, absorb } = setUp({ hostName: 'rdns', ...trusting({ spoof: 'allow' }) });
    names.set('10.0.0.1', 'gateway');
    send(spoofed('a'), '10.0.0.1');
    send(gmetric('m', '1'), '10.0.0.1');
    await new Promise((resolve) => setImmediate(resolve));
    absorb();
    expect([...(catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['a', 'gateway']);
  });

  test('one address with two names is two hosts', () => {
    const { send, catalogue, row } = setUp();
    send(spoofed('a'), '10.0.0.1');
    send(spoofed('b'), '10.0.0.1');
    expect([...(catalogue.clusters.get('web')?.values() ?? [])]).toMatchObject([
      { name: 'a', address: '10.9.9.9' },
      { name: 'b', address: '10.9.9.9' },
    ]);
    expect(row('10.0.0.1')?.hosts).toEqual(['a', 'b']);
  });
});

describe('one name from two addresses', () => {
  const minute = (made: ReturnType<typeof setUp>, address: string) => {
    made.clock.nowMs += MINUTE_MS;
    made.send(gmetric('m', '1'), address);
    made.engine.tellChanges();
    made.absorb();
    return made.catalogue.host('web', 'web-01');
  };

  test('is one host with a conflict, which ends when one of them has left', () => {
    const made = setUp();
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.1']) {
      expect(minute(made, address)?.conflict).toBeUndefined();
    }
    expect(minute(made, '10.0.0.2')?.conflict).toBe(
      '10.0.0.1 and 10.0.0.2 send under this name in turns, since 2027-01-15 08:04 UTC',
    );
    expect(made.row('10.0.0.1')?.hosts).toEqual(['web-01']);
    expect(made.row('10.0.0.2')).toMatchObject({ hosts: ['web-01'], hosts_total: 1 });
    for (let n = 0; n < 8; n += 1) expect(minute(made, '10.0.0.2')?.conflict).toBeDefined();
    minute(made, '10.0.0.2');
    expect(minute(made, '10.0.0.2')).toMatchObject({ address: '10.0.0.2', conflict: undefined });
    expect(made.catalogue.clusters.get('web')?.size).toBe(1);
  });

  test('an instance is shown with the address that it registered from, whoever else sends', () => {
    const made = setUp();
    made.engine.members.take([registered({ addresses: ['10.0.0.2'] })]);
    minute(made, '10.0.0.1');
    for (const address of ['10.0.0.2', '10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.1']) {
      expect(minute(made, address)).toMatchObject({ address: '10.0.0.2' });
    }
    for (let n = 0; n < 12; n += 1) minute(made, '10.0.0.2');
    expect(minute(made, '10.0.0.2')).toMatchObject({ address: '10.0.0.2', conflict: undefined });
  });

  test('is none where an instance was replaced', () => {
    const made = setUp();
    for (let n = 0; n < 3; n += 1) minute(made, '10.0.0.1');
    for (let n = 0; n < 20; n += 1) {
      expect(minute(made, '10.0.0.2')).toMatchObject({ address: '10.0.0.2', conflict: undefined });
    }
    // And replaced again, later.
    for (let n = 0; n < 20; n += 1) {
      expect(minute(made, '10.0.0.1')).toMatchObject({ address: '10.0.0.1', conflict: undefined });
    }
  });
});

test('a value before its metadata has the kind its message implies', () => {
  const { send, live, catalogue } = setUp();
  send(gmetric('m', '7'));
  expect(live('web', 'web-01', 'm')?.value).toBe(7);
  send(metadata('m', { slope: 1 }));
  expect(catalogue.host('web', 'web-01')?.records.get('m')?.description.slope).toBe('positive');
});

test('what comes back after a restart is taken up again, though its sender may make nothing new', () => {
  const first = setUp();
  for (let n = 0; n < 20; n += 1) first.send(collectd({ typeInstance: `m${n}` }));
  const entry = first.catalogue.host('web', 'web-01');
  const records = [...(entry?.records.values() ?? [])].map(({ description }) => ({ description, last: [] }));
  const pulse = { lastSeenMs: START_MS, intervalMs: 10_000, gapMs: 10_000 };
  const host = { cluster: 'web', name: 'web-01', address: '10.0.0.1', agent: 'collectd', ...pulse };
  const { engine, send, refused, row, clock } = setUp({ maxSeriesPerHost: 20 });
  engine.restore([{ ...host, facts: [], records }]);
  for (let s = 0; s < 3; s += 1) {
    clock.nowMs += 10_000;
    for (let n = 0; n < 25; n += 1) send(collectd({ typeInstance: `m${n}`, timeS: clock.nowMs / 1000 }));
  }
  expect(row('10.0.0.1')).toMatchObject({ values: 60, series: 0 });
  expect(refused('10.0.0.1')).toEqual({ limit_series_per_host: 15 });
});
