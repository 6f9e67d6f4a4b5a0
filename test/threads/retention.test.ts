import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { asideSuffix } from '../../src/model/set-aside.ts';
import { Retention } from '../../src/threads/retention.ts';
import { TestFleet } from '../live/fleet.ts';
import { temporaryFolder } from '../state/folder.ts';
import type { MusterConfig } from '../../src/contract/config.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Between two looks where much time passes: each look keeps its file by a forced write. */
const STEP_MS = DAY_MS;
const START_MS = Date.UTC(2026, 0, 1);
const NOTHING = Number.NEGATIVE_INFINITY;

/** A server with a data directory, two clocks and a disk of its own. */
class Stage {
  readonly dataDir = temporaryFolder();
  readonly fleet = new TestFleet();
  readonly logged: string[] = [];
  readonly pruned: { eventsMs: number; auditMs: number }[] = [];
  readonly free = new Map<string, number>();
  /** Free share of the disk gained with each host that goes. */
  gain = 0;
  wallMs = START_MS;
  #runMs = 0;
  #retention: Retention | undefined;
  readonly config: MusterConfig;

  constructor(adopted: string | null = null) {
    const groups = [
      { name: 'web', hostDmaxMs: DAY_MS, rrdDir: null },
      { name: 'batch', hostDmaxMs: 30 * DAY_MS, rrdDir: adopted },
    ];
    const retention = {
      retiredMs: 90 * DAY_MS,
      eventsMs: 365 * DAY_MS,
      auditMs: 2 * DAY_MS,
      minFreeDisk: 0.05,
    };
    const store = { type: 'rrd', dir: this.rrd };
    this.config = { dataDir: this.dataDir, groups, retention, store } as unknown as MusterConfig;
    mkdirSync(this.rrd);
    this.start();
  }

  get rrd(): string {
    return join(this.dataDir, 'rrd');
  }

  get retention(): Retention {
    if (!this.#retention) throw new Error('not started');
    return this.#retention;
  }

  start(): void {
    const log = (detail: object, message: string) =>
      void this.logged.push(`${message} ${JSON.stringify(detail)}`);
    this.#retention = new Retention({
      config: () => this.config,
      catalogue: this.fleet.catalogue,
      log: { info: log, warn: log, error: log },
      nowMs: () => this.wallMs,
      ticksMs: () => this.#runMs,
      room: (directory) => Promise.resolve({ bytes: 1000, share: this.#share(directory) }),
    });
  }

  #share(directory: string): number {
    const gone = this.#retention?.stats.treesRemoved ?? 0;
    return (this.free.get(directory) ?? 0.5) + (directory === this.rrd ? gone * this.gain : 0);
  }

  /** A file of a host, last written so many days before the start. */
  file(path: string, daysAgo: number): string {
    const whole = join(this.dataDir, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, 'x'.repeat(5000));
    const seconds = (START_MS - daysAgo * DAY_MS) / 1000;
    utimesSync(whole, seconds, seconds);
    return whole;
  }

  /** Lets time pass, a quarter of an hour between looks. */
  async pass(ms: number, stepMs = 15 * MINUTE_MS): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.wallMs += stepMs;
      this.#runMs += stepMs;
      await this.look();
    }
  }

  look(): Promise<void> {
    return this.retention.minute([{ prune: (before) => void this.pruned.push(before) }]);
  }

  has(path: string): boolean {
    return existsSync(join(this.dataDir, path));
  }
}

test('a tree goes when its host has been silent for `retired`, and no sooner', async () => {
  const stage = new Stage();
  stage.file('rrd/web/old/load.rrd', 400);
  stage.file('rrd/web/young/load.rrd', -5);
  stage.file('rrd/web/heard/load.rrd', 400);
  stage.fleet.host('web', 'heard', START_MS + 95 * DAY_MS);
  await stage.pass(89 * DAY_MS, STEP_MS);
  expect(stage.has('rrd/web/old/load.rrd')).toBe(true);
  await stage.pass(2 * DAY_MS, STEP_MS);
  expect(['old', 'young', 'heard'].map((host) => stage.has(`rrd/web/${host}`))).toEqual([false, true, true]);
  expect(stage.logged).toEqual([
    expect.stringMatching(/^retention: the history of a host that is gone was removed .*web\/old.*"bytes":/),
  ]);
  expect(stage.retention.stats.treesRemoved).toBe(1);
  await stage.pass(5 * DAY_MS, STEP_MS);
  expect(stage.has('rrd/web/young')).toBe(false);
});

