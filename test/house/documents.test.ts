import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { testChecks } from '../../src/cli/test-checks.ts';
import { fakeContext } from '../cli/context.ts';
import { folderWith } from '../config/folder.ts';
import { ARROWS } from '../../oxlint.config.ts';
import { ROOT, filesBelow, text } from './tree.ts';
import type { CollectdFault, CollectdSkip } from '../../src/wire/collectd/value-list.ts';
import type { ConnectionFault } from '../../src/ingest/lines/graphite-listeners.ts';
import type { GraphiteFault } from '../../src/wire/graphite/decode.ts';
import type { InfluxFault } from '../../src/wire/influx/line.ts';
import type { LostReason } from '../../src/ingest/journal/report.ts';
import type { NotificationRefusal } from '../../src/ingest/collectd/agent-notifications.ts';
import type { RecordRefusal } from '../../src/ingest/samples.ts';
import type { StoreReason } from '../../src/store/store.ts';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...filesBelow('docs').filter((path) => path.endsWith('.md')),
];

/** Targets of `[…](…)` and `![…](…)` in the prose; what stands in fenced code is no link. */
function relativeLinks(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^([a-z]+:|#)/.test(target));
}

test.for(DOCUMENTS)('links of %s lead somewhere', (path) => {
  const broken = relativeLinks(text(path)).filter(
    (target) => !existsSync(join(ROOT, dirname(path), target.replace(/#.*$/, ''))),
  );
  expect(broken).toEqual([]);
});

test('a broken link is found', () => {
  expect(
    relativeLinks('See [a](docs/A.md#b), [c](https://example.net), ![d](e.png)\n```\n[f](g.md)\n```\n'),
  ).toEqual(['docs/A.md#b', 'e.png']);
});

/** What can stand at `reason` in /metrics; those of datagrams are looked for in their own tests. */
const STORE_REASONS = {
  creating: 'waits',
  store_down: 'waits',
  store_refused: 'lost',
  store_full: 'lost',
  quarantined: 'lost',
  aborted: 'waits',
} satisfies Record<StoreReason, 'waits' | 'lost'>;
const LOST_REASONS = { journal_full: 1, journal_damaged: 1, group_removed: 1 } satisfies Record<
  LostReason,
  1
>;
const RECORD_REFUSALS = {
  type_mismatch: 1,
  limit_series_per_host: 1,
  limit_records: 1,
  limit_series_per_source: 1,
  limit_series_share: 1,
} satisfies Record<RecordRefusal, 1>;

const COLLECTD_REASONS = {
  truncated: 1,
  'part-short': 1,
  'string-unterminated': 1,
  'string-too-long': 1,
  'number-length': 1,
  'values-length': 1,
  'unknown-kind': 1,
  'signature-length': 1,
  'encryption-length': 1,
  'no-auth-file': 1,
  'unknown-user': 1,
  'bad-signature': 1,
  'bad-checksum': 1,
  replayed: 1,
  'envelopes-max': 1,
  incomplete: 1,
  'no-values': 1,
  'bad-severity': 1,
  'empty-message': 1,
  unsigned: 1,
  unencrypted: 1,
  'user-host': 1,
  'notification-past': 1,
  'notification-future': 1,
  'notification-repeated': 1,
  'notifications-max': 1,
} satisfies Record<CollectdFault | CollectdSkip | NotificationRefusal | 'user-host', 1>;

test('every reason a collectd datagram is refused for is documented', () => {
  const section = text('docs/PROTOCOLS.md').split('## Reasons')[1]?.split('\n## ')[0] ?? '';
  const missing = Object.keys(COLLECTD_REASONS).filter((reason) => !section.includes(`\`${reason}\``));
  expect(missing).toEqual([]);
});

const LINE_REASONS = {
  'bad-line': 1,
  'bad-number': 1,
  'bad-time': 1,
  'line-too-long': 1,
  'name-too-long': 1,
  'no-measurement': 1,
  'bad-tag': 1,
  'too-many-tags': 1,
  'no-fields': 1,
  'bad-field': 1,
  'too-many-fields': 1,
  'unended-string': 1,
  'unended-line': 1,
  'not-lines': 1,
  connections: 1,
} satisfies Record<GraphiteFault | InfluxFault | ConnectionFault, 1>;

test('every reason a line is refused for is documented', () => {
  const section = text('docs/PROTOCOLS.md').split('## Reasons')[1]?.split('\n## ')[0] ?? '';
  expect(Object.keys(LINE_REASONS).filter((reason) => !section.includes(`\`${reason}\``))).toEqual([]);
});

test('every reason a value is refused or lost for is documented', () => {
  const section = text('docs/PROTOCOLS.md').split('## Reasons')[1]?.split('\n## ')[0] ?? '';
  const reasons = [STORE_REASONS, LOST_REASONS, RECORD_REFUSALS].flatMap((of) => Object.keys(of));
  // Those that the ingest worker names on the spot.
  const sources = filesBelow('src/ingest').map(text).join('\n');
  const spoken = [...sources.matchAll(/\b(?:rejectValues|lose)\((?:[^()']|\([^()]*\))*'([a-z_]+)'/g)];
  expect(spoken.length).toBeGreaterThan(8);
  const all = new Set([...reasons, ...spoken.map(([, reason]) => reason ?? '')]);
  expect([...all].filter((reason) => !section.includes(`\`${reason}\``))).toEqual([]);
});

/** The YAML examples of a document, each a whole file. */
function yamlExamples(markdown: string): string[] {
  return [...markdown.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, example]) => example ?? '');
}

const EXAMPLES = DOCUMENTS.flatMap((path) =>
  yamlExamples(text(path)).map((example, i) => ({ name: `${path}, example ${i + 1}`, example })),
);

test('there are examples', () => {
  expect(EXAMPLES.length).toBeGreaterThan(3);
});

/** Which file it would be: what a dashboard or a file of checks cannot do without tells them apart. */
function fileOf(example: string): string {
  if (/^panels:/m.test(example)) return 'dashboards/example.yaml';
  if (/^tests:/m.test(example)) return 'checks/tests/example.yaml';
  return /^(?:services|timeperiods|templates|defaults):/m.test(example)
    ? 'checks/example.yaml'
    : 'muster.yaml';
}

test.for(EXAMPLES)('$name is valid beside the shipped checks and dashboards', ({ example }) => {
  const shipped = ['checks', 'dashboards'].flatMap((folder) =>
    filesBelow(folder).map((path) => [path, text(path)] as const),
  );
  const file = fileOf(example);
  const files = {
    'muster.yaml': 'checks: [checks/*.yaml]\n',
    'influxdb/token': 'secret\n',
    'collectd.auth': 'web: secret\n',
    'nsca.pw': 'secret\n',
    'chef.token': 'secret\n',
    'smtp.pw': 'secret\n',
    'hook.secret': 'secret\n',
    ...Object.fromEntries(shipped),
    [file]: example,
  };
  using folder = folderWith(files);
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  expect(loaded.ok ? [] : loaded.errors.map(formatConfigError)).toEqual([]);
});

const TESTS = EXAMPLES.filter(({ example }) => fileOf(example).startsWith('checks/tests/'));

test.for(TESTS)('$name, unit tests of definitions, come out as they say', async ({ example }) => {
  const shipped = filesBelow('checks').map((path) => [path, text(path)] as const);
  using folder = folderWith({ ...Object.fromEntries(shipped), 'checks/tests/example.yaml': example });
  const { context, printed } = fakeContext(folder.path);
  await testChecks.run(['checks/tests/example.yaml'], context);
  expect(printed).toEqual({ out: '1 test: all as expected\n', err: '' });
});

test('the table of folders has the arrows the linter holds', () => {
  const rows = text('docs/ARCHITECTURE.md').matchAll(/^\| `([a-z]+)\/` \|.*\| (.+) \|$/gm);
  const written = [...rows].map(([, folder, arrows]) => [
    folder,
    arrows === '–' ? [] : arrows?.split(' ').toSorted(),
  ]);
  const held = Object.entries(ARROWS).map(([folder, allowed]) => [
    folder,
    allowed.map((name) => name.replace('.ts', '')).toSorted(),
  ]);
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(held));
});
