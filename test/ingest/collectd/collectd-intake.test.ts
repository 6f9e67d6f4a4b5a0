import { describe, expect, test } from 'vitest';
import { KIND } from '../../../src/model/kind.ts';
import { harness, imbalance, START_MS } from '../harness.ts';
import { collectd, START_S } from '../messages.ts';
import type { HostEntry } from '../../../src/live/entries.ts';
import type { OutgoingValues } from '../../../src/wire/collectd/encode.ts';

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

  const { counter, gauge, derive, absolute } = KIND;
  test.for([
    { name: 'a gauge inside', kind: gauge, from: 0, to: 5, min: 0, max: 5, value: 5 },
    { name: 'a gauge above', kind: gauge, from: 0, to: 5.1, min: 0, max: 5, value: Number.NaN },
    { name: 'a gauge below', kind: gauge, from: 0, to: -0.1, min: 0, max: null, value: Number.NaN },
    { name: 'a gauge that is unknown', kind: gauge, from: 0, to: NaN, min: 0, max: 5, value: Number.NaN },
    { name: 'a gauge without bounds', kind: gauge, from: 0, to: -1e300, min: null, max: null, value: -1e300 },
    { name: 'a derive inside', kind: derive, from: 0n, to: 50n, min: 0, max: 5, value: 5 },
    { name: 'a derive above', kind: derive, from: 0n, to: 60n, min: 0, max: 5, value: Number.NaN },
    { name: 'a derive that falls', kind: derive, from: 10n, to: 0n, min: 0, max: null, value: Number.NaN },
    { name: 'a counter above', kind: counter, from: 0n, to: 60n, min: 0, max: 5, value: Number.NaN },
    {
      name: 'a wrap too fast to be one',
      kind: counter,
      from: 4294967290n,
      to: 100n,
      min: 0,
      max: 5,
      value: Number.NaN,
    },
    { name: 'an absolute above', kind: absolute, from: 0n, to: 60n, min: 0, max: 5, value: Number.NaN },
    { name: 'an absolute below', kind: absolute, from: 0n, to: 5n, min: 1, max: null, value: Number.NaN },
  ])(
    'bounds of types.db are held against what is shown: $name',
    async ({ kind, from, to, min, max, value }) => {
      const types = new Map([['gauge', [{ name: 'value', kind, min, max }]]]);
      const { send, live, engine, store, clock } = harness({ types });
      send(collectd({ kinds: [kind], values: [from] }));
      send(collectd({ kinds: [kind], values: [to], timeS: START_S + 10 }));
      expect(live('web', 'web-01', 'load/gauge')?.value).toBe(value);
      // What is stored is what was sent, whatever it means.
      clock.nowMs += 120_000;
      engine.tick();
      await new Promise((resolve) => setImmediate(resolve));
      const sent = new DataView(new ArrayBuffer(8));
      if (typeof to === 'bigint') sent.setBigInt64(0, to);
      else sent.setFloat64(0, to);
      expect(store.puts[0]?.words.slice(2)).toEqual([sent.getUint32(0), sent.getUint32(4)]);
    },
  );

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

test('the clock of a host is what the newest value of its packet says: the others waited', () => {
  const { send, catalogue } = harness();
  const at = (host: string, agoS: number) => ({ host, typeInstance: `${agoS}`, timeS: START_S - agoS });
  send(collectd(at('web-01', 40), at('web-01', 1), at('web-01', 30), at('web-02', 20), at('web-02', 7)));
  const skewOf = (name: string) => catalogue.pulse(catalogue.host('web', name) as HostEntry).skewMs;
  expect([skewOf('web-01'), skewOf('web-02')]).toEqual([-1000, -7000]);
});
