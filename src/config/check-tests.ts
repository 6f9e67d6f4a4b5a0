import { dirname, resolve } from 'node:path';
import { CHECK_TESTS_MAX, TEST_SECONDS_MAX } from '../limits.ts';
import { expandGlob, isGlob, unreadable } from './files.ts';
import { fileReader } from './check-test-keys.ts';
import { isNothing } from './readers.ts';
import { routeOf } from './route.ts';
import { Reading, readText } from './reading.ts';
import type { ConfigError } from './error.ts';
import type {
  CheckTest,
  CheckTestFile,
  ExpectedPage,
  ExpectedService,
  TestedHost,
  TestedResult,
} from '../contract/check-tests.ts';
import type {
  ExpectSection,
  FileSection,
  HostSection,
  PageSection,
  ResultSection,
  TestSection,
} from './check-test-keys.ts';
import type { Located } from './readers.ts';

export type CheckTestsOutcome =
  | { readonly ok: true; readonly file: CheckTestFile }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

/** A monday, at midnight UTC. */
const DEFAULT_START_MS = Date.UTC(2026, 0, 5);
/** Every page, where a test has no routes of its own. */
const EVERYBODY = { match: {}, receiver: 'everybody', continue: false };

/** One file of tests, or all that is wrong with it. `file`: its path as messages show it. Never throws. */
export function loadCheckTests(path: string, file: string): CheckTestsOutcome {
  const source = readText(path);
  if (!source.ok) return { ok: false, errors: [{ file, line: 0, column: 0, message: source.fault }] };
  const reading = new Reading({ text: source.text, file, directory: dirname(path), env: null });
  const root = rootOf(reading);
  const tests = root === undefined ? [] : testsOf(root, reading);
  const checks = root === undefined ? null : checkFiles(root, reading);
  if (reading.errors.length > 0) return { ok: false, errors: reading.errors };
  return { ok: true, file: { file, checks, semantics: root?.values.semantics ?? 'muster', tests } };
}

function rootOf(reading: Reading): FileSection | undefined {
  if (reading.document === null) return undefined;
  const { contents } = reading.document;
  if (isNothing(contents)) {
    return reading.fault(0, 'no tests stand here', { expected: 'tests: [{ name, host, values, expect }]' });
  }
  return fileReader.read({ node: contents, offset: contents?.range[0] ?? 0 }, reading);
}

function checkFiles({ values: { checks } }: FileSection, reading: Reading): readonly string[] | null {
  if (checks === null) return null;
  return checks.flatMap(({ value: written, offset }) => {
    const found = isGlob(written)
      ? expandGlob(written, reading.directory)
      : [resolve(reading.directory, written)];
    if (found.length === 0) reading.fault(offset, `${reading.quote(written, offset)} matches no file`);
    for (const path of found) {
      const fault = unreadable(path);
      if (fault !== undefined) reading.fault(offset, `${reading.quote(written, offset)} ${fault}`);
    }
    return found;
  });
}

function testsOf({ values }: FileSection, reading: Reading): CheckTest[] {
  const sections = values.tests ?? [];
  if (sections.length > CHECK_TESTS_MAX) {
    reading.fault(0, `${sections.length} tests`, { expected: `at most ${CHECK_TESTS_MAX} in a file` });
    return [];
  }
  const names = new Map<string, string>();
  return sections.map(({ value: section, offset }) => {
    const name = section.values.name ?? '';
    const at = section.offsets.get('name') ?? offset;
    const first = names.get(name);
    if (first !== undefined) {
      reading.fault(at, `a second test ${reading.quote(name, at)}; the first is at ${first}`);
    }
    names.set(name, reading.where(at));
    return testOf(section, { intervalMs: section.values.interval ?? values.interval, at, reading });
  });
}

interface Around {
  readonly intervalMs: number;
  /** Where the test is. */
  readonly at: number;
  readonly reading: Reading;
}

