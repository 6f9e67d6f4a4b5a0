import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeJournal } from './fake-journal.ts';
import { harness, imbalance, RULES, START_MS } from './harness.ts';
import { collectd, gmetric, metadata, START_S } from './messages.ts';
import { CREATES_PER_SECOND, REMOVALS_PER_TICK } from '../../src/limits.ts';
import type { Announcement } from '../../src/live/announcement.ts';
import type { LiveSample } from '../../src/live/columns.ts';

const WEB = { cluster: 'web', name: 'web-01' };
const sample = (): LiveSample => ({ rawHi: 0, rawLo: 0, value: 0, sampleMs: 0, arrivalMs: 0 });

/** An engine whose time is passed second by second; what it announces is applied and remembered. */
function stage(given: Parameters<typeof harness>[0] = {}) {
  const h = harness(given);
  const said: Announcement[] = [];
  const absorb = () => {
    const announcements = h.engine.takeAnnouncements(Infinity);
    said.push(...announcements);
    h.catalogue.apply({ worker: 0, announcements });
  };
  const tick = async () => {
    h.engine.tick();
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
    absorb();
  };
  const pass = async (seconds: number, each: () => void = () => undefined) => {
    for (let s = 0; s < seconds; s += 1) {
      h.clock.nowMs += 1000;
      each();
      absorb();
      await tick();
    }
  };
  const nowS = () => h.clock.nowMs / 1000;
  const sends = (plugin = 'load') => h.send(collectd({ plugin, timeS: nowS() }));
  const gone = () =>
    said.flatMap((one) => {
      if (one.kind === 'host-gone') return [one.name];
      if (one.kind === 'record-gone') return [`${one.host}/${one.metric}`];
      return one.kind === 'fact-gone' ? [`fact ${one.name}`] : [];
    });
  /** The judge has found the host expired as it stands now. */
  const expire = (name = 'web-01') => {
    const entry = h.catalogue.host('web', name);
    const lastSeenMs = entry ? h.catalogue.pulse(entry).lastSeenMs : 0;
    h.engine.expire([{ cluster: 'web', name, lastSeenMs, reason: 'expired' }]);
  };
  const series = () => h.engine.stats().records;
  return { ...h, said, tick, pass, sends, gone, expire, series, nowS };
}

