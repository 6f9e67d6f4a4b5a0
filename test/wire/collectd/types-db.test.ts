import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseTypesDb } from '../../../src/wire/collectd/types-db.ts';

const value = { name: 'value', kind: 1, min: null, max: null };

describe('a line', () => {
  test.for([
    { name: 'one source', text: 'gauge value:GAUGE:U:U', sources: [value] },
    { name: 'lower case', text: 'gauge value:gauge:u:u', sources: [value] },
    { name: 'tabs, CRLF and a trailing comma', text: '\tgauge\t value:GAUGE:U:U,\r\n', sources: [value] },
    {
      name: 'several sources with and without comma',
      text: 'x rx:DERIVE:0:U, tx:COUNTER:-1.5:1e3 z:ABSOLUTE:0:4294967295',
      sources: [
        { name: 'rx', kind: 2, min: 0, max: null },
        { name: 'tx', kind: 0, min: -1.5, max: 1000 },
        { name: 'z', kind: 3, min: 0, max: 4294967295 },
      ],
    },
    { name: 'the later definition', text: 'x a:GAUGE:0:1\nx value:GAUGE:U:U', sources: [value] },
  ])('$name', ({ text, sources }) => {
    const db = parseTypesDb(text);
    expect(db.faults).toEqual([]);
    expect([...db.types.values()]).toEqual([sources]);
  });

  test.for([
    { name: 'no source', line: 'x', reason: 'no data source' },
    { name: 'three fields', line: 'x value:GAUGE:U', reason: 'name:KIND:min:max' },
    { name: 'five fields', line: 'x value:GAUGE:U:U:U', reason: 'name:KIND:min:max' },
    { name: 'no name', line: 'x :GAUGE:U:U', reason: 'name:KIND:min:max' },
    { name: 'unknown kind', line: 'x value:GAUG:U:U', reason: "'GAUG'" },
    { name: 'a bound that is no number', line: 'x value:GAUGE:0:1k', reason: 'bound' },
    { name: 'one bad source of two', line: 'x a:GAUGE:0:1 b:GAUGE', reason: 'name:KIND:min:max' },
    { name: 'too many sources', line: `x${' a:GAUGE:U:U'.repeat(64)}`, reason: '63' },
    { name: 'too long', line: `x value:GAUGE:U:U ${' '.repeat(5000)}`, reason: '4094' },
  ])('$name: dropped, the rest kept', ({ line, reason }) => {
    const db = parseTypesDb(`# first\n\n  # second\ngood value:GAUGE:U:U\n${line}\nlast value:GAUGE:U:U\n`);
    expect([...db.types.keys()]).toEqual(['good', 'last']);
    expect(db.faults).toEqual([{ line: 5, reason: expect.stringContaining(reason) }]);
  });

  test('names of objects are ordinary names', () => {
    expect([...parseTypesDb('__proto__ value:GAUGE:U:U\nconstructor value:GAUGE:U:U').types.keys()]).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});

describe('the shipped types.db', () => {
  const text = readFileSync(new URL('../../../src/wire/collectd/types.db', import.meta.url), 'utf8');
  const { types, faults } = parseTypesDb(text);

  test('has the types of collectd 5.12, in order, without a fault', () => {
    const sources = [...types.values()].flat();
    const kinds = [0, 1, 2, 3].map((kind) => sources.filter((s) => s.kind === kind).length);
    expect(faults).toEqual([]);
    expect(types.size).toBe(366);
    expect([...types.values()].filter((s) => s.length > 1)).toHaveLength(41);
    expect(kinds).toEqual([13, 229, 176, 1]);
    expect([...types.keys()]).toEqual([...types.keys()].toSorted());
  });

  test.for([
    { type: 'load', names: ['shortterm', 'midterm', 'longterm'] },
    { type: 'if_octets', names: ['rx', 'tx'] },
    { type: 'disk_octets', names: ['read', 'write'] },
    { type: 'mysql_qcache', names: ['hits', 'inserts', 'not_cached', 'lowmem_prunes', 'queries_in_cache'] },
  ])('$type has its data sources', ({ type, names }) => {
    expect(types.get(type)?.map((s) => s.name)).toEqual(names);
  });
});
