import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCollectd } from '../../src/wire/collectd/encode.ts';
import { encodeMetadata, encodeRequest, encodeValue } from '../../src/wire/gmond/encode.ts';
import { FakeStore, harness, imbalance, RULES, START_MS } from './harness.ts';
import { KIND } from '../../src/model/kind.ts';
import type { OutgoingValues } from '../../src/wire/collectd/encode.ts';

const START_S = START_MS / 1000;

function list(over: Partial<OutgoingValues> = {}): OutgoingValues {
  return {
    host: 'web-01',
    timeS: START_S,
    intervalS: 10,
    plugin: 'load',
    pluginInstance: '',
    type: 'gauge',
    typeInstance: '',
    kinds: [KIND.gauge],
    values: [1.5],
    ...over,
  };
}

const collectd = (...over: Partial<OutgoingValues>[]) => encodeCollectd(over.map(list))[0] as Uint8Array;

const metadata = (name: string, over: Partial<Parameters<typeof encodeMetadata>[0]> = {}) =>
  encodeMetadata({
    host: 'web-01',
    name,
    spoof: false,
    type: 'double',
    units: 'things',
    slope: 3,
    tmaxS: 60,
    dmaxS: 0,
    extras: [{ name: 'GROUP', value: 'app' }],
    ...over,
  });
const gmetric = (name: string, value: string, over: { host?: string; spoof?: boolean } = {}) =>
  encodeValue({ host: 'web-01', name, spoof: false, ...over }, { type: 'string', value });