test('a history that was set aside goes by its own age, not by that of whoever has its name now', async () => {
  const stage = new Stage();
  stage.file('rrd/web/web-1/load.rrd', 1);
  stage.file('rrd/web/web-1%7Ei-a/load.rrd', 80);
  stage.fleet.host('web', 'web-1', START_MS + 95 * DAY_MS);
  await stage.pass(89 * DAY_MS, STEP_MS);
  expect(stage.has('rrd/web/web-1%7Ei-a/load.rrd')).toBe(true);
  await stage.pass(2 * DAY_MS, STEP_MS);
  expect(['web-1', 'web-1%7Ei-a'].map((host) => stage.has(`rrd/web/${host}`))).toEqual([true, false]);
});

test('what is none of this server’s is left alone', async () => {
  const adopted = join(temporaryFolder(), 'collectd');
  const stage = new Stage(adopted);
  stage.file('rrd/web/mine/notes.txt', 400);
  stage.file('rrd/web/mine/load.rrd', 400);
  stage.file('rrd/elsewhere/host/load.rrd', 400);
  stage.file('rrd/load.rrd', 400);
  mkdirSync(join(adopted, 'host'), { recursive: true });
  await stage.pass(100 * DAY_MS, STEP_MS);
  expect(stage.has('rrd/web/mine/load.rrd')).toBe(true);
  expect(stage.has('rrd/elsewhere/host/load.rrd')).toBe(true);
  expect(stage.has('rrd/load.rrd')).toBe(true);
  expect(existsSync(join(adopted, 'host'))).toBe(true);
  expect(stage.logged).toEqual([expect.stringContaining('notes.txt')]);
});

test.for([
  { name: 'the store’s own directory', of: 'rrd' },
  { name: 'one above it', of: '.' },
  { name: 'a cluster’s', of: 'rrd/web' },
  { name: 'a host’s', of: 'rrd/web/old' },
])('an adopted tree is never touched: $name', async ({ of }) => {
  const stage = new Stage();
  stage.file('rrd/web/old/load.rrd', 400);
  const groups = stage.config.groups.map((group) => ({ ...group, rrdDir: join(stage.dataDir, of) }));
  Object.assign(stage.config, { groups });
  const aside = `rrd/web/old/load.rrd${asideSuffix(START_MS)}`;
  stage.file(aside, 10);
  stage.start();
  await stage.pass(100 * DAY_MS, STEP_MS);
  expect(stage.has('rrd/web/old/load.rrd')).toBe(true);
  expect(stage.has(aside)).toBe(true);
});

test('a removed group’s trees go by the same rule', async () => {
  const stage = new Stage();
  stage.file('rrd/batch/old/cpu-0/cpu.rrd', 400);
  await stage.pass(HOUR_MS);
  Object.assign(stage.config, { groups: stage.config.groups.filter(({ name }) => name === 'web') });
  await stage.pass(91 * DAY_MS, STEP_MS);
  expect(stage.has('rrd/batch')).toBe(false);
});

test.for<{ name: string; jump: (stage: Stage) => void }>([
  { name: 'a clock that jumps forward by years', jump: (stage) => (stage.wallMs += 4000 * DAY_MS) },
  {
    name: 'a restart with a clock years ahead',
    jump: (stage) => {
      stage.wallMs += 4000 * DAY_MS;
      stage.start();
    },
  },
])('$name deletes nothing: trees, events, audit, hosts', async ({ jump }) => {
  const stage = new Stage();
  stage.file('rrd/web/old/load.rrd', 400);
  await stage.pass(89 * DAY_MS, STEP_MS);
  jump(stage);
  stage.pruned.length = 0;
  await stage.pass(DAY_MS, 6 * HOUR_MS);
  expect(stage.has('rrd/web/old/load.rrd')).toBe(true);
  expect(stage.pruned.length).toBeGreaterThan(1);
  expect(stage.pruned.every(({ eventsMs, auditMs }) => eventsMs === NOTHING && auditMs === NOTHING)).toBe(
    true,
  );
  const asked: number[] = [];
  stage.retention.forgetHosts({ forget: (beforeMs) => (asked.push(beforeMs), 0) });
  expect(asked).toEqual([NOTHING]);
  expect(stage.logged.join()).toContain('begins anew');
});

test('rows go by their ages, once so much was watched', async () => {
  const stage = new Stage();
  await stage.pass(3 * DAY_MS, STEP_MS);
  expect(stage.pruned.at(-1)).toEqual({
    eventsMs: NOTHING,
    retiredMs: NOTHING,
    auditMs: stage.wallMs - 2 * DAY_MS,
  });
});

