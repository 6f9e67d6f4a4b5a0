import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serviceKeys } from '../../src/config/check-keys.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { groupDefaultsKeys, musterKeys } from '../../src/config/keys.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

const CHECKS = { 'checks/a.yaml': 'services: []\n' };

function errorsOf(text: string, files: Record<string, string> = {}, env: NodeJS.ProcessEnv = {}): string[] {
  using folder = folderWith({ 'muster.yaml': text, ...CHECKS, ...files });
  const loaded = loadConfig({ env, cwd: folder.path });
  return loaded.ok ? [] : loaded.errors.map((e) => formatConfigError(e).replaceAll(folder.path, 'DIR'));
}

const DURATION = 'such as 20s, with ms, s, m, h, d or y';
const ADDRESS = 'expected an address and a port, such as 0.0.0.0:8630 or "[::]:8630"';
const NAME = 'expected a name of 1 to 200 bytes, printable, without "/"';
const group = (rest: string) => `groups:\n  - {name: dev, listen: "127.0.0.1:8630", ${rest}}\n`;

describe('one error', () => {
  test.for<{ name: string; text: string; error: string }>([
    {
      name: 'unknown key with its neighbour',
      text: 'gruops: []\n',
      error:
        'muster.yaml:1:1: unknown key "gruops" (expected one of ' +
        `${Object.keys(musterKeys).join(', ')}; did you mean "groups"?)`,
    },
    {
      name: 'unknown key without a neighbour',
      text: 'grid: { zzzzzz: 1 }\n',
      error: 'muster.yaml:1:9: unknown key "zzzzzz" (expected one of name)',
    },
    {
      name: 'a key of a later version',
      text: 'grid:\n  xml_listen: 127.0.0.1:8651\n',
      error: 'muster.yaml:2:3: "xml_listen" is not supported by this version of Muster',
    },
    {
      name: 'a size without its unit',
      text: 'cache: { journal_max: 4 }\n',
      error:
        'muster.yaml:1:23: "4" has no unit (expected a size of at least 1MiB, such as 4GiB, ' +
        'with KiB, MiB, GiB or TiB; did you mean "4MiB"?)',
    },
    {
      name: 'a size with another unit',
      text: 'cache: { journal_max: 4GB }\n',
      error:
        'muster.yaml:1:23: "4GB" has the unknown unit "GB" (expected a size of at least 1MiB, such as 4GiB, ' +
        'with KiB, MiB, GiB or TiB; did you mean "4GiB"?)',
    },
    {
      name: 'a percentage without its sign',
      text: 'retention: { min_free_disk: 5 }\n',
      error:
        'muster.yaml:1:29: "5" is not a percentage (expected a percentage from 0% to 50%, such as 5%; ' +
        'did you mean "5%"?)',
    },
    {
      name: 'an archive that is kept for less than its step',
      text: 'store: { rrd: { archives: [{ cf: AVERAGE, step: 1h, keep: 1m }] } }\n',
      error: 'muster.yaml:1:28: the archive is kept for less than one step (expected keep of at least step)',
    },
    {
      name: 'a list where a mapping belongs',
      text: 'http: [1]\n',
      error:
        'muster.yaml:1:7: a list stands here (expected a mapping with ' +
        'listen, public_url, tls, allow_framing, trusted_proxies)',
    },
    {
      name: 'a document that is no mapping',
      text: '- a\n',
      error:
        'muster.yaml:1:1: a list stands here (expected a mapping with ' +
        `${Object.keys(musterKeys).join(', ')})`,
    },
    {
      name: 'a duration without a unit',
      text: group('host_tmax: 20'),
      error:
        `muster.yaml:2:54: "20" has no unit (expected a duration of at least 1s, ${DURATION}; ` +
        'did you mean "20s"?)',
    },
    {
      name: 'a duration in minutes, spelled out',
      text: 'cache:\n  max_age: 5min\n',
      error:
        'muster.yaml:2:12: "5min" has the unknown unit "min" (expected a duration of at least ' +
        `1s, at most 1d, ${DURATION}; did you mean "5m"?)`,
    },
    {
      name: 'a duration that is too short',
      text: 'self_monitor: { interval: 10ms }\n',
      error:
        'muster.yaml:1:27: "10ms" is too short (expected a duration of at least 1s, at most 1h, ' +
        `${DURATION})`,
    },
    {
      name: 'jitter over max_age',
      text: 'cache: { max_age: 10s, jitter: 20s }\n',
      error: 'muster.yaml:1:32: the jitter is longer than max_age (expected a jitter of at most max_age)',
    },
    {
      name: 'a port alone',
      text: 'groups:\n  - name: dev\n    listen: 8630\n',
      error: `muster.yaml:3:13: "8630" has no address (${ADDRESS}; did you mean "0.0.0.0:8630"?)`,
    },
    {
      name: 'a port out of range',
      text: 'http: { listen: "127.0.0.1:65536" }\n',
      error: `muster.yaml:1:17: "127.0.0.1:65536" has no port from 0 to 65535 (${ADDRESS})`,
    },
    {
      name: 'IPv6 without brackets',
      text: 'http: { listen: "::1" }\n',
      error: `muster.yaml:1:17: "::1" has no port: an IPv6 address stands in brackets before it (${ADDRESS})`,
    },
    {
      name: 'a host name to listen on',
      text: 'http: { listen: "example.net:80" }\n',
      error:
        'muster.yaml:1:17: "example.net:80" does not begin with an IPv4 address; names are not ' +
        `looked up (${ADDRESS})`,
    },
    {
      name: 'an open page',
      text: 'http:\n  listen: 0.0.0.0:8600\n',
      error:
        'muster.yaml:2:11: 0.0.0.0:8600 lets everybody who reaches it see and change everything ' +
        '(expected auth: { mode: users }, a loopback address such as 127.0.0.1, or auth: { mode: none, ' +
        'i_know: true })',
    },
    {
      name: 'a group twice',
      text: 'groups:\n  - {name: dev, listen: "127.0.0.1:1"}\n  - {name: dev, listen: "127.0.0.1:2"}\n',
      error: 'muster.yaml:3:12: a second group "dev"; the first is at muster.yaml:2:12',
    },
    {
      name: 'one port of one address twice',
      text: 'groups:\n  - {name: a, listen: "[::1]:1"}\n  - {name: b, listen: "[0:0::1]:1"}\n',
      error:
        'muster.yaml:3:23: "[0:0::1]:1" is taken: "[::1]:1" belongs to group "a" at ' +
        'muster.yaml:2:23 (expected a port of its own for each group)',
    },
    {
      name: 'one port of all addresses and of one',
      text: 'groups:\n  - {name: a, listen: "127.0.0.1:9"}\n  - {name: b, listen: [0.0.0.0:9]}\n',
      error:
        'muster.yaml:3:24: "0.0.0.0:9" is taken: "127.0.0.1:9" belongs to group "a" at ' +
        'muster.yaml:2:23 (expected a port of its own for each group)',
    },
    {
      name: 'a slash in a name',
      text: 'groups: [{ name: a/b, listen: "127.0.0.1:1" }]\n',
      error: `muster.yaml:1:18: "a/b" has a "/" (${NAME})`,
    },
    {
      name: 'a control character in a name',
      text: 'groups: [{ name: "a\\u0007", listen: "127.0.0.1:1" }]\n',
      error: `muster.yaml:1:18: "a\\u0007" has a character that does not print (${NAME})`,
    },
    {
      name: 'a number as a name',
      text: 'groups: [{ name: 404, listen: "127.0.0.1:1" }]\n',
      error: `muster.yaml:1:18: a number stands here (${NAME}: write "404")`,
    },
    {
      name: 'a name left out',
      text: 'groups:\n  - listen: 127.0.0.1:1\n',
      error: `muster.yaml:2:5: "name" is missing (${NAME})`,
    },
    {
      name: 'an unknown protocol',
      text: group('accept: [collectd, gangla]'),
      error:
        'muster.yaml:2:62: "gangla" is not known here (expected one of collectd, ganglia, ' +
        'statsd, graphite; did you mean "ganglia"?)',
    },
    {
      name: 'a tree that is not there',
      text: group('rrd_dir: ./nowhere'),
      error:
        'muster.yaml:2:52: "DIR/nowhere" is not a directory that can be read (expected the ' +
        'directory of an existing tree)',
    },
    {
      name: 'a types.db that is not there',
      text: 'types_db: [nope.db]\n',
      error: 'muster.yaml:1:12: "DIR/nope.db" does not exist (expected a types.db of collectd)',
    },
    {
      name: 'a file of checks that is not there',
      text: 'checks:\n  - checks/*.yaml\n  - more.yaml\n',
      error: 'muster.yaml:3:5: "more.yaml" does not exist (expected a file of service definitions)',
    },
    {
      name: 'too many workers',
      text: 'ingest: { workers: 1000 }\n',
      error: 'muster.yaml:1:20: "1000" is out of range (expected a whole number from 1 to 64)',
    },
    {
      name: 'a route to nobody',
      text:
        'alerts:\n  receivers: [{ name: ops, webhook: { url: "http://h/" } }]\n  routes: [{ ' +
        'receiver: opps }]\n',
      error:
        'muster.yaml:3:24: no receiver "opps" (expected the name of one of the receivers, rotas or ' +
        'escalations; did you mean "ops"?)',
    },
    {
      name: 'a receiver without a channel',
      text: 'alerts:\n  receivers:\n    - name: ops\n',
      error:
        'muster.yaml:3:7: the receiver "ops" has no channel (expected at least one of webhook, email, slack, ' +
        'pagerduty, alertmanager, http, exec)',
    },
    {
      name: 'a webhook without an address',
      text: 'alerts:\n  receivers: [{ name: ops, webhook: {} }]\n',
      error: 'muster.yaml:2:37: "url" is missing (expected an address such as "http://127.0.0.1:9000/hook")',
    },
    {
      name: 'a webhook address is not quoted',
      text: 'alerts:\n  receivers: [{ name: ops, webhook: { url: "file:///s3cret" } }]\n',
      error:
        'muster.yaml:2:44: the value is not valid (expected an address such as "http://127.0.0.1:9000/hook")',
    },
    {
      name: 'a glob that matches nothing',
      text: 'checks: ["no/*.yaml"]\n',
      error:
        'muster.yaml:1:10: "no/*.yaml" matches no file (expected the files of service definitions, ' +
        'or checks: [] for none)',
    },
    {
      name: 'a glob where a regular expression belongs',
      text:
        'alerts:\n  receivers: [{ name: o, webhook: { url: "http://h/" } }]\n  routes: [{ ' +
        'receiver: o, match: { host: "*" } }, { receiver: o }]\n',
      error:
        'muster.yaml:3:42: "*" is not a regular expression: error parsing regexp: missing ' +
        'argument to repetition operator: `*` (expected a regular expression over the whole ' +
        'name, such as "web-.*"; did you mean ".*"?)',
    },
    {
      name: 'an unset variable',
      text: 'grid:\n  name: ${GRID}-x\n',
      error: 'muster.yaml:2:9: the environment variable GRID is not set',
    },
    {
      name: 'a bare variable in braces',
      text: 'grid: { name: ${GRID} }\n',
      error: 'muster.yaml:1:16: a bare ${…} inside braces (expected quotes around it: "${NAME}")',
    },
    {
      name: 'a key twice',
      text: 'groups: []\ngroups: []\n',
      error: 'muster.yaml:2:1: "groups" is written twice in one mapping (expected each key once)',
    },
    {
      name: 'a tab',
      text: 'http:\n\tlisten: 127.0.0.1:1\n',
      error: 'muster.yaml:2:1: a tab in the indentation (expected spaces)',
    },
    {
      name: 'two documents',
      text: 'groups: []\n---\ngroups: []\n',
      error: 'muster.yaml:2:1: a second YAML document (expected one document a file)',
    },
    {
      name: 'an alias to nothing',
      text: 'http: *x\n',
      error: 'muster.yaml:1:7: "*x" names no anchor above it',
    },
  ])('$name', ({ text, error }) => {
    expect(errorsOf(text)).toEqual([error]);
  });
});