describe('a host that expired', () => {
  test('leaves with its records, once the store has its points', async () => {
    const s = stage();
    s.sends('load');
    s.sends('disk');
    s.expire();
    expect(s.store.puts).toEqual([]);
    await s.pass(5);
    expect(s.gone()).toEqual(['web-01']);
    expect(s.store.puts.map(({ record }) => record.metric).toSorted()).toEqual(['disk/gauge', 'load/gauge']);
    expect(s.catalogue.host('web', 'web-01')).toBeUndefined();
    expect([s.series(), imbalance(s.engine)]).toEqual([0, 0]);
    expect(s.engine.stats()).toMatchObject({ hostsExpired: 1, stored: 2, pending: 0 });
  });

  test('comes back as a new host when it is heard again, with rows that are its own', async () => {
    const s = stage();
    s.sends();
    const before = s.catalogue.host('web', 'web-01');
    const series = before?.records.get('load/gauge')?.series[0];
    s.expire();
    await s.pass(5);
    s.sends();
    const after = s.catalogue.host('web', 'web-01');
    expect(after).not.toBe(before);
    expect([after?.hostRow, after?.generation]).toEqual([before?.hostRow, (before?.generation ?? 0) + 1]);
    expect(s.live('web', 'web-01', 'load/gauge')?.value).toBe(1.5);
    // A slow reader still has the entries of before.
    expect(series && s.catalogue.read(series, sample())).toBe(false);
    expect(before && s.catalogue.pulse(before)).toMatchObject({ lastSeenMs: 0, packets: 0 });
    expect(after && s.catalogue.pulse(after)).toMatchObject({ packets: 1 });
    expect(imbalance(s.engine)).toBe(0);
  });

  test('its records’ numbers are given again, and a tail that is asked for by the old one is empty', async () => {
    const s = stage();
    s.sends();
    const old = s.catalogue.host('web', 'web-01')?.records.get('load/gauge');
    s.expire();
    await s.pass(5);
    s.send(collectd({ host: 'web-02', plugin: 'disk', timeS: s.nowS() }));
    const fresh = s.catalogue.host('web', 'web-02')?.records.get('disk/gauge');
    expect([fresh?.record, fresh?.row]).toEqual([old?.record, old?.row]);
    expect(fresh && [...s.engine.tail(fresh).timesS]).toEqual([s.nowS()]);
    expect(old && [...s.engine.tail(old).timesS]).toEqual([]);
  });

  test('stays when it was heard before it left', async () => {
    const s = stage();
    s.sends();
    s.expire();
    s.clock.nowMs += 10;
    s.sends();
    await s.pass(5);
    expect([s.gone(), s.series()]).toEqual([[], 1]);
  });

  test('stays while the store does not take its points, and holds up nobody', async () => {
    const s = stage();
    s.store.answer = ({ host }) =>
      host === 'web-01'
        ? { ok: false, retryable: true, reason: 'store_down', detail: '' }
        : { ok: true, lateThroughS: 0 };
    s.sends();
    s.send(collectd({ host: 'web-02' }));
    s.expire('web-01');
    s.expire('web-02');
    await s.pass(20);
    expect(s.gone()).toEqual(['web-02']);
    s.store.answer = () => ({ ok: true, lateThroughS: 0 });
    await s.pass(30);
    expect(s.gone()).toEqual(['web-02', 'web-01']);
    expect([s.series(), imbalance(s.engine)]).toEqual([0, 0]);
  });

  test('asks a store that does not take its points no oftener than others do', async () => {
    const s = stage();
    let asked = 0;
    s.store.answer = () => {
      asked += 1;
      return { ok: false, retryable: true, reason: 'store_refused', detail: '' };
    };
    s.sends();
    s.expire();
    await s.pass(60);
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThanOrEqual(60 / 5);
    s.store.answer = () => ({ ok: true, lateThroughS: 0 });
    await s.pass(20);
    expect(s.gone()).toEqual(['web-01']);
  });

  test('hastens nothing that waits for its file: others have their turn', async () => {
    const many = 3 * CREATES_PER_SECOND;
    const s = stage({ rules: { maxSeriesPerHost: many } });
    let asked = 0;
    s.store.answer = () => {
      asked += 1;
      return { ok: false, retryable: true, reason: 'creating', detail: '' };
    };
    for (let n = 0; n < many; n += 1) s.sends(`p${n}`);
    await s.pass(120);
    s.expire();
    asked = 0;
    await s.pass(20);
    expect(asked).toBeLessThanOrEqual(20 * CREATES_PER_SECOND);
    expect(s.gone()).toEqual([]);
  });

  test('with many records leaves readers at once, its records in portions', async () => {
    const many = 2 * REMOVALS_PER_TICK + 10;
    const s = stage({ rules: { maxSeriesPerHost: many } });
    for (let n = 0; n < many; n += 1) s.sends(`p${n}`);
    await s.pass(120);
    expect(s.series()).toBe(many);
    s.expire();
    await s.tick();
    expect(s.gone()).toEqual(['web-01']);
    const left = [s.series()];
    for (let turn = 0; turn < 2; turn += 1) {
      await s.tick();
      left.push(s.series());
    }
    expect(left).toEqual([REMOVALS_PER_TICK + 10, 10, 0]);
    // Meanwhile it could be heard again: under another row.
    expect(imbalance(s.engine)).toBe(0);
  });

  test('heard while its old records are released, it is another host', async () => {
    const many = REMOVALS_PER_TICK + 10;
    const s = stage({ rules: { maxSeriesPerHost: many } });
    for (let n = 0; n < many; n += 1) s.sends(`p${n}`);
    await s.pass(120);
    s.expire();
    await s.tick();
    s.sends('p0');
    expect(s.catalogue.host('web', 'web-01')).toMatchObject({ hostRow: 1 });
    await s.tick();
    expect(s.series()).toBe(1);
    expect(s.live('web', 'web-01', 'p0/gauge')?.value).toBe(1.5);
    await s.pass(120);
    expect(imbalance(s.engine)).toBe(0);
  });

  test('one that nobody knows is passed over', async () => {
    const s = stage();
    s.engine.expire([{ ...WEB, lastSeenMs: 5, reason: 'expired' }]);
    await s.pass(3);
    expect(s.gone()).toEqual([]);
  });

  test('what the journal has of it is replayed by its name', async () => {
    const journal = new FakeJournal();
    const first = stage();
    first.sends();
    const description = first.catalogue.host('web', 'web-01')?.records.get('load/gauge')?.description;
    if (!description) throw new Error('no record');
    journal.leave(description, START_S - 90_000, [0, 7]);
    const s = stage({ journal });
    journal.use(
      (record) => s.engine.describe(record),
      (values, earlier) => s.engine.loseJournaled(values, 'group_removed', earlier),
    );
    s.expire();
    await s.pass(2);
    await s.engine.readBack();
    await s.pass(10);
    expect(s.store.puts).toMatchObject([{ timesS: [START_S - 90_000] }]);
    expect(s.catalogue.host('web', 'web-01')).toBeDefined();
    s.expire();
    await s.pass(3);
    expect(s.gone()).toEqual(['web-01']);
    expect([s.series(), imbalance(s.engine)]).toEqual([0, 0]);
  });
});