test('below the watermark hosts that are gone go, the longest silent first, until there is room', async () => {
  const stage = new Stage();
  for (const [host, days] of [
    ['b', 20],
    ['a', 30],
    ['c', 10],
  ] as const) {
    stage.file(`rrd/web/${host}/load.rrd`, days);
  }
  stage.file('rrd/batch/slow/load.rrd', 25);
  stage.file('rrd/web/here/load.rrd', 40);
  stage.fleet.host('web', 'here', START_MS + 3 * DAY_MS);
  await stage.pass(2 * DAY_MS);
  expect(stage.retention.stats.treesRemoved).toBe(0);
  stage.free.set(stage.rrd, 0.045);
  stage.gain = 0.006;
  await stage.pass(30 * MINUTE_MS);
  expect(['a', 'b', 'c', 'here'].map((host) => stage.has(`rrd/web/${host}`))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(stage.has('rrd/batch/slow')).toBe(true);
  expect(stage.logged[0]).toMatch(/^retention: the disk is short of room, .*web\/a/);
  expect(stage.retention.notes()).toEqual([]);
});

test('when none is left it says what mends it, and goes on when there is room', async () => {
  const stage = new Stage();
  stage.file('rrd/web/a/load.rrd', 30);
  stage.file('rrd/web/here/load.rrd', 40);
  stage.fleet.host('web', 'here', START_MS + 3 * DAY_MS);
  await stage.pass(2 * DAY_MS);
  stage.free.set(stage.rrd, 0.031);
  stage.free.set(stage.dataDir, 0.031);
  await stage.pass(30 * MINUTE_MS);
  expect(stage.has('rrd/web/a')).toBe(false);
  expect(stage.has('rrd/web/here')).toBe(true);
  expect(stage.retention.notes()).toEqual([
    'the disk of store.rrd.dir has 3.1 % free, retention.min_free_disk is 5 %, and no tree is left that may go: make room on it, or give it a larger disk',
  ]);
  stage.free.clear();
  await stage.pass(15 * MINUTE_MS);
  expect(stage.retention.notes()).toEqual([]);
});

test('data_dir on a disk of its own: nothing can go, it is said', async () => {
  const stage = new Stage();
  stage.file('rrd/web/a/load.rrd', 30);
  stage.free.set(stage.dataDir, 0.01);
  await stage.pass(3 * DAY_MS, STEP_MS);
  expect(stage.has('rrd/web/a')).toBe(true);
  expect(stage.retention.notes()).toEqual([
    'the disk of data_dir has 1 % free, retention.min_free_disk is 5 %: make room on it',
  ]);
  expect(stage.retention.stats.free).toEqual([
    { directory: 'data_dir', bytes: 1000 },
    { directory: 'store', bytes: 1000 },
  ]);
});

test('after a start hosts have time to be heard', async () => {
  const stage = new Stage();
  stage.file('rrd/web/a/load.rrd', 30);
  await stage.pass(2 * DAY_MS);
  stage.free.set(stage.rrd, 0.01);
  stage.start();
  await stage.pass(9 * MINUTE_MS, MINUTE_MS);
  expect(stage.has('rrd/web/a')).toBe(true);
  await stage.pass(2 * MINUTE_MS, MINUTE_MS);
  expect(stage.has('rrd/web/a')).toBe(false);
});

test('files set aside go after `retired`', async () => {
  const stage = new Stage();
  const aside = asideSuffix(START_MS - DAY_MS);
  stage.fleet.host('web', 'here', START_MS + 400 * DAY_MS);
  const gone = [
    `judge.db${aside}`,
    `judge.db${aside}-wal`,
    `rrd/web/here/load.rrd${aside}`,
    'quarantine/influxdb-2025-12-31.lp',
    'journal/0/damaged/7.seg',
  ];
  const stays = [
    'judge.db',
    `judge.db${asideSuffix(START_MS + 5 * DAY_MS)}`,
    'rrd/web/here/load.rrd',
    'journal/0/8.seg',
  ];
  for (const path of [...gone, ...stays]) stage.file(path, 10);
  await stage.pass(92 * DAY_MS, STEP_MS);
  expect(gone.filter((path) => stage.has(path))).toEqual([]);
  expect(stays.filter((path) => !stage.has(path))).toEqual([]);
});

test('what it remembers is kept over a restart, and a spoilt file only begins anew', async () => {
  const stage = new Stage();
  onTestFinished(() => stage.retention.stop());
  await stage.pass(3 * DAY_MS, STEP_MS);
  await stage.retention.stop();
  const file = join(stage.dataDir, 'retention.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    since_ms: START_MS,
    looked_ms: stage.wallMs,
    clusters: ['web', 'batch'],
  });
  for (const text of ['', '[]', '{"since_ms":"x"}', '{"since_ms":1,"looked_ms":2,"clusters":7}']) {
    writeFileSync(file, text);
    stage.start();
    await stage.look();
    expect(stage.pruned.at(-1)?.auditMs).toBe(NOTHING);
  }
});