test('everything wrong is reported at once, from the top down, the checks too', () => {
  const errors = errorsOf('cache: 3\nhttp: { tls: 1, listn: 2 }\nself_monitor: { interval: 1 }\n', {
    'checks/b.yaml': 'services:\n  - name: x\n',
  });
  expect(errors.map((error) => error.split(' ')[0])).toEqual([
    'muster.yaml:1:8:',
    'muster.yaml:2:14:',
    'muster.yaml:2:17:',
    'muster.yaml:3:27:',
    'checks/b.yaml:2:5:',
  ]);
});

test('a configuration that is not there says how to name one', () => {
  using folder = folderWith({});
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  expect(loaded.ok ? [] : loaded.errors.map(formatConfigError)).toEqual([
    'muster.yaml: does not exist; name the configuration with --config FILE',
  ]);
});

test('a value of the environment never appears in an error', () => {
  const secret = 'hunter2-hunter2';
  const keys = [
    'store: { type: X }',
    'grid: { name: [X] }',
    'http: { listen: X, public_url: X }',
    'cache: { max_age: X }',
    'checks: ["checks/*", X]',
  ];
  const service =
    '  - { name: a, metric: X, warning: X, retry_interval: X, runbook: X, freshness_state: X }\n';
  const errors = errorsOf(
    `${keys.join('\n')}\nalerts:\n  receivers: [{ name: a, webhook: { url: X } }]\n`.replaceAll(
      'X',
      '"${S}("',
    ),
    { 'checks/b.yaml': `services:\n${service}`.replaceAll('X', '"${S}("') },
    { S: secret },
  );
  expect(errors.length).toBeGreaterThan(10);
  expect(errors.filter((error) => error.includes(secret))).toEqual([]);
});

