import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { bench, HOST_CHECK, MemoryStore, START_MS } from './fleet.ts';
import type { JudgeReport } from '../../src/judge/report.ts';
import type { PluginOutcome, PluginRun } from '../../src/model/check-result.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';
import type { ServiceView } from '../../src/contract/api.ts';

const WELL = { end: 'exited' as const, code: 0, output: 'OK|a=1;2;3', detail: '' };

/** A check by a command every minute. */
function command(changes: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return definition({
    name: 'disk',
    subject: { kind: 'command', command: ['/p/check_disk', '-H', '{{host.name}}'] },
    critical: '',
    maxCheckAttempts: 3,
    checkIntervalMs: 60_000,
    retryIntervalMs: 15_000,
    timeoutMs: 10_000,
    ...changes,
  });
}

/** A judge of host w1, and a runner whose plugins end at once as `end` says; null: never. */
function scene(
  definitions: readonly ServiceDefinition[],
  given: Parameters<typeof bench>[0] & { hosts?: readonly string[] } = {},
) {
  const b = bench({ definitions: [...definitions, HOST_CHECK], ...given });
  const runs: (PluginRun & { atS: number })[] = [];
  const views = new Map<string, ServiceView>();
  const runner = { end: WELL as Pick<PluginOutcome, 'end' | 'code' | 'output' | 'detail'> | null };
  const hosts = given.hosts ?? ['w1'];
  const performances: unknown[] = [];
  const outcomeOf = ({ cluster, host, service, run, startMs }: PluginRun): PluginOutcome => ({
    cluster,
    host,
    service,
    run,
    startedMs: startMs,
    executionMs: 200,
    latencyMs: 5,
    ...(runner.end ?? WELL),
  });
  const hear = (report: JudgeReport | null) => {
    for (const view of report?.services ?? []) views.set(`${view.host}/${view.service}`, view);
  };
  const pass = async (fromS: number, untilS: number, each: (second: number) => void = () => undefined) => {
    for (let second = fromS; second <= untilS; second += 1) {
      for (const host of hosts) b.fleet.host(host, second);
      each(second);
      hear(await b.at(second));
      const errands = b.judge.takeErrands();
      runs.push(...errands.runs.map((run) => ({ ...run, atS: (run.startMs - START_MS) / 1000 })));
      if (runner.end) hear(b.judge.ran(errands.runs.map(outcomeOf), START_MS + second * 1000 + 900));
      performances.push(...errands.performances, ...b.judge.takeErrands().performances);
    }
  };
  const view = (service = 'disk', host = 'w1') => views.get(`${host}/${service}`);
  return { ...b, runs, runner, performances, pass, view, outcomeOf };
}

/** Seconds between starts. */
const gaps = (runs: readonly { atS: number }[]) =>
  runs.slice(1).map(({ atS }, i) => Math.round((atS - (runs[i]?.atS ?? 0)) * 1000) / 1000);

test('a service of a command is there at once, PENDING, and planned', async () => {
  const s = scene([command()]);
  await s.pass(1, 1);
  expect(s.view()).toMatchObject({ kind: 'command', state: 'PENDING', next_check_ms: expect.any(Number) });
});

test('it is run every interval, with its host’s name, and its result shown', async () => {
  const s = scene([command()]);
  await s.pass(1, 250);
  expect(gaps(s.runs)).toEqual(gaps(s.runs).map(() => 60));
  expect(s.runs.length).toBeGreaterThanOrEqual(4);
  expect(s.runs[0]).toMatchObject({
    cluster: 'web',
    host: 'w1',
    service: 'disk',
    timeoutMs: 10_000,
    command: ['/p/check_disk', '-H', 'w1'],
  });
  expect(s.view()).toMatchObject({ state: 'OK', output: 'OK' });
  expect(s.performances[0]).toMatchObject({
    worker: 0,
    cluster: 'web',
    host: 'w1',
    service: 'disk',
    intervalS: 60,
    items: [{ label: 'a', value: 1 }],
  });
});