describe('a gmond metric with a dmax', () => {
  test.for([
    { name: 'leaves when neither it nor its description was heard for so long', each: 'nothing', gone: true },
    { name: 'stays while it is described', each: 'metadata', gone: false },
    { name: 'stays while it has values', each: 'value', gone: false },
  ])('$name', async ({ each, gone }) => {
    const s = stage();
    s.send(metadata('logins', { dmaxS: 30 }));
    s.send(gmetric('logins', '5'));
    s.send(gmetric('load_one', '1'));
    await s.pass(60, () => {
      if (each === 'metadata') s.send(metadata('logins', { dmaxS: 30 }));
      if (each === 'value') s.send(gmetric('logins', '5'));
      s.send(gmetric('load_one', '1'));
    });
    expect(s.gone()).toEqual(gone ? ['web-01/logins'] : []);
    expect([s.series(), imbalance(s.engine)]).toEqual([gone ? 1 : 2, 0]);
    expect(s.engine.stats().recordsExpired).toBe(gone ? 1 : 0);
  });

  test('of 0 stays as long as its host', async () => {
    const s = stage({ rules: { hostDmaxMs: 20_000 } });
    s.send(metadata('logins'));
    s.send(gmetric('logins', '5'));
    await s.pass(60);
    expect([s.gone(), s.series()]).toEqual([[], 1]);
  });

  test('that is a word leaves the facts', async () => {
    const s = stage();
    s.send(metadata('release', { type: 'string', dmaxS: 30 }));
    s.send(gmetric('release', '7.1-rc'));
    expect(s.catalogue.host('web', 'web-01')?.facts.get('release')).toBe('7.1-rc');
    await s.pass(40, () => s.send(gmetric('load_one', '1')));
    expect(s.gone()).toEqual(['fact release']);
    expect(s.catalogue.host('web', 'web-01')?.facts.has('release')).toBe(false);
    s.send(metadata('release', { type: 'string', dmaxS: 30 }));
    s.send(gmetric('release', '7.2'));
    expect(s.catalogue.host('web', 'web-01')?.facts.get('release')).toBe('7.2');
  });
});