test('aliases of aliases end at a bound', () => {
  const many = (name: string, times: number) => Array.from({ length: times }, () => name).join(', ');
  const text =
    `groups: &a [{ name: x, listen: "127.0.0.1:1" }]\ntypes_db: &b [${many('*a', 9)}]\n` +
    `checks: &c [${many('*b', 9)}]\nhttp: { listen: [${many('*c', 2000)}] }\n`;
  expect(errorsOf(text).length).toBeGreaterThan(0);
  expect(errorsOf(`types_db: [${many('*a', 1500)}]\ngrid: 1`).length).toBeLessThan(202);
});

test.for([
  { name: 'brackets', text: '['.repeat(100_000) },
  { name: 'braces', text: '{a: '.repeat(20_000) },
  { name: 'items', text: '- '.repeat(50_000) },
])('deep $name are an error, not an overflow', ({ text }) => {
  const errors = errorsOf(text);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.length).toBeLessThan(20);
});

test('never throws on any text', () => {
  const word = fc.constantFrom(
    ...Object.keys(musterKeys),
    'name',
    'listen',
    '- ',
    ': ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '${X}',
    '&a',
    '*a',
    '"',
    "'",
    '|',
    '127.0.0.1:1',
    '20s',
    '!!binary',
    '%YAML 1.1\n---\n',
    '#',
    '? ',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(word, { maxLength: 40 }).map((w) => w.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      using one = folderWith({ 'muster.yaml': text, 'checks/a.yaml': text });
      const loaded = loadConfig({ env: { X: text }, cwd: one.path });
      if (!loaded.ok) expect(loaded.errors.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

test('OPERATIONS.md names every key', () => {
  const manual = readFileSync(join(import.meta.dirname, '../../docs/OPERATIONS.md'), 'utf8');
  const keys = [musterKeys, groupDefaultsKeys].flatMap((table) => Object.keys(table));
  expect(keys.filter((key) => !manual.includes(`\`${key}`))).toEqual([]);
});

test('CHECKS.md names every key of a service', () => {
  const manual = readFileSync(join(import.meta.dirname, '../../docs/CHECKS.md'), 'utf8');
  expect(serviceKeys().filter((key) => !manual.includes(`\`${key}`))).toEqual([]);
});