test('soon while a problem is soft, and at the usual interval once it is hard', async () => {
  const s = scene([command()]);
  s.runner.end = { ...WELL, code: 2, output: 'DISK CRITICAL' };
  await s.pass(1, 250);
  expect(gaps(s.runs).slice(0, 3)).toEqual([15, 15, 60]);
  expect(s.view()).toMatchObject({ state: 'CRITICAL', state_type: 'HARD', output: 'DISK CRITICAL' });
  expect(s.pager.take()).toEqual(['problem web/w1/disk CRITICAL']);
});

interface ActiveScenario {
  readonly id: string;
  readonly title: string;
  readonly active?: boolean;
  readonly services: Record<
    string,
    Readonly<Record<'check_interval' | 'retry_interval' | 'max_check_attempts', number>>
  >;
  readonly expected_checks: readonly { t: number; state: string; state_type: string; attempt: number }[];
}

/** When Nagios 4.4.6 and 4.5.12 ran a plugin that fails for a while, and what they made of it. */
const { scenarios } = JSON.parse(
  readFileSync(new URL('../vectors/nagios/state_scenarios.json', import.meta.url), 'utf8'),
) as { scenarios: ActiveScenario[] };

test.for(scenarios.filter(({ active }) => active))('$id as Nagios: $title', async (scenario) => {
  const [said] = Object.values(scenario.services);
  if (!said) throw new Error('a scenario without a service');
  const s = scene([
    command({
      semantics: 'nagios',
      checkIntervalMs: said.check_interval * 1000,
      retryIntervalMs: said.retry_interval * 1000,
      maxCheckAttempts: said.max_check_attempts,
    }),
  ]);
  const checks: ActiveScenario['expected_checks'][number][] = [];
  let ran = 0;
  await s.pass(1, 60, () => {
    const [first] = s.runs;
    const last = s.runs.at(-1);
    const view = s.view();
    if (first && last && view && s.runs.length > ran) {
      const { state, state_type, attempt } = view;
      checks.push({ t: Math.round(last.atS - first.atS), state, state_type, attempt });
    }
    ran = s.runs.length;
    // The next run begins this long after the first one.
    const next = (s.view()?.next_check_ms ?? 0) - START_MS - (first?.atS ?? Infinity) * 1000;
    s.runner.end = { ...WELL, code: next > 10_300 && next <= 30_700 ? 2 : 0 };
  });
  expect(checks.slice(0, scenario.expected_checks.length)).toEqual(scenario.expected_checks);
});

test('many begin spread over the interval, none at the same time as all', async () => {
  const hosts = Array.from({ length: 600 }, (_, i) => `w${i}`);
  const s = scene([command()], { hosts });
  await s.pass(1, 60);
  expect(new Set(s.runs.map(({ host }) => host)).size).toBeGreaterThan(580);
  for (let second = 2; second < 60; second += 1) {
    const begun = s.runs.filter(({ atS }) => Math.floor(atS) === second).length;
    expect(begun).toBeLessThan(30);
  }
});

test('one run at a time: a slow one is waited for', async () => {
  const s = scene([command()]);
  s.runner.end = null;
  await s.pass(1, 300);
  expect(s.runs).toHaveLength(1);
});

test('a run that the runner has lost is given up', async () => {
  const s = scene([command({ checkIntervalMs: 3_600_000 })]);
  s.runner.end = null;
  await s.pass(1, 3600);
  const [lost] = s.runs;
  await s.pass(3601, 7300);
  expect(s.runs.length).toBe(2);
  // Nobody waits for it any more.
  if (lost) s.judge.ran([{ ...s.outcomeOf(lost), code: 2 }], START_MS + 7_300_000);
  await s.pass(7301, 7302);
  expect(s.view()?.state).toBe('PENDING');
});