describe('collectd', () => {
  test('a gauge is live at once, described, and booked as pending', () => {
    const { send, live, engine, catalogue } = harness();
    send(collectd({}));
    expect(live('web', 'web-01', 'load/gauge')?.value).toBe(1.5);
    expect(catalogue.host('web', 'web-01')?.agent).toBe('collectd');
    expect(engine.stats()).toMatchObject({ received: 1, pending: 1 });
  });

  test('several sources are one record, in one point', () => {
    const { send, live, engine, catalogue } = harness({
      types: new Map([
        [
          'if_octets',
          [
            { name: 'rx', kind: KIND.derive, min: 0, max: null },
            { name: 'tx', kind: KIND.derive, min: 0, max: null },
          ],
        ],
      ]),
    });
    const octets = { plugin: 'interface', pluginInstance: 'eth0', type: 'if_octets', kinds: [2, 2] };
    send(collectd({ ...octets, values: [100n, 200n] }));
    send(collectd({ ...octets, values: [1100n, 1200n], timeS: START_S + 10 }));
    expect(live('web', 'web-01', 'interface-eth0/if_octets:rx')?.value).toBe(100);
    expect(live('web', 'web-01', 'interface-eth0/if_octets:tx')?.value).toBe(100);
    expect(catalogue.host('web', 'web-01')?.records.size).toBe(1);
    expect(engine.stats()).toMatchObject({ received: 4, pending: 4, records: 1 });
  });

  test.for([
    { name: 'forward', from: 1000n, to: 2000n, kind: KIND.counter, value: 100 },
    { name: 'a 32-bit wrap', from: 4294967290n, to: 4n, kind: KIND.counter, value: 1 },
    { name: 'a 64-bit wrap', from: 2n ** 64n - 6n, to: 4n, kind: KIND.counter, value: 1 },
    { name: 'a restart', from: 5000n, to: 10n, kind: KIND.counter, value: Number.NaN },
    { name: 'beyond 2^53, exact', from: 2n ** 60n, to: 2n ** 60n + 10n, kind: KIND.counter, value: 1 },
    { name: 'a derive falls', from: 100n, to: -900n, kind: KIND.derive, value: -100 },
    { name: 'an absolute', from: 100n, to: 50n, kind: KIND.absolute, value: 5 },
  ])('rate of a counter: $name', ({ from, to, kind, value }) => {
    const { send, live } = harness();
    send(collectd({ kinds: [kind], values: [from] }));
    send(collectd({ kinds: [kind], values: [to], timeS: START_S + 10 }));
    expect(live('web', 'web-01', 'load/gauge')?.value).toBe(value);
  });

  test('an older sample is stored, but not shown', () => {
    const { send, live, engine } = harness();
    send(collectd({ values: [2], timeS: START_S }));
    send(collectd({ values: [1], timeS: START_S - 10 }));
    expect(live('web', 'web-01', 'load/gauge')?.value).toBe(2);
    expect(engine.stats().pending).toBe(2);
  });

  test.for([
    { name: 'too old', over: { timeS: START_S - 601 }, reason: 'time_past' },
    { name: 'from the future', over: { timeS: START_S + 61 }, reason: 'time_future' },
    { name: 'another number of sources', over: { kinds: [1, 1], values: [1, 2] }, reason: 'type_mismatch' },
    { name: 'another kind', over: { kinds: [KIND.derive], values: [1n] }, reason: 'type_mismatch' },
    { name: 'more sources than a record may have', over: sources(64), reason: 'limit_sources' },
  ])('refused and booked: $name', ({ over, reason }) => {
    const { send, engine } = harness();
    send(collectd({}));
    send(collectd(over));
    expect(engine.books.valuesRejected.get('web', reason)).toBeGreaterThan(0);
    expect(imbalance(engine)).toBe(0);
  });

  test('outside the window by arrival', () => {
    const { send, live } = harness({ rules: { outside: 'arrival' } });
    send(collectd({ timeS: START_S + 5000 }));
    expect(live('web', 'web-01', 'load/gauge')?.sampleMs).toBe(START_MS);
  });

  test('a host may have so many series and no more', () => {
    const { send, engine } = harness({ rules: { maxSeriesPerHost: 2 } });
    for (const plugin of ['a', 'b', 'c']) send(collectd({ plugin }));
    expect(engine.books.valuesRejected.get('web', 'limit_series_per_host')).toBe(1);
    expect(engine.stats().records).toBe(2);
  });

  test('a host has the shortest interval of its plugins', () => {
    const { send, catalogue } = harness();
    send(collectd({}, { plugin: 'slow', intervalS: 3600 }));
    const host = catalogue.host('web', 'web-01');
    expect(host && catalogue.pulse(host).intervalMs).toBe(10_000);
  });

  test('an interval nobody means is not believed', () => {
    const { send, catalogue } = harness();
    send(collectd({ intervalS: 2 ** 33 }));
    const record = catalogue.host('web', 'web-01')?.records.get('load/gauge');
    expect(record?.description.intervalS).toBe(10);
  });

  test('a time that does not fit 32 bits is refused even where every time is accepted', () => {
    const { send, engine } = harness({ rules: { outside: 'accept' } });
    send(collectd({ timeS: 2 ** 32 + 5 }));
    expect(engine.books.valuesRejected.get('web', 'time_future')).toBe(1);
  });

  test.for([
    { host: '../../etc', shown: '.._.._etc' },
    { host: '/', shown: 'root' },
    { host: '__proto__', shown: '__proto__' },
    { host: 'a\u0001b', shown: 'a_b' },
  ])('a hostile host name $host', ({ host, shown }) => {
    const { send, catalogue } = harness();
    send(collectd({ host }));
    expect([...(catalogue.clusters.get('web')?.keys() ?? [])]).toEqual([shown]);
  });
});

function sources(n: number): Partial<OutgoingValues> {
  return { kinds: Array.from({ length: n }, () => 1), values: Array.from({ length: n }, () => 1) };
}

