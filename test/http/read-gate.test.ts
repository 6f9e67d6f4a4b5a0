import { expect, test } from 'vitest';
import {
  QUERIES_AT_ONCE,
  QUERIES_LONG_AT_ONCE,
  QUERIES_WAITING_MAX,
  SERIES_VALUES_UNDER_WAY_MAX,
} from '../../src/limits.ts';
import { ReadGate } from '../../src/http/read-gate.ts';

const never = new AbortController().signal;

test('so many run at once, the others in their order', async () => {
  const gate = new ReadGate();
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const runs = Array.from({ length: QUERIES_AT_ONCE + 2 }, (_, i) =>
    gate.admit(1).run(() => {
      started.push(i);
      return new Promise<void>((resolve) => ends.push(resolve));
    }, never),
  );
  await Promise.resolve();
  expect(started).toEqual(Array.from({ length: QUERIES_AT_ONCE }, (_, i) => i));
  for (let i = 0; i < runs.length; i += 1) {
    ends[i]?.();
    await runs[i];
    await Promise.resolve();
  }
  expect(started).toEqual(runs.map((_, i) => i));
});

test('who leaves while waiting holds no place, and a read that fails gives its own back', async () => {
  const gate = new ReadGate();
  const { promise, reject } = Promise.withResolvers<void>();
  const running = Array.from({ length: QUERIES_AT_ONCE }, () => gate.admit(1).run(() => promise, never));
  const leaving = new AbortController();
  const left = gate.admit(1).run(() => Promise.resolve('not read'), leaving.signal);
  const stays = gate.admit(1).run(() => Promise.resolve('read'), never);
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  reject(new Error('failed'));
  expect(new Set((await Promise.allSettled(running)).map(({ status }) => status))).toEqual(
    new Set(['rejected']),
  );
  expect(await stays).toBe('read');
});

test.for([
  { name: 'answers', values: 1, admitted: QUERIES_WAITING_MAX },
  { name: 'numbers', values: SERIES_VALUES_UNDER_WAY_MAX / 4, admitted: 4 },
])('so many $name are under way and no more, until one is sent', ({ values, admitted }) => {
  const gate = new ReadGate();
  const admissions = Array.from({ length: admitted }, () => gate.admit(values));
  expect(() => gate.admit(values)).toThrow('under way already');
  admissions[0]?.[Symbol.dispose]();
  admissions[0]?.[Symbol.dispose]();
  gate.admit(values);
  expect(() => gate.admit(values)).toThrow('under way already');
});

test('long reads leave places to short ones, and have their turn in order', async () => {
  const gate = new ReadGate();
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, isLong: boolean) =>
    gate.admit(1, isLong).run(() => {
      started.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    }, never);
  const long = Array.from({ length: QUERIES_LONG_AT_ONCE + 1 }, (_, i) => start(`long ${i}`, true));
  const short = start('short', false);
  await Promise.resolve();
  expect(started).toEqual([...Array.from({ length: QUERIES_LONG_AT_ONCE }, (_, i) => `long ${i}`), 'short']);
  ends.get('short')?.();
  await short;
  expect(started).not.toContain(`long ${QUERIES_LONG_AT_ONCE}`);
  ends.get('long 0')?.();
  await long[0];
  await Promise.resolve();
  expect(started.at(-1)).toBe(`long ${QUERIES_LONG_AT_ONCE}`);
});