describe('what is no verdict', () => {
  const late = { end: 'timeout' as const, code: -1, output: '', detail: '' };
  test.for([
    { name: 'is UNKNOWN', semantics: 'muster' as const, end: late, state: 'UNKNOWN' },
    { name: 'is CRITICAL as in Nagios', semantics: 'nagios' as const, end: late, state: 'CRITICAL' },
    {
      name: 'is UNKNOWN even there where we did not run it',
      semantics: 'nagios' as const,
      end: { ...late, end: 'refused' as const, detail: '10000 plugins wait already' },
      state: 'UNKNOWN',
    },
  ])('$name', async ({ semantics, end, state }) => {
    const s = scene([command({ semantics })]);
    s.runner.end = end;
    await s.pass(1, 65);
    expect(s.view()?.state).toBe(state);
    expect(s.view()?.output).toMatch(
      /^the plugin (gave no answer within 10 s and was ended|was not run: 10000)/u,
    );
  });

  test('a placeholder without a value: UNKNOWN with the reason, nothing is run', async () => {
    const subject = { kind: 'command' as const, command: ['/p/x', '{{host.facts.rack}}'] };
    const s = scene([command({ subject, maxCheckAttempts: 1 })]);
    await s.pass(1, 130);
    expect(s.runs).toEqual([]);
    expect(s.view()).toMatchObject({ state: 'UNKNOWN', state_type: 'HARD' });
    expect(s.view()?.output).toMatch(/^the plugin was not run: .*host\.facts\.rack.* has no value/u);
  });
});

const NEVER = {
  name: 'never',
  where: 'x:1:1',
  timezone: 'UTC',
  times: ['2001-01-01 00:00-24:00'],
  exclude: [],
};

test('outside its check_period nothing is run', async () => {
  const s = scene([command({ checkPeriod: 'never' })], { timeperiods: [NEVER] });
  await s.pass(1, 300);
  expect(s.runs).toEqual([]);
  expect(s.view()).toMatchObject({
    state: 'PENDING',
    output: 'outside its check_period "never"',
    next_check_ms: null,
  });
});

describe('check now', () => {
  const key = (service: string, host = 'w1') => ({ cluster: 'web', host, service });
  const ask = (s: ReturnType<typeof scene>, service: string, atS: number, host?: string) =>
    s.judge.ask({ kind: 'check-now', service: key(service, host) }, START_MS + atS * 1000).answer;

  test('runs it in the next turn, whatever its period says', async () => {
    const s = scene([command({ checkPeriod: 'never' })], { timeperiods: [NEVER] });
    await s.pass(1, 100);
    expect(ask(s, 'disk', 100)).toBe('asked');
    await s.pass(101, 103);
    expect(s.runs.map(({ atS }) => atS)).toEqual([101]);
    // Nor is it run by itself then.
    expect(s.view()).toMatchObject({ state: 'OK', next_check_ms: null });
  });

  test('leaves it to the run that is under way', async () => {
    const s = scene([command()]);
    s.runner.end = null;
    await s.pass(1, 61);
    expect(ask(s, 'disk', 61)).toBe('asked');
    await s.pass(62, 70);
    expect(s.runs).toHaveLength(1);
  });

  test('says where there is nothing to run', async () => {
    const s = scene([definition()]);
    s.fleet.sample('w1', 'load_one', 1, 1);
    await s.pass(2, 3);
    expect(ask(s, 'load', 3)).toBe('nothing-to-run');
    expect(ask(s, 'other', 3)).toBe('unknown-service');
    expect(ask(s, 'load', 3, 'w9')).toBe('unknown-service');
  });
});