describe('a record of another protocol', () => {
  test('leaves a host that goes on after its host_dmax of silence', async () => {
    const s = stage({ rules: { hostDmaxMs: 20_000 } });
    s.sends('interface-veth7');
    await s.pass(40, () => s.sends('load'));
    expect(s.gone()).toEqual(['web-01/interface-veth7/gauge']);
    expect(s.catalogue.host('web', 'web-01')?.records.size).toBe(1);
    expect(imbalance(s.engine)).toBe(0);
  });

  test('stays with a host that is silent itself', async () => {
    const s = stage({ rules: { hostDmaxMs: 20_000 } });
    s.sends('load');
    s.send(metadata('logins', { dmaxS: 10, host: 'web-02' }));
    s.send(gmetric('logins', '5', { host: 'web-02' }));
    await s.pass(60);
    expect([s.gone(), s.series()]).toEqual([[], 2]);
  });

  test.for([
    { name: 'of a host that comes back after as long', silentS: 60 },
    { name: 'that was here before the whole server stood still', silentS: 0, stallS: 3600 },
  ])('$name has time to be heard', async ({ silentS, stallS = 0 }) => {
    const s = stage({ rules: { hostDmaxMs: 20_000 } });
    s.sends('load');
    s.sends('disk');
    await s.pass(silentS);
    s.clock.nowMs += stallS * 1000;
    // What waited in the socket, one before the other.
    s.sends('load');
    await s.pass(5, () => s.sends('load'));
    expect(s.gone()).toEqual([]);
    s.sends('disk');
    await s.pass(15, () => s.sends('load'));
    expect([s.gone(), s.series()]).toEqual([[], 2]);
    await s.pass(10, () => s.sends('load'));
    expect(s.gone()).toEqual(['web-01/disk/gauge']);
  });

  test('stays for ever with host_dmax 0', async () => {
    const s = stage({ rules: { hostDmaxMs: 0 } });
    s.sends('interface-veth7');
    await s.pass(40, () => s.sends('load'));
    expect(s.gone()).toEqual([]);
  });

  test('gives back what it took of its host’s and its sender’s budgets', async () => {
    const s = stage({ rules: { hostDmaxMs: 20_000, maxSeriesPerHost: 3 } });
    for (let n = 0; n < 3; n += 1) s.sends(`veth${n}`);
    s.sends('veth9');
    expect(s.engine.books.valuesRejected.get('web', 'limit_series_per_host')).toBe(1);
    await s.pass(40, () => s.sends('veth0'));
    for (const n of [7, 8]) s.sends(`veth${n}`);
    expect(s.engine.books.valuesRejected.get('web', 'limit_series_per_host')).toBe(1);
    expect(s.series()).toBe(3);
    const [sender] = s.engine.senders({ limit: 1, group: 'web' }).rows;
    expect(sender).toMatchObject({ series: 3 });
  });

  test('after a restart has time to be heard, and no more than its dmax in all', async () => {
    const s = stage({ rules: { hostDmaxMs: 3_600_000 } });
    const description = harnessDescription();
    const last = [
      { hi: 0, lo: 7, value: 7, sampleMs: START_MS - 3_500_000, arrivalMs: START_MS - 3_500_000 },
    ];
    const pulse = { lastSeenMs: START_MS, intervalMs: 0, gapMs: 0 };
    s.engine.restore([
      { ...WEB, address: '', agent: '', ...pulse, facts: [], records: [{ description, last }] },
    ]);
    await s.pass(590, () => s.sends('disk'));
    expect(s.gone()).toEqual([]);
    await s.pass(20, () => s.sends('disk'));
    expect(s.gone()).toEqual(['web-01/load/gauge']);
  });
});

/** Of the record that `sends` makes. */
function harnessDescription() {
  const { send, catalogue } = harness();
  send(collectd({}));
  const found = catalogue.host('web', 'web-01')?.records.get('load/gauge');
  if (!found) throw new Error('no record');
  return found.description;
}

