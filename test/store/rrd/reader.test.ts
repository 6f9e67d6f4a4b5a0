import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RRD_LAYOUT_KEPT_MS } from '../../../src/limits.ts';
import { ownPath } from '../../../src/store/rrd/path.ts';
import { createRrdStore } from '../../../src/store/rrd/rrd-store.ts';
import { batchOf, describe, valueAt } from '../batch.ts';
import { rrdtool, temporaryDirectory } from './directory.ts';
import type { PointRow } from '../batch.ts';

const T = 1_700_000_400;
const patient = new AbortController().signal;
const HURRY = { signal: patient, hurry: true };
const ramp = (value: number, count = 61): PointRow[] =>
  Array.from({ length: count }, (_, i) => [T + 10 * i, value]);

async function made() {
  const dir = await temporaryDirectory();
  const clock = { ms: 0 };
  const store = createRrdStore({ dir: dir.path, workers: 1, rrdDirs: new Map(), now: () => clock.ms });
  return {
    dir: dir.path,
    clock,
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

const hosts = Array.from({ length: 150 }, (_, i) => describe({ host: `h${i}` }));

test('many files are read by few commands, each in its place; one that is gone spoils no other', async () => {
  await using place = await made();
  const { store, dir } = place;
  await store.put(batchOf(hosts.map((record, i) => [record, ramp(i)])), HURRY);
  const read = async () => {
    const request = { records: hosts, fromS: T, toS: T + 600, points: 100 };
    const answers = await store.query(request, patient);
    return answers.map((rows) => valueAt(rows, T + 300));
  };
  const values = hosts.map((_, i) => i);
  expect(await read()).toEqual(values);
  expect(await read()).toEqual(values);
  for (const gone of [3, 70, 149]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await rm(join(dir, ownPath(hosts[gone] ?? describe())));
    values[gone] = Number.NaN;
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect(await read()).toEqual(values);
  }
});

test('what is remembered of a file answers as what was just asked does', async () => {
  await using place = await made();
  const { store, clock } = place;
  const record = describe();
  await store.put(batchOf([[record, ramp(5)]]), HURRY);
  for (const points of [100, 12, 3]) {
    const request = { records: [record], fromS: T, toS: T + 3600, points };
    const known = async () => {
      const [rows] = await store.query(request, patient);
      return [rows?.startS, rows?.stepS, rows?.columns[0]?.filter((value) => !Number.isNaN(value))];
    };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const asked = await known();
    clock.ms += 1000;
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect(await known()).toEqual(asked);
    clock.ms += RRD_LAYOUT_KEPT_MS + 1;
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect(await known()).toEqual(asked);
  }
});

test('the rows of a file that has ended end there, remembered or not', async () => {
  await using place = await made();
  const { store } = place;
  const record = describe();
  await store.put(batchOf([[record, ramp(5, 3)]]), HURRY);
  const request = { records: [record], fromS: T - 7200, toS: T + 7200, points: 240 };
  for (const _ of ['asked', 'remembered']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const [rows] = await store.query(request, patient);
    expect([rows?.stepS, (rows?.startS ?? 0) + 60 * (rows?.columns[0]?.length ?? 0)]).toEqual([60, T]);
  }
});

test('bounds are unknown where a file keeps averages of several samples alone', async () => {
  await using place = await made();
  const { store, dir } = place;
  const record = describe();
  await store.put(batchOf([[record, ramp(1)]]), HURRY);
  const path = ownPath(record);
  await rm(join(dir, path));
  const archives = ['RRA:AVERAGE:0.5:2:100'];
  const layout = ['--step', '10', '--start', String(T - 10), 'DS:sum:GAUGE:80:U:U', ...archives];
  await rrdtool(dir, 'create', path, ...layout);
  await rrdtool(dir, 'update', path, ...ramp(7).map(([timeS, value]) => `${timeS}:${String(value)}`));
  const request = { records: [record], fromS: T, toS: T + 600, points: 31, band: true };
  const [rows] = await store.query(request, patient);
  expect(rows && [valueAt(rows, T + 300), rows.lows?.[0]?.[4], rows.highs?.[0]?.[4]]).toEqual([7, NaN, NaN]);
});

test('an aborted query leaves commands that wait', async () => {
  await using place = await made();
  const { store } = place;
  await store.put(batchOf(hosts.map((record, i) => [record, ramp(i)])), HURRY);
  const controller = new AbortController();
  const request = { records: hosts, fromS: T, toS: T + 600, points: 100 };
  const reading = store.query(request, controller.signal);
  controller.abort(new Error('no longer wanted'));
  await expect(reading).rejects.toThrow('no longer wanted');
});

test('an rrdtool that ends on a command of many files is asked again, and no file is blamed', async () => {
  await using tools = await temporaryDirectory();
  await using place = await made();
  await place.store.put(batchOf(hosts.map((record, i) => [record, ramp(i)])), HURRY);
  const program = join(tools.path, 'rrdtool.sh');
  const died = JSON.stringify(join(tools.path, 'died'));
  const dying = `touch ${died}; sed -u '/^xport/{s/.*/quit/;q}' | rrdtool -; exit 1`;
  await writeFile(program, `#!/bin/sh\nif [ ! -e ${died} ]; then ${dying}; fi\nexec rrdtool -\n`);
  await chmod(program, 0o755);
  const told: string[] = [];
  const options = { dir: place.dir, workers: 1, rrdDirs: new Map<string, string>(), now: () => 0 };
  await using store = createRrdStore({ ...options, program, onCount: (what) => told.push(what) });
  const request = { records: hosts, fromS: T, toS: T + 600, points: 100 };
  const answers = await store.query(request, patient);
  expect(answers.map((rows) => valueAt(rows, T + 300))).toEqual(hosts.map((_, i) => i));
  expect(told).toEqual(['restart']);
});
