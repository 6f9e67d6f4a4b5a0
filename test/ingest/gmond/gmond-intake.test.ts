import { describe, expect, test } from 'vitest';
import { KIND } from '../../../src/model/kind.ts';
import { encodeRequest, encodeValue } from '../../../src/wire/gmond/encode.ts';
import { harness, imbalance, START_MS } from '../harness.ts';
import { gmetric, metadata } from '../messages.ts';

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

  const typed = (value: number) =>
    encodeValue({ host: 'web-01', name: 'load_one', spoof: false }, { type: 'float', value });
  test.for([
    { name: 'typed numbers and words: gmond', sent: [typed(1), gmetric('os_name', 'Linux')], agent: 'gmond' },
    { name: 'numbers spelt out: gmetric', sent: [metadata('m'), gmetric('m', '1')], agent: 'gmetric' },
    { name: 'both', sent: [typed(1), gmetric('m', '1')], agent: 'gmond, gmetric' },
    { name: 'words alone do not tell', sent: [gmetric('os_name', 'Linux')], agent: '' },
  ])('who sends: $name', ({ sent, agent }) => {
    const { send, catalogue } = harness();
    for (const datagram of sent) send(datagram);
    expect(catalogue.host('web', 'web-01')?.agent).toBe(agent);
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

  test('a spoof that repeats the name, as override_hostname does: the address is the sender’s', () => {
    const { send, catalogue } = harness();
    send(gmetric('m', '1', { host: 'my-own:my-own', spoof: true }), '10.0.0.7');
    expect(catalogue.host('web', 'my-own')).toMatchObject({ address: '10.0.0.7' });
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