function testOf(section: TestSection, { intervalMs, at, reading }: Around): CheckTest {
  const { values } = section;
  const hosts = hostsOf(section, at, reading);
  const results = values.results.map((one) => resultOf(one, hosts, reading));
  const expect = values.expect.map((one) => expectedOf(one, reading));
  const pages = values.pages?.map((one) => pageOf(one, reading)) ?? null;
  if (expect.length === 0 && pages === null) {
    reading.fault(at, 'a test that expects nothing', { expected: '"expect" or "pages"' });
  }
  const rows = hosts.flatMap(({ series }) => series.map((one) => (one.values.length - 1) * intervalMs));
  const times = [...results, ...expect, ...(pages ?? [])].map(({ atMs }) => atMs);
  const untilMs = Math.max(values.until ?? Math.max(0, ...rows), ...times);
  if (untilMs > TEST_SECONDS_MAX * 1000) reading.fault(at, 'the test is longer than 31 days');
  const routes = values.routes.map((one) => routeOf(one.value, reading));
  return {
    name: values.name ?? '',
    where: reading.where(at),
    startMs: values.start ?? DEFAULT_START_MS,
    intervalMs,
    untilMs,
    hosts,
    results,
    routes: routes.length === 0 ? [EVERYBODY] : routes,
    expect,
    pages,
  };
}

function resultOf(
  { value: { values }, offset }: Located<ResultSection>,
  hosts: readonly TestedHost[],
  reading: Reading,
): TestedResult {
  const { at = 0, cluster, host, service = '', state = 0, output } = values;
  const known = hosts.filter(
    (one) => (host ?? one.name) === one.name && (cluster ?? one.cluster) === one.cluster,
  );
  const [one] = known;
  if (known.length !== 1) {
    const fault =
      known.length === 0 ? 'a result of a host that is not there' : 'a result that may be of several hosts';
    reading.fault(offset, fault, {
      expected: `one of ${hosts.map(({ name }) => name).join(', ')} as "host"`,
    });
  }
  const named = { cluster: one?.cluster ?? '', host: one?.name ?? '' };
  return { where: reading.where(offset), atMs: at, ...named, service, code: state, output };
}

const COMPARED = ['state', 'type', 'attempt', 'output'];

function expectedOf(
  { value: { values, offsets, allKnown }, offset }: Located<ExpectSection>,
  reading: Reading,
): ExpectedService {
  const { at: atMs = 0, service = '', ...rest } = values;
  const { state, type, attempt, output } = rest;
  const isEmpty = [state, type, attempt, output].every((one) => one === null);
  // What was refused may be what was meant.
  if (isEmpty && !COMPARED.some((key) => offsets.has(key)) && allKnown) {
    reading.fault(offset, 'nothing is expected of the service', {
      expected: `at least one of ${COMPARED.join(', ')}`,
    });
  }
  return { ...rest, where: reading.where(offset), atMs, service };
}

function pageOf({ value: { values }, offset }: Located<PageSection>, reading: Reading): ExpectedPage {
  const { at: atMs = 0, service = '', kind = 'problem', ...rest } = values;
  return { ...rest, where: reading.where(offset), atMs, service, kind };
}

function hostsOf({ values, offsets }: TestSection, at: number, reading: Reading): TestedHost[] {
  const { host, hosts, values: rows, past } = values;
  const own = host === null ? [] : [hostOf(host, { values: rows, past })];
  if (host !== null && hosts.length > 0) reading.fault(at, '"host" and "hosts"', { expected: 'one of them' });
  if (host === null && hosts.length === 0) {
    reading.fault(at, 'a test without a host', { expected: 'host: { name, cluster, facts }' });
  }
  for (const key of ['values', 'past'] as const) {
    if (host !== null || values[key] === null) continue;
    reading.fault(offsets.get(key) ?? at, `"${key}" without "host"`, {
      expected: `the ${key} of several hosts with each of them`,
    });
  }
  const all = [...own, ...hosts.map((one) => hostOf(one.value, { values: null, past: null }))];
  const seen = new Set<string>();
  for (const { cluster, name } of all) {
    if (seen.has(`${cluster}/${name}`)) reading.fault(at, `the host ${name} of ${cluster} is there twice`);
    seen.add(`${cluster}/${name}`);
  }
  return all;
}

type Rows = Pick<HostSection['values'], 'values' | 'past'>;

function hostOf({ values: host }: HostSection, { values, past }: Rows): TestedHost {
  const facts = [...(host.facts ?? [])].map(([name, { value }]) => [name, value] as const);
  const now = new Map([...(host.values ?? []), ...(values ?? [])]);
  const before = new Map([...(host.past ?? []), ...(past ?? [])]);
  const metrics = [...new Set([...now.keys(), ...before.keys()])];
  return {
    cluster: host.cluster,
    name: host.name ?? '',
    facts: new Map(facts),
    series: metrics.map((metric) => {
      return { metric, values: now.get(metric)?.value ?? [], past: before.get(metric)?.value ?? [] };
    }),
  };
}