test('a passive service whose results stay away has its command run instead', async () => {
  const subject = { kind: 'passive' as const, service: null, command: ['/p/check_dummy', '3', 'no data'] };
  const stale = command({ subject, semantics: 'nagios', freshnessThresholdMs: 120_000, maxCheckAttempts: 1 });
  const s = scene([stale]);
  const result = { cluster: 'web', host: 'w1', service: 'disk', code: 0, output: 'OK' };
  await s.pass(1, 5);
  const timeMs = START_MS + 5000;
  s.judge.ask({ kind: 'results', results: [{ ...result, timeMs, door: 'api', from: '' }] }, timeMs);
  s.runner.end = { ...WELL, code: 3, output: 'no data' };
  await s.pass(6, 120);
  expect(s.runs).toEqual([]);
  await s.pass(121, 200);
  expect(s.runs.map(({ command }) => command)).toEqual([['/p/check_dummy', '3', 'no data']]);
  expect(s.view()).toMatchObject({ state: 'UNKNOWN', output: 'no data' });
  await s.pass(201, 330);
  expect(s.runs).toHaveLength(2);
});

test('a dependency keeps it from being run, until that is well', async () => {
  const dependency = {
    host: '',
    service: 'disk',
    notificationFailureCriteria: [],
    inheritsParent: false,
    executionFailureCriteria: ['c'],
  };
  const slow = command({ name: 'slow', dependsOn: [dependency] });
  const s = scene([command({ maxCheckAttempts: 1 }), slow]);
  s.runner.end = { ...WELL, code: 2 };
  await s.pass(1, 120);
  const before = s.runs.filter(({ service }) => service === 'slow').length;
  await s.pass(121, 300);
  expect(s.runs.filter(({ service }) => service === 'slow').length).toBe(before);
  expect(s.view('slow')).toMatchObject({
    output: expect.stringMatching(/not run: disk is CRITICAL$/),
    next_check_ms: null,
  });
  const slowOne = { cluster: 'web', host: 'w1', service: 'slow' };
  expect(s.judge.ask({ kind: 'detail', service: slowOne }, 0).answer?.depends_on).toEqual([
    { host: 'w1', service: 'disk', fails: true },
  ]);
  s.runner.end = WELL;
  await s.pass(301, 480);
  expect(s.runs.filter(({ service }) => service === 'slow').length).toBeGreaterThan(before);
  expect(s.view('slow')).toMatchObject({ output: 'OK', next_check_ms: expect.any(Number) });
});

test('of a host that is down it is run, and its problem held', async () => {
  const s = scene([command({ maxCheckAttempts: 1 })], { hosts: [] });
  s.fleet.host('w1', 1);
  s.runner.end = { ...WELL, code: 2 };
  await s.pass(2, 300);
  expect(s.runs.length).toBeGreaterThan(3);
  expect(s.view('host')?.state).toBe('DOWN');
  expect(s.view()?.state).toBe('CRITICAL');
  await s.pass(301, 320);
  expect(s.pager.take().filter((page) => page.includes('host DOWN'))).toHaveLength(1);
});

test('after a restart its state and words are there, and it runs where it always did', async () => {
  const store = new MemoryStore();
  const first = scene([command({ maxCheckAttempts: 1 })], { store });
  first.runner.end = { ...WELL, code: 1, output: 'DISK WARNING' };
  await first.pass(1, 130);
  const again = scene([command({ maxCheckAttempts: 1 })], { store, startS: 131, fleet: first.fleet });
  await again.pass(131, 132);
  expect(again.view()).toMatchObject({ state: 'WARNING', output: 'DISK WARNING' });
  again.runner.end = { ...WELL, code: 1, output: 'DISK WARNING' };
  await again.pass(133, 260);
  expect(gaps([...first.runs.slice(0, 1), ...again.runs.slice(0, 1)])[0] ?? 1).toBe(120);
});

test('its run ended when nobody wants it any more: nothing comes of it', async () => {
  const s = scene([command()]);
  s.runner.end = null;
  await s.pass(1, 61);
  const [run] = s.runs;
  const rules = { definitions: [HOST_CHECK], timeperiods: [], routes: [], channels: new Map(), groups: [] };
  expect(s.judge.reload(rules)).toEqual({ ok: true });
  if (run) s.judge.ran([s.outcomeOf(run)], START_MS + 62_000);
  await s.pass(62, 70);
  expect(s.performances).toEqual([]);
});