describe('gmond', () => {
  test('metadata and value: described, live, the string read as a number', () => {
    const { send, live, catalogue } = harness();
    send(metadata('logins'));
    send(gmetric('logins', '36.6'));
    expect(live('web', 'web-01', 'logins')?.value).toBe(36.6);
    const record = catalogue.host('web', 'web-01')?.records.get('logins');
    expect(record?.description).toMatchObject({
      units: 'things',
      group: 'app',
      tmaxS: 60,
      provisional: false,
    });
  });

  test('a value before its metadata is kept, and its points become integers when it is a counter', async () => {
    const { send, live, engine, store, clock } = harness();
    send(gmetric('bytes', '100'));
    expect(live('web', 'web-01', 'bytes')?.value).toBe(100);
    send(metadata('bytes', { slope: 1 }));
    clock.nowMs += 10_000;
    send(gmetric('bytes', '1100'));
    expect(live('web', 'web-01', 'bytes')?.value).toBe(100);
    clock.nowMs += 60_000;
    engine.tick();
    await Promise.resolve();
    expect(store.puts.map(({ words }) => words)).toEqual([[0, 100, 0, 1100]]);
    expect(store.puts[0]?.record.sources[0]?.kind).toBe(KIND.counter);
  });

  test('a metric of gmond itself is known without its metadata', () => {
    const { send, catalogue } = harness();
    send(encodeValue({ host: 'web-01', name: 'mem_free', spoof: false }, { type: 'float', value: 1 }));
    const description = catalogue.host('web', 'web-01')?.records.get('mem_free')?.description;
    expect(description).toMatchObject({ units: 'KB', tmaxS: 180, group: 'memory', provisional: true });
  });

  test('a text before its metadata was a fact, and becomes a series when the metadata says number', () => {
    const { send, live, catalogue } = harness();
    send(gmetric('m', 'n/a'));
    send(metadata('m'));
    send(gmetric('m', '42'));
    expect(live('web', 'web-01', 'm')?.value).toBe(42);
    expect(catalogue.host('web', 'web-01')?.records.get('m')?.description.units).toBe('things');
  });

  test('of two values within a millisecond the later one is shown, as it is stored', () => {
    const { send, live } = harness();
    send(gmetric('m', '1'));
    send(gmetric('m', '2'));
    expect(live('web', 'web-01', 'm')?.value).toBe(2);
  });

  test('metadata that keeps changing is told once a minute, facts once a turn; neither floods the readers', () => {
    const { engine, index, clock } = harness();
    const send = (datagram: Uint8Array) =>
      engine.accept(datagram, {
        start: 0,
        end: datagram.length,
        listener: index,
        address: '10.0.0.1',
        arrivalMs: clock.nowMs,
      });
    send(metadata('m'));
    engine.takeAnnouncements(Infinity);
    for (let n = 0; n < 500; n += 1) {
      send(metadata('m', { units: `u${n}` }));
      send(metadata('f', { type: 'string' }));
      send(gmetric('f', `v${n}`));
    }
    engine.tellChanges();
    const told = engine.takeAnnouncements(Infinity);
    expect(told.length).toBeLessThan(5);
    expect(told).toContainEqual({ kind: 'fact', hostRow: 0, name: 'f', value: 'v499' });
    clock.nowMs += 61_000;
    send(metadata('m', { units: 'last' }));
    engine.tellChanges();
    expect(engine.takeAnnouncements(Infinity)).toMatchObject([{ description: { units: 'last' } }]);
  });

  test('what is said of a metric is kept short', () => {
    const { send, catalogue } = harness();
    send(metadata('m', { units: 'u'.repeat(5000), extras: [{ name: 'TITLE', value: 't'.repeat(5000) }] }));
    const description = catalogue.host('web', 'web-01')?.records.get('m')?.description;
    expect([description?.units.length, description?.title.length]).toEqual([200, 200]);
  });

  test('a described kind does not change', () => {
    const { send, engine } = harness();
    send(metadata('m'));
    send(metadata('m', { slope: 1 }));
    expect(engine.books.packetsRejected.get('web', 'ganglia', 'type-mismatch')).toBe(1);
  });

  test('strings are facts, constants are facts and series', () => {
    const { send, catalogue, live, engine } = harness();
    send(metadata('os_release', { type: 'string' }));
    send(gmetric('os_release', '6.1.0-18'));
    send(metadata('cpu_num', { slope: 0 }));
    send(encodeValue({ host: 'web-01', name: 'cpu_num', spoof: false }, { type: 'ushort', value: 4 }));
    const facts = catalogue.host('web', 'web-01')?.facts;
    expect([...(facts ?? [])]).toEqual([
      ['os_release', '6.1.0-18'],
      ['cpu_num', '4'],
    ]);
    expect(live('web', 'web-01', 'cpu_num')?.value).toBe(4);
    expect(engine.stats().received).toBe(1);
  });

  test('heartbeat and location are facts of the host, and no metrics', () => {
    const { send, catalogue } = harness();
    send(
      encodeValue({ host: 'web-01', name: 'heartbeat', spoof: false }, { type: 'uint', value: 1795172411 }),
    );
    send(gmetric('location', '1,2,3'));
    const host = catalogue.host('web', 'web-01');
    expect([...(host?.facts ?? [])]).toEqual([
      ['gmond_started', '1795172411'],
      ['location', '1,2,3'],
    ]);
    expect(host?.records.size).toBe(0);
  });

  test('spoofed hosts go by name: one address, two names; and gmetric -S ip:name -H keeps one up', () => {
    const { send, catalogue } = harness();
    send(gmetric('m', '1', { host: '10.0.0.1:a', spoof: true }));
    send(gmetric('m', '2', { host: '10.0.0.1:b', spoof: true }));
    send(gmetric('heartbeat', '0', { host: '10.0.0.9:c', spoof: true }));
    expect([...(catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['a', 'b', 'c']);
    expect(catalogue.host('web', 'c')).toMatchObject({ address: '10.0.0.9' });
    expect(catalogue.host('web', 'c')?.facts.size).toBe(0);
  });

  test.for([
    {
      name: 'a spoof without a name',
      datagram: gmetric('m', '1', { host: '10.0.0.1', spoof: true }),
      reason: 'bad-spoof',
    },
    { name: 'no host', datagram: gmetric('m', '1', { host: '' }), reason: 'no-host' },
    { name: 'no metric name', datagram: gmetric('', '1'), reason: 'no-name' },
  ])('refused and counted: $name', ({ datagram, reason }) => {
    const { send, engine } = harness();
    send(datagram);
    expect(engine.books.packetsRejected.get('web', 'ganglia', reason)).toBe(1);
  });

  test('text for a number is refused and booked', () => {
    const { send, engine } = harness();
    send(metadata('m'));
    send(gmetric('m', 'many'));
    expect(engine.books.valuesRejected.get('web', 'bad_number')).toBe(1);
    expect(imbalance(engine)).toBe(0);
  });

  test('a metadata request names the host that is asked, which says nothing of its being alive', () => {
    const { send, catalogue, clock } = harness();
    send(gmetric('m', '1'));
    clock.nowMs += 5000;
    send(encodeRequest({ host: 'web-01', name: 'm', spoof: false }));
    const host = catalogue.host('web', 'web-01');
    expect(host && catalogue.pulse(host).lastSeenMs).toBe(START_MS);
  });
});

describe('recognition and rules', () => {
  test.for([
    { name: 'statsd', datagram: Buffer.from('app.logins:1|c'), protocol: 'statsd', reason: 'unsupported' },
    {
      name: 'graphite',
      datagram: Buffer.from('a.b.c 1 1800000000\n'),
      protocol: 'graphite',
      reason: 'unsupported',
    },
    { name: 'noise', datagram: Buffer.from([1, 2, 3]), protocol: 'unknown', reason: 'unrecognised' },
    {
      name: 'legacy gmond',
      datagram: Buffer.from('0000001a00000001', 'hex'),
      protocol: 'ganglia',
      reason: 'legacy',
    },
  ])('counted with a reason: $name', ({ datagram, protocol, reason }) => {
    const { send, engine } = harness();
    send(datagram);
    expect(engine.books.packetsRejected.get('web', protocol, reason)).toBe(1);
  });

  test('a protocol the group does not accept', () => {
    const { send, engine } = harness({ rules: { accept: ['collectd', 'statsd'] } });
    send(gmetric('m', '1'));
    expect(engine.books.packetsRejected.get('web', 'ganglia', 'not-accepted')).toBe(1);
  });

  test('host names by reverse DNS: datagrams wait for the answer and come back in order', async () => {
    const { send, catalogue, names, absorb } = harness({ rules: { hostName: 'rdns' } });
    names.set('10.0.0.7', 'web-07.example.net');
    send(gmetric('m', '1'), '10.0.0.7');
    send(gmetric('m', '2'), '10.0.0.8');
    expect(catalogue.clusters.size).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    absorb();
    expect([...(catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['web-07.example.net', '10.0.0.8']);
  });

  test('a name that is known stays when it cannot be asked for again', async () => {
    const { send, catalogue, names, absorb, clock } = harness({ rules: { hostName: 'rdns' } });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    names.set('10.0.0.7', 'web-07');
    send(gmetric('m', '1'), '10.0.0.7');
    await turn();
    absorb();
    names.delete('10.0.0.7');
    clock.nowMs += 7_200_000;
    send(gmetric('m', '2'), '10.0.0.7');
    await turn();
    send(gmetric('m', '3'), '10.0.0.7');
    expect([...(catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['web-07']);
  });

  test('spoofing is denied where the packet does not name the host', () => {
    const { send, engine } = harness({ rules: { hostName: 'address' } });
    send(gmetric('m', '1', { host: '10.0.0.1:a', spoof: true }));
    expect(engine.books.packetsRejected.get('web', 'ganglia', 'spoof-denied')).toBe(1);
  });
});

describe('write-behind', () => {
  const tickAt = async (h: ReturnType<typeof harness>, ms: number) => {
    h.clock.nowMs += ms;
    h.engine.tick();
    await new Promise((resolve) => setImmediate(resolve));
  };

  test('nothing is written before max_age less jitter, all of it afterwards in one point list', async () => {
    const h = harness();
    h.send(collectd({}));
    h.send(collectd({ timeS: START_S + 1 }));
    await tickAt(h, 20_000);
    expect(h.store.puts).toEqual([]);
    await tickAt(h, 40_000);
    expect(h.store.puts.map((p) => p.timesS)).toEqual([[START_S, START_S + 1]]);
    expect(h.engine.stats()).toMatchObject({ stored: 2, pending: 0, writes: 1, pointsWritten: 2 });
  });

  test('late, coalesced and refused points are booked by reason', async () => {
    const h = harness();
    h.send(collectd({}));
    h.send(collectd({ values: [9] }));
    await tickAt(h, 60_000);
    h.send(collectd({ timeS: START_S - 5 }));
    expect(h.engine.stats()).toMatchObject({ received: 3, stored: 1, coalesced: 1, lost: 1 });
    expect(h.engine.books.valuesLost.get('late')).toBe(1);
  });

  test('what the store already had is late', async () => {
    const h = harness();
    h.store.answer = () => ({ ok: true, lateThroughS: START_S });
    h.send(collectd({}));
    h.send(collectd({ timeS: START_S + 1 }));
    await tickAt(h, 60_000);
    expect(h.engine.stats()).toMatchObject({ stored: 1, lost: 1 });
  });

  test('a store that is down loses nothing; a refusal is booked with its reason', async () => {
    const h = harness();
    h.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
    h.send(collectd({}));
    await tickAt(h, 60_000);
    expect(h.engine.stats()).toMatchObject({ pending: 1, lost: 0 });
    h.store.answer = () => ({ ok: false, retryable: false, reason: 'store_refused', detail: 'no' });
    await tickAt(h, 60_000);
    expect(h.engine.stats()).toMatchObject({ pending: 0, lost: 1 });
    expect(h.refusals).toEqual(['store_down', 'store_refused']);
  });

  test('a counter that restarts leaves a gap, across a flush too', async () => {
    const h = harness();
    const counter = { kinds: [KIND.counter] };
    h.send(collectd({ ...counter, values: [5000n] }));
    await tickAt(h, 60_000);
    h.send(collectd({ ...counter, values: [10n], timeS: START_S + 60 }));
    h.send(collectd({ ...counter, values: [20n], timeS: START_S + 70 }));
    await tickAt(h, 70_000);
    expect(h.store.puts.map((p) => p.gaps)).toEqual([[0], [1, 0]]);
  });

  test('a full cache still shows what comes in', () => {
    const h = harness({ maxPoints: 1 });
    h.send(collectd({}));
    h.send(collectd({ timeS: START_S + 1, values: [8] }));
    expect(h.live('web', 'web-01', 'load/gauge')?.value).toBe(8);
  });

  test('a full cache refuses what is new and loses nothing it has', () => {
    const h = harness({ maxPoints: 3 });
    for (let s = 0; s < 5; s += 1) h.send(collectd({ timeS: START_S + s }));
    expect(h.engine.stats()).toMatchObject({ pending: 3, rejected: 2 });
    expect(h.engine.books.valuesRejected.get('web', 'cache_full')).toBe(2);
  });

  test('stopping writes everything, the running second included', async () => {
    const h = harness();
    h.send(collectd({}, { plugin: 'df' }));
    await h.engine.stop(1000);
    expect(h.engine.stats()).toMatchObject({ received: 2, stored: 2, pending: 0 });
  });

  test('removing a group writes its points and forgets its hosts; the others stay', async () => {
    const h = harness();
    h.send(collectd({}));
    await h.engine.removeGroup('web', 1000);
    h.absorb();
    expect(h.catalogue.clusters.size).toBe(0);
    expect(h.engine.stats()).toMatchObject({ stored: 1, pending: 0, records: 0 });
  });

  test('a store that hangs does not hold up the end, and its points are booked once', async () => {
    const h = harness();
    h.store.put = () => new Promise(() => undefined);
    h.send(collectd({}));
    await h.engine.stop(1000);
    expect(h.clock.nowMs - START_MS).toBeLessThan(10_000);
    expect(h.engine.books.valuesLost.get('shutdown')).toBe(1);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('a store that refuses for now is asked four times a second, not faster', async () => {
    const h = harness();
    let puts = 0;
    h.store.answer = () => {
      puts += 1;
      return { ok: false, retryable: true, reason: 'store_down', detail: '' };
    };
    h.send(collectd({}));
    await h.engine.stop(2000);
    expect(puts).toBeLessThan(10);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('points in flight when their group goes are booked by their own outcome, and harm no newcomer', async () => {
    const h = harness();
    let answer: (() => void) | undefined;
    h.store.put = (batch) =>
      new Promise((resolve) => {
        answer = () => resolve(batch.records.map(() => ({ ok: true as const, lateThroughS: 0 })));
      });
    h.send(collectd({}));
    await h.engine.removeGroup('web', 500);
    h.engine.setGroup({ ...RULES, name: 'web' });
    h.send(collectd({ plugin: 'new' }));
    expect(imbalance(h.engine)).toBe(0);
    answer?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(h.engine.stats()).toMatchObject({ received: 2, stored: 1, pending: 1, lost: 0 });
  });

  test('datagrams for a group that has left are counted', async () => {
    const h = harness();
    await h.engine.removeGroup('web', 100);
    h.send(collectd({}));
    expect(h.engine.books.packetsRejected.get('web', 'unknown', 'group_removed')).toBe(1);
  });

  test('a counter that restarts while we were away leaves a gap', async () => {
    const h = harness();
    h.send(collectd({ kinds: [KIND.counter], values: [2_000_000_000n] }));
    const description = h.catalogue.host('web', 'web-01')?.records.get('load/gauge')?.description;
    if (!description) throw new Error('not described');
    const after = harness();
    const last = [{ hi: 0, lo: 2_000_000_000, value: 1, sampleMs: START_MS, arrivalMs: START_MS }];
    const host = {
      cluster: 'web',
      name: 'web-01',
      address: '',
      agent: '',
      facts: [],
      records: [{ description, last }],
    };
    after.engine.restore([{ ...host, lastSeenMs: START_MS, intervalMs: 0, gapMs: 0 }]);
    after.absorb();
    after.send(collectd({ kinds: [KIND.counter], values: [5000n], timeS: START_S + 30 }));
    await tickAt(after, 60_000);
    expect(after.store.puts.map((p) => p.gaps)).toEqual([[1]]);
    after.engine.restore([{ ...host, lastSeenMs: START_MS, intervalMs: 0, gapMs: 0 }]);
    expect(after.engine.stats().records, 'restored again, it is still one').toBe(1);
  });

  test('the tail has what the store lacks, points in flight included', () => {
    const h = harness();
    h.store.put = () => new Promise(() => undefined);
    h.send(collectd({}));
    h.clock.nowMs += 60_000;
    h.engine.tick();
    h.send(collectd({ timeS: START_S + 60 }));
    expect([...h.engine.tail(0).timesS]).toEqual([START_S, START_S + 60]);
  });

  test('a restart brings back descriptions and last values, and a rate goes on over it', () => {
    const before = harness();
    before.send(metadata('bytes', { slope: 1 }));
    before.send(gmetric('bytes', '100'));
    const description = before.catalogue.host('web', 'web-01')?.records.get('bytes')?.description;
    if (!description) throw new Error('not described');
    const after = harness();
    after.engine.restore([
      {
        cluster: 'web',
        name: 'web-01',
        address: '10.0.0.1',
        agent: 'gmond',
        lastSeenMs: START_MS,
        intervalMs: 0,
        gapMs: 0,
        facts: [['os_name', 'Linux']],
        records: [
          {
            description,
            last: [{ hi: 0, lo: 100, value: Number.NaN, sampleMs: START_MS, arrivalMs: START_MS }],
          },
        ],
      },
    ]);
    after.clock.nowMs += 10_000;
    after.send(gmetric('bytes', '1100'));
    expect(after.live('web', 'web-01', 'bytes')?.value).toBe(100);
    expect(after.catalogue.host('web', 'web-01')?.facts.get('os_name')).toBe('Linux');
    expect(after.engine.stats()).toMatchObject({ received: 1, pending: 1 });
  });

  test('the books balance whatever comes in, however the store answers', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('send' as const),
        s: fc.integer({ min: -700, max: 70 }),
        host: fc.integer({ min: 0, max: 3 }),
      }),
      fc.record({ kind: fc.constant('garbage' as const), bytes: fc.uint8Array({ maxLength: 80 }) }),
      fc.record({
        kind: fc.constant('wait' as const),
        ms: fc.integer({ min: 0, max: 40_000 }),
        answer: fc.integer({ min: 0, max: 3 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const h = harness({ maxPoints: 20 });
        for (const s of steps) {
          if (s.kind === 'send') {
            h.send(collectd({ host: `h${s.host}`, timeS: h.clock.nowMs / 1000 + s.s }));
            h.send(gmetric('m', String(s.s), { host: `g${s.host}` }));
          } else if (s.kind === 'garbage') h.send(s.bytes);
          else {
            h.store.answer = ANSWERS[s.answer] ?? (() => ({ ok: true, lateThroughS: 0 }));
            await tickAt(h, s.ms);
          }
          expect(imbalance(h.engine)).toBe(0);
        }
        h.store.answer = new FakeStore().answer;
        await h.engine.stop(1000);
        expect(imbalance(h.engine)).toBe(0);
        expect(h.engine.stats().pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

const ANSWERS: FakeStore['answer'][] = [
  () => ({ ok: true, lateThroughS: 0 }),
  () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' }),
  () => ({ ok: false, retryable: false, reason: 'store_refused', detail: '' }),
  () => ({ ok: true, lateThroughS: START_S }),
];