describe('a group that leaves', () => {
  test('is forgotten by its readers at once, and by the worker in portions', async () => {
    const s = stage({ rules: { maxSeriesPerHost: 4000 } });
    for (let n = 0; n < 3 * REMOVALS_PER_TICK; n += 1) s.sends(`p${n}`);
    await s.pass(120);
    let turns = 0;
    let most = 0;
    let before = s.series();
    s.sleepUntil((ms) => {
      if (ms > 0) return undefined;
      turns += 1;
      most = Math.max(most, before - s.series());
      before = s.series();
      return Promise.resolve();
    });
    await s.engine.removeGroup('web', 1000);
    s.absorb();
    expect(s.catalogue.clusters.has('web')).toBe(false);
    expect([s.series(), imbalance(s.engine)]).toEqual([0, 0]);
    expect(turns).toBeGreaterThanOrEqual(2);
    expect(most).toBeLessThanOrEqual(REMOVALS_PER_TICK);
  });

  test('one of its hosts that expires meanwhile leaves once: its row is not given twice', async () => {
    const s = stage();
    const down = { ok: false, retryable: true, reason: 'store_down', detail: '' } as const;
    s.store.answer = ({ host }) => (host === 'web-02' ? down : { ok: true, lateThroughS: 0 });
    s.sends();
    s.send(collectd({ host: 'web-02' }));
    s.expire('web-01');
    let slept = 0;
    s.sleepUntil((ms) => {
      slept += 1;
      s.clock.nowMs += ms;
      return slept > 3 ? undefined : s.tick();
    });
    await s.engine.removeGroup('web', 2000);
    s.absorb();
    expect(s.gone()).toEqual(['web-01']);
    s.engine.setGroup({ ...RULES });
    for (const host of ['a', 'b', 'c']) s.send(collectd({ host }));
    const rows = ['a', 'b', 'c'].map((host) => s.catalogue.host('web', host)?.hostRow);
    expect(new Set(rows).size).toBe(3);
  });

  test('its rows are another group’s after that', async () => {
    const s = stage();
    s.sends();
    await s.engine.removeGroup('web', 1000);
    s.absorb();
    s.engine.setGroup({ ...RULES, name: 'db' });
    const datagram = collectd({ host: 'db-01' });
    const entry = { start: 0, end: datagram.length, address: '10.0.0.2', arrivalMs: s.clock.nowMs };
    s.engine.accept(datagram, { ...entry, listener: 1 });
    s.absorb();
    expect(s.catalogue.host('db', 'db-01')).toMatchObject({ hostRow: 0, generation: 1 });
    expect(s.live('db', 'db-01', 'load/gauge')?.value).toBe(1.5);
  });
});

describe('whatever comes and goes', () => {
  const action = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('send' as const), host: fc.nat(3), metric: fc.nat(3) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('expire' as const), host: fc.nat(3) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('store' as const), isUp: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const) }) },
  );

  test('the books balance, and readers see what there is: each record its own values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const s = stage({ rules: { hostDmaxMs: 60_000 } });
        let value = 0;
        const sent = new Map<string, number>();
        for (const one of actions) {
          if (one.kind === 'send') {
            value += 1;
            s.clock.nowMs += 1000;
            const names = { host: `h${one.host}`, plugin: `m${one.metric}` };
            s.send(collectd({ ...names, timeS: s.nowS(), values: [value] }));
            sent.set(`${names.host} ${names.plugin}/gauge`, value);
          } else if (one.kind === 'expire') s.expire(`h${one.host}`);
          else if (one.kind === 'pass') await s.pass(one.seconds);
          else if (one.kind === 'store') {
            const down = { ok: false, retryable: true, reason: 'store_down', detail: '' } as const;
            s.store.answer = () => (one.isUp ? { ok: true, lateThroughS: 0 } : down);
          } else {
            await s.engine.removeGroup('web', 1000);
            s.absorb();
            s.engine.setGroup({ ...RULES, hostDmaxMs: 60_000 });
            sent.clear();
          }
          let records = 0;
          for (const host of s.catalogue.hosts()) {
            for (const record of host.records.values()) {
              records += 1;
              const shown = s.live('web', host.name, record.description.metric)?.value;
              expect(shown).toBe(sent.get(`${host.name} ${record.description.metric}`));
            }
          }
          // Those whose host has left may not be released yet.
          expect(s.series()).toBeGreaterThanOrEqual(records);
          expect(imbalance(s.engine)).toBe(0);
        }
        s.store.answer = () => ({ ok: true, lateThroughS: 0 });
        await s.pass(1);
        for (const { name } of s.catalogue.hosts()) s.expire(name);
        await s.pass(200);
        expect([s.series(), imbalance(s.engine)]).toEqual([0, 0]);
      }),
      { numRuns: 60 },
    );
  }, 30_000);
});
