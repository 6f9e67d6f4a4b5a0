import { resolve, sep } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodePart,
  isSafeSpelling,
  longNames,
  ownPath,
  quoted,
  recordParts,
} from '../../../src/store/rrd/path.ts';
import { sourceNames } from '../../../src/store/rrd/source-names.ts';
import { KIND } from '../../../src/model/kind.ts';
import { GRID_CLUSTER, sumsRecord } from '../../../src/store/sums.ts';
import { describe, source } from '../batch.ts';

test.for([
  { name: 'gmond metric', record: { metric: 'load_one' }, path: 'web/web-1/load_one.rrd' },
  { name: 'gmond metric with a slash', record: { metric: 'a/b' }, path: 'web/web-1/a%2Fb.rrd' },
  {
    name: 'collectd value list',
    record: { protocol: 'collectd', metric: 'interface-eth0/if_octets' },
    path: 'web/web-1/interface-eth0/if_octets.rrd',
  },
  {
    name: 'collectd, a second slash',
    record: { protocol: 'collectd', metric: 'df/a/b' },
    path: 'web/web-1/df/a%2Fb.rrd',
  },
  { name: 'space and umlaut', record: { host: 'my hüst' }, path: 'web/my%20h%C3%BCst/load_one.rrd' },
  { name: 'parent directory', record: { host: '..' }, path: 'web/%2E./load_one.rrd' },
  { name: 'hidden file', record: { metric: '.x' }, path: 'web/web-1/%2Ex.rrd' },
  { name: 'no name', record: { metric: '' }, path: 'web/web-1/%.rrd' },
  { name: 'percent', record: { metric: 'cpu%' }, path: 'web/web-1/cpu%25.rrd' },
  { name: "gmetad's sums", record: { host: '__SummaryInfo__' }, path: 'web/%5F_SummaryInfo__/load_one.rrd' },
  {
    name: 'sums of a cluster',
    record: sumsRecord('web', 'a b', KIND.gauge),
    path: 'web/__SummaryInfo__/a%20b.rrd',
  },
  {
    name: 'sums of the grid',
    record: sumsRecord(GRID_CLUSTER, 'x', KIND.gauge),
    path: '__SummaryInfo__/x.rrd',
  },
  { name: 'looks like a hash', record: { metric: 'a~b' }, path: 'web/web-1/a%7Eb.rrd' },
] as const)('$name', ({ record, path }) => {
  expect(ownPath(describe(record))).toBe(path);
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }).map((s) => s.toWellFormed()),
  fc.string({
    unit: fc.constantFrom('.', '/', '\\', '\0', '~', '%', '-', 'a', ' ', '\n', '"', "'", 'é'),
    maxLength: 260,
  }),
);

test('a name never leaves the directory', () => {
  fc.assert(
    fc.property(
      hostile,
      hostile,
      hostile,
      fc.constantFrom('ganglia', 'collectd'),
      (cluster, host, metric, protocol) => {
        const record = describe({ cluster, host, metric, protocol });
        const path = ownPath(record);
        expect(path).toMatch(/^[A-Za-z0-9._%~/-]+\.rrd$/);
        expect(resolve('/data/rrd', path)).toBe(`/data/rrd${sep}${path}`);
        const parts = path.split('/');
        expect(parts.length).toBe(1 + recordParts(record).length);
        for (const part of parts) {
          expect(part).toMatch(/^[^.]/);
          expect(part.length).toBeLessThanOrEqual(204);
        }
        for (const long of longNames(path, [cluster, ...recordParts(record)])) {
          expect(resolve('/data/rrd', long.path)).toBe(`/data/rrd/${long.path}`);
        }
      },
    ),
  );
});

test('different names have different components', () => {
  fc.assert(fc.property(hostile, hostile, (a, b) => (encodePart(a) === encodePart(b)) === (a === b)));
  const [x, y] = [`${'x'.repeat(254)}a`, `${'x'.repeat(254)}b`];
  expect(encodePart(x)).not.toBe(encodePart(y));
});

test('a safe spelling is one component and one line', () => {
  fc.assert(
    fc.property(hostile, (name) => {
      if (!isSafeSpelling(name)) return;
      expect(resolve('/data', name)).toBe(`/data/${name}`);
      expect(name).not.toMatch(/[\n\r\0]/);
    }),
  );
  expect(isSafeSpelling('my host')).toBe(true);
  for (const name of ['..', '.', '', 'a/b', 'a\nb', 'a\0b', '.x', 'a%2Fb', '%', '__SummaryInfo__'])
    expect(isSafeSpelling(name)).toBe(false);
});

test('long names are kept beside their component', () => {
  const host = 'ä'.repeat(100);
  const path = ownPath(describe({ host }));
  expect(longNames(path, ['web', host, 'load_one'])).toEqual([
    { path: `web/${encodePart(host)}.name`, name: host },
  ]);
});

test.for([
  { path: './web/a.rrd', text: './web/a.rrd' },
  { path: '/var/my rrd/a.rrd', text: "'/var/my rrd/a.rrd'" },
  { path: "/it's/a.rrd", text: `'/it'"'"'s/a.rrd'` },
])('quotes $path', ({ path, text }) => {
  expect(quoted(path)).toBe(text);
});

test.for([
  { name: 'gmond', protocol: 'ganglia', given: ['value'], names: [/^sum$/] },
  { name: 'collectd', protocol: 'collectd', given: ['rx', 'tx'], names: [/^rx$/, /^tx$/] },
  {
    name: 'foreign characters',
    protocol: 'collectd',
    given: ['read-bytes/s'],
    names: [/^read_bytes_[0-9a-f]{8}$/],
  },
  { name: 'too long', protocol: 'collectd', given: ['a'.repeat(20)], names: [/^a{10}_[0-9a-f]{8}$/] },
  { name: 'the same twice', protocol: 'collectd', given: ['x', 'x'], names: [/^x$/, /^x_1$/] },
] as const)('data source names: $name', ({ protocol, given, names }) => {
  const sources = given.map((name) => source(name, KIND.gauge));
  const answer = sourceNames(describe({ protocol, sources }));
  expect(answer).toEqual(names.map((pattern) => expect.stringMatching(pattern)));
});

test('data source names are valid, unique and the same each time', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 63 }), (given) => {
      const record = describe({ protocol: 'collectd', sources: given.map((n) => source(n, KIND.gauge)) });
      const names = sourceNames(record);
      for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_]{1,19}$/);
      expect(new Set(names).size).toBe(given.length);
      expect(sourceNames(record)).toEqual(names);
    }),
  );
});
