import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CatalogueRepository } from '../../src/state/catalogue-repository.ts';
import { KIND } from '../../src/model/kind.ts';
import { temporaryFolder } from './folder.ts';
import type { RecordDescription } from '../../src/model/record.ts';

const description: RecordDescription = {
  cluster: 'web',
  host: "web-01'; DROP TABLE hosts",
  metric: 'interface-eth0/if_octets',
  protocol: 'collectd',
  sources: [
    { name: 'rx', kind: KIND.derive, min: 0, max: null },
    { name: 'tx', kind: KIND.derive, min: 0, max: null },
  ],
  intervalS: 10,
  tmaxS: 0,
  dmaxS: 0,
  slope: 'both',
  units: 'bytes/s',
  title: '',
  group: 'interface',
  description: '',
  provisional: false,
};

const host = {
  cluster: 'web',
  name: description.host,
  address: '10.0.0.1',
  agent: 'collectd',
  lastSeenMs: 1000,
  intervalMs: 10_000,
  gapMs: 9000,
  facts: [['__proto__', 'x']] as const,
};

const samples = [
  { hi: 1, lo: 0xffffffff, value: 2.5, sampleMs: 900.5, arrivalMs: 1000 },
  { hi: 0, lo: 7, value: Number.NaN, sampleMs: 900.5, arrivalMs: 1000 },
];

test('what was saved is there after the file was closed, and only for the clusters asked for', () => {
  const file = join(temporaryFolder(), 'catalogue.db');
  {
    using repository = new CatalogueRepository(file);
    repository.saveHosts([host, { ...host, cluster: 'mysql' }]);
    repository.saveRecords([description]);
    repository.saveSamples([{ description, samples }]);
  }
  using repository = new CatalogueRepository(file);
  expect(repository.load(['web'])).toEqual([
    { ...host, facts: [['__proto__', 'x']], records: [{ description, last: samples }] },
  ]);
  expect(repository.load(['mysql'])).toMatchObject([{ records: [] }]);
  expect(repository.load(['nobody'])).toEqual([]);
});

test('saving again replaces: an address, facts, a description; samples stay', () => {
  using repository = new CatalogueRepository(join(temporaryFolder(), 'catalogue.db'));
  repository.saveHosts([host]);
  repository.saveRecords([description]);
  repository.saveSamples([{ description, samples }]);
  repository.saveHosts([{ ...host, address: '10.0.0.2', facts: [] }]);
  repository.saveRecords([{ ...description, intervalS: 60 }]);
  expect(repository.load(['web'])).toMatchObject([
    { address: '10.0.0.2', facts: [], records: [{ description: { intervalS: 60 }, last: samples }] },
  ]);
});

test('a record of a host that was never saved is not kept, and does no harm', () => {
  using repository = new CatalogueRepository(join(temporaryFolder(), 'catalogue.db'));
  repository.saveRecords([description]);
  expect(repository.load(['web'])).toEqual([]);
});

test('hosts last seen before a time are forgotten, with their records', () => {
  using repository = new CatalogueRepository(join(temporaryFolder(), 'catalogue.db'));
  repository.saveHosts([host, { ...host, name: 'young', lastSeenMs: 2000 }]);
  repository.saveRecords([description, { ...description, host: 'young' }]);
  expect(repository.forget(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(repository.forget(2000)).toBe(1);
  expect(repository.load(['web'])).toMatchObject([{ name: 'young', records: [{ last: [] }] }]);
  repository.saveHosts([host]);
  expect(repository.load(['web'])).toMatchObject([{ name: host.name, records: [] }, { name: 'young' }]);
});
