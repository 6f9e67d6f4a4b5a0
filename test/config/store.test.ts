import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

function load(store: string, env: Record<string, string> = {}) {
  using folder = folderWith({
    'muster.yaml': store,
    'checks/a.yaml': 'services: []\n',
    'influxdb/token': 'secret\n',
  });
  const loaded = loadConfig({ env, cwd: folder.path });
  return { loaded, directory: folder.path };
}

function storeOf(text: string) {
  const { loaded, directory } = load(text);
  if (!loaded.ok) throw new Error(loaded.errors.map(formatConfigError).join('\n'));
  return { store: loaded.config.store, directory };
}

const NAMING = { multivalue: 'split', integers: 'float' };

test('InfluxDB with nothing said', () => {
  expect(storeOf('store: { type: influxdb }\n').store).toEqual({
    type: 'influxdb',
    url: 'http://127.0.0.1:8086',
    org: '',
    bucket: 'muster',
    tokenFile: null,
    ...NAMING,
  });
});

test('InfluxDB with everything said', () => {
  const { store, directory } = storeOf(
    'store:\n  type: influxdb\n  influxdb:\n    url: https://influx.example.net/below/\n    org: ops\n' +
      '    bucket: metrics\n    token_file: influxdb/token\n    multivalue: join\n    integers: exact\n',
  );
  expect(store).toEqual({
    type: 'influxdb',
    url: 'https://influx.example.net/below',
    org: 'ops',
    bucket: 'metrics',
    tokenFile: join(directory, 'influxdb/token'),
    multivalue: 'join',
    integers: 'exact',
  });
});

test('InfluxDB with a token file that is not there', () => {
  const { loaded } = load('store: { type: influxdb, influxdb: { token_file: influxdb/tokn } }\n');
  expect(loaded.ok ? [] : loaded.errors.map(formatConfigError)).toEqual([
    expect.stringMatching(
      /^muster.yaml:1:\d+: ".*influxdb\/tokn" does not exist \(expected a file that holds the token\)$/,
    ),
  ]);
});

test.for([
  { name: 'nothing said', keys: '', url: 'http://127.0.0.1:8428', readUrl: 'http://127.0.0.1:8428' },
  {
    name: 'read where it is written',
    keys: 'url: http://vm:8428/',
    url: 'http://vm:8428',
    readUrl: 'http://vm:8428',
  },
  {
    name: 'a cluster',
    keys: 'url: http://vminsert:8480/insert/0/influx, read_url: http://vmselect:8481/select/0/prometheus/',
    url: 'http://vminsert:8480/insert/0/influx',
    readUrl: 'http://vmselect:8481/select/0/prometheus',
  },
])('VictoriaMetrics: $name', ({ keys, url, readUrl }) => {
  const { store } = storeOf(`store: { type: victoriametrics, victoriametrics: { ${keys} } }\n`);
  expect(store).toEqual({ type: 'victoriametrics', url, readUrl, ...NAMING });
});

test.for([
  {
    name: 'not an address',
    keys: 'influxdb: { url: influx:8086 }',
    error: 'is not an http or https address',
  },
  { name: 'another naming', keys: 'influxdb: { multivalue: both }', error: '"both"' },
  { name: 'other integers', keys: 'victoriametrics: { integers: signed }', error: '"signed"' },
  {
    name: 'a token in the file',
    keys: 'influxdb: { token: s3cret }',
    error: 'unknown key "token" (expected one of url, org, bucket, token_file',
  },
])('a fault: $name', ({ keys, error }) => {
  const { loaded } = load(`store: { type: influxdb, ${keys} }\n`);
  const errors = loaded.ok ? [] : loaded.errors.map(formatConfigError);
  expect(errors).toEqual([expect.stringContaining(error)]);
});

test.for([
  {
    name: 'credentials',
    keys: 'influxdb: { url: "http://ada:s3cret@influx:8086" }',
    error:
      'muster.yaml:1:43: the value names a user or a password (expected an address such as ' +
      '"http://127.0.0.1:8086"; credentials go into token_file (InfluxDB 1: user:password))',
  },
  {
    name: 'a password alone',
    keys: 'victoriametrics: { url: "http://:s3cret@vm:8428" }',
    error: 'credentials are for a proxy on this machine to add',
  },
  {
    name: 'credentials to read by',
    keys: 'victoriametrics: { read_url: "http://ada:s3cret@vm:8428" }',
    error: 'names a user or a password',
  },
  {
    name: 'a query, which the paths would stand behind',
    keys: 'influxdb: { url: "http://influx:8086/?p=s3cret" }',
    error: 'has a query or a fragment',
  },
  {
    name: 'credentials of another protocol',
    keys: 'influxdb: { url: "ftp://ada:s3cret@influx" }',
    error: 'names a user or a password',
  },
  {
    name: 'credentials from the environment',
    keys: 'influxdb: { url: "${DATABASE}" }',
    error: 'the value of "${DATABASE}" is not valid (expected',
  },
])('an address that holds a secret is refused and not quoted: $name', ({ keys, error }) => {
  const { loaded } = load(`store: { type: influxdb, ${keys} }\n`, { DATABASE: 'http://ada:s3cret@influx' });
  const errors = loaded.ok ? [] : loaded.errors.map(formatConfigError);
  expect(errors).toEqual([expect.stringContaining(error)]);
  expect(errors.join()).not.toContain('s3cret');
});
