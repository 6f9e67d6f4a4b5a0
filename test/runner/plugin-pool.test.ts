import { beforeEach, expect, test, vi } from 'vitest';
import { PLUGINS_WAITING_MAX } from '../../src/limits.ts';
import { PluginPool } from '../../src/runner/plugin-pool.ts';
import type { PluginOutcome, PluginRun } from '../../src/model/check-result.ts';
import type { ProcessEnd } from '../../src/runner/plugin-process.ts';

const NOW_MS = 1_700_000_000_000;
const WELL: ProcessEnd = { end: 'exited', code: 0, output: 'OK', detail: '' };

class FakePlugin {
  readonly command: readonly string[];
  readonly settled = Promise.withResolvers<ProcessEnd>();
  readonly left = Promise.withResolvers<void>();
  readonly ended = this.settled.promise;
  readonly gone = this.left.promise;

  constructor(command: readonly string[]) {
    this.command = command;
  }

  async end(how: ProcessEnd = WELL): Promise<void> {
    this.left.resolve();
    this.settled.resolve(how);
    await flush();
  }

  kill(): void {
    void this.end({ ...WELL, end: 'killed' });
  }
}

const flush = async () => {
  for (let i = 0; i < 4; i += 1) await Promise.resolve();
};

function stand(atOnce: number) {
  const started: FakePlugin[] = [];
  const outcomes: PluginOutcome[] = [];
  const pool = new PluginPool({
    atOnce,
    nowMs: Date.now,
    ticksMs: () => Date.now() - NOW_MS,
    ended: (outcome) => outcomes.push(outcome),
    start: (command) => {
      const plugin = new FakePlugin(command);
      started.push(plugin);
      return plugin;
    },
  });
  const names = () => started.map(({ command }) => command[0]);
  return { pool, started, outcomes, names };
}

function run(name: string, startMs = NOW_MS): PluginRun {
  return { cluster: 'c', host: 'h', service: name, run: 1, command: [name], timeoutMs: 1000, startMs };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  return () => vi.useRealTimers();
});

test('so many at once, the others in the order in which they are due', async () => {
  const { pool, started, outcomes, names } = stand(2);
  pool.add([run('a'), run('b'), run('late', NOW_MS + 500), run('c')]);
  expect(names()).toEqual(['a', 'b']);
  await vi.advanceTimersByTimeAsync(700);
  await started[0]?.end();
  await started[1]?.end();
  expect(names()).toEqual(['a', 'b', 'c', 'late']);
  expect(outcomes[0]).toEqual({
    cluster: 'c',
    host: 'h',
    service: 'a',
    run: 1,
    ...WELL,
    startedMs: NOW_MS,
    executionMs: 700,
    latencyMs: 0,
  });
  await started[3]?.end();
  expect(outcomes[2]).toMatchObject({ service: 'late', latencyMs: 200 });
  expect(pool.figures()).toMatchObject({ running: 1, waiting: 0, runs: [{ reason: 'exited', count: 3 }] });
});

test('none begins before its time', async () => {
  const { pool, names } = stand(10);
  pool.add([run('a', NOW_MS + 300), run('b', NOW_MS + 100), run('back', NOW_MS + 1e12)]);
  expect(names()).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(names()).toEqual(['b']);
  await vi.advanceTimersByTimeAsync(200);
  expect(names()).toEqual(['b', 'a']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(names()).toEqual(['b', 'a', 'back']);
});

test('more than may wait are refused, with words', () => {
  const { pool, outcomes } = stand(1);
  pool.add(Array.from({ length: PLUGINS_WAITING_MAX + 1 }, (_, i) => run(`p${i}`, NOW_MS + 1000)));
  expect(outcomes).toMatchObject([{ service: `p${PLUGINS_WAITING_MAX}`, end: 'refused', code: -1 }]);
  expect(outcomes[0]?.detail).toBe('10000 plugins wait already');
});

test('a service whose process cannot be ended has no second one', async () => {
  const { pool, started, outcomes, names } = stand(5);
  pool.add([run('disk')]);
  started[0]?.settled.resolve({ ...WELL, end: 'timeout' });
  await flush();
  expect(pool.figures().running).toBe(0);
  pool.add([run('disk')]);
  expect(outcomes[1]?.detail).toBe('its last process hangs in the kernel and cannot be ended');
  started[0]?.left.resolve();
  await flush();
  pool.add([run('disk')]);
  expect(names()).toEqual(['disk', 'disk']);
});

test('more room counts at once', () => {
  const { pool, names } = stand(1);
  pool.add([run('a'), run('b')]);
  pool.atOnce = 2;
  expect(names()).toEqual(['a', 'b']);
});

test('at the end every process is ended and nobody is told', async () => {
  const { pool, outcomes, names } = stand(1);
  pool.add([run('a'), run('b')]);
  await pool.stop();
  pool.add([run('c')]);
  expect(outcomes).toEqual([]);
  expect(names()).toEqual(['a']);
});
