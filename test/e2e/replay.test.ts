import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CatalogueRepository } from '../../src/state/catalogue-repository.ts';
import { createRrdStore } from '../../src/store/rrd/rrd-store.ts';
import { openJudgeRepository } from '../../src/state/judge-repository.ts';
import { gauge } from '../backtest/past-fleet.ts';
import { batchOf } from '../store/batch.ts';
import { ROOT, run, scratch } from './server.ts';

const HOURS = 2;

/** A server's data_dir, of two hours in which `web-1` was busy for ten minutes, and `web-2` a little. */
async function prepared(dir: string, toS: number): Promise<void> {
  const data = join(dir, 'data');
  mkdirSync(data, { mode: 0o700 });
  const records = ['web-1', 'web-2'].map((host) => gauge('web', host, 'load_one'));
  using catalogue = new CatalogueRepository(join(data, 'catalogue.db'));
  const agent = { address: '192.0.2.1', agent: 'collectd', facts: [], intervalMs: 10_000, gapMs: 10_000 };
  catalogue.saveHosts(
    records.map(({ host }) => ({ cluster: 'web', name: host, lastSeenMs: toS * 1000, ...agent })),
  );
  catalogue.saveRecords(records);
  openJudgeRepository(join(data, 'judge.db'))[Symbol.dispose]();
  const fromS = toS - HOURS * 3600;
  const busy = [9, 6];
  await using store = createRrdStore({
    dir: join(data, 'rrd'),
    workers: 1,
    rrdDirs: new Map(),
    now: Date.now,
  });
  const rows = records.map((record, i) => {
    const points = Array.from({ length: (toS - fromS) / 10 + 1 }, (_, n) => {
      const timeS = fromS + n * 10;
      const isBusy = timeS > toS - 1800 && timeS <= toS - 1200;
      return [timeS, isBusy ? (busy[i] ?? 1) : 1] as const;
    });
    return [record, points] as const;
  });
  const signal = new AbortController().signal;
  const outcomes = await store.put(batchOf(rows), { signal, hurry: true });
  expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
}

const MUSTER = `
data_dir: ./data
groups: [{ name: web, listen: 127.0.0.1:8630 }]
store: { type: rrd, rrd: { dir: ./data/rrd } }
checks: [checks/*.yaml]
alerts:
  receivers: [{ name: ops, webhook: { url: "http://127.0.0.1:9/hook" } }]
  routes: [{ receiver: ops, group_by: [cluster, host, service] }]
`;

function checks(critical: number): string {
  return `services:
  - { name: host }
  - { name: load, metric: load_one, critical: "${critical}", max_check_attempts: 3, retry_interval: 15s }
`;
}

interface Answer {
  readonly pages: { readonly now: number; readonly tried: number; readonly sent: number };
  readonly now: readonly { readonly time_ms: number; readonly kind: string; readonly host: string }[];
  readonly difference: { readonly same: number; readonly only_now: readonly { readonly host: string }[] };
}

test('a stored hour is judged by other definitions, without a server', async () => {
  using folder = scratch();
  const { dir } = folder;
  const toS = Math.floor(Date.now() / 10_000) * 10 - 60;
  await prepared(dir, toS);
  mkdirSync(join(dir, 'checks'));
  writeFileSync(join(dir, 'muster.yaml'), MUSTER);
  writeFileSync(join(dir, 'checks/web.yaml'), checks(5));
  mkdirSync(join(dir, 'new'));
  writeFileSync(join(dir, 'new/web.yaml'), checks(8));
  const replay = (...args: readonly string[]) => {
    const config = ['--config', join(dir, 'muster.yaml'), '--from', String(toS - 3000)];
    return run(process.execPath, [join(ROOT, 'src/main.ts'), 'replay', ...config, ...args]);
  };

  writeFileSync(join(dir, 'new/wrong.yaml'), 'services: [{ name: load, metrc: load_one }]\n');

  const tried = ['--checks', join(dir, 'new/web.yaml')];
  const [data, text, wrong] = await Promise.all([
    replay(...tried, '--json'),
    replay('--host', 'web-2', ...tried),
    replay('--checks', join(dir, 'new/wrong.yaml')),
  ]);
  expect(data.err).toBe('');
  expect(data.code).toBe(0);
  const { pages, now, difference } = JSON.parse(data.out) as Answer;
  expect(pages).toEqual({ now: 4, tried: 2, sent: 0 });
  // Samples 30 s apart, as attempts are 15 s apart at least, and a sample stands for the ten seconds before it.
  const problem = now.find(({ kind }) => kind === 'problem');
  const lateS = (problem?.time_ms ?? 0) / 1000 - (toS - 1800);
  expect(lateS).toBeGreaterThan(30);
  expect(lateS).toBeLessThan(60);
  expect(difference.same).toBe(2);
  expect(difference.only_now.map(({ host }) => host)).toEqual(['web-2', 'web-2']);

  expect(text.code).toBe(0);
  expect(text.out).toMatch(/load +2 pages → 0/u);
  expect(text.out).toContain('Only with those that hold now (2):');

  expect(wrong.code).toBe(1);
  expect(wrong.err).toMatch(/new\/wrong\.yaml:1:\d+: .*metrc.*metric/u);
}, 60_000);
