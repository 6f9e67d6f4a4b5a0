import { describe, expect, test } from 'vitest';
import { SharedWordsTable } from '../../src/live/record-words.ts';
import { KIND } from '../../src/model/kind.ts';
import type { RecordDescription } from '../../src/model/record.ts';

const record = (over: Partial<RecordDescription> = {}): RecordDescription => ({
  cluster: 'web',
  host: 'web-01',
  metric: 'interface-eth0/if_octets',
  protocol: 'collectd',
  sources: ['rx', 'tx'].map((name) => ({ name, kind: KIND.derive, min: 0, max: null })),
  intervalS: 10,
  tmaxS: 0,
  dmaxS: 0,
  slope: 'both',
  units: 'bytes/s',
  title: '',
  group: 'interface',
  description: '',
  provisional: false,
  ...over,
});

describe('SharedWordsTable', () => {
  test.for<{ name: string; over: Partial<RecordDescription>; same: boolean }>([
    { name: 'another host', over: { host: 'web-02' }, same: true },
    { name: 'another cluster', over: { cluster: 'db' }, same: true },
    { name: 'another metric', over: { metric: 'interface-eth1/if_octets' }, same: false },
    { name: 'another protocol', over: { protocol: 'statsd' }, same: false },
    { name: 'another interval', over: { intervalS: 20 }, same: false },
    { name: 'another tmax', over: { tmaxS: 1 }, same: false },
    { name: 'another dmax', over: { dmaxS: 1 }, same: false },
    { name: 'another slope', over: { slope: 'zero' }, same: false },
    { name: 'other units', over: { units: '' }, same: false },
    { name: 'another title', over: { title: 'Octets' }, same: false },
    { name: 'another group', over: { group: '' }, same: false },
    { name: 'another description', over: { description: 'd' }, same: false },
    { name: 'provisional', over: { provisional: true }, same: false },
    { name: 'fewer sources', over: { sources: record().sources.slice(1) }, same: false },
    {
      name: 'another bound',
      over: { sources: record().sources.map((one) => ({ ...one, max: 1 })) },
      same: false,
    },
  ])('$name: shared is $same', ({ over, same }) => {
    const table = new SharedWordsTable();
    expect(table.take(record()) === table.take(record(over))).toBe(same);
  });

  test('says all but whose it is, and the names of its series', () => {
    const { said, names } = new SharedWordsTable().take(record());
    const { cluster: _cluster, host: _host, ...rest } = record();
    expect(said).toEqual(rest);
    expect(names).toEqual(['interface-eth0/if_octets:rx', 'interface-eth0/if_octets:tx']);
  });

  test('nothing stays of records that have left', () => {
    const table = new SharedWordsTable();
    for (let n = 0; n < 100; n += 1) {
      const taken = [record(), record({ intervalS: n }), record({ metric: `m${n}` })].map((r) =>
        table.take(r),
      );
      for (const words of taken) table.leave(words);
    }
    expect(table.count).toBe(0);
  });

  test('more ways of saying it than are looked through are not shared, and leave all the same', () => {
    const table = new SharedWordsTable();
    const taken = Array.from({ length: 20 }, (_, intervalS) => table.take(record({ intervalS })));
    expect(table.take(record({ intervalS: 3 }))).toBe(taken[3]);
    expect(table.take(record({ intervalS: 15 }))).not.toBe(taken[15]);
    for (const words of taken) table.leave(words);
    table.leave(taken[3] as (typeof taken)[0]);
    expect(table.count).toBe(0);
  });
});
