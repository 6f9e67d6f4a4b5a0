import { expect, test } from 'vitest';
import { createLog, createOncePer, readableLine } from '../../src/ops/log.ts';

function logged(isTTY: boolean, write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  write(createLog({ sink: { isTTY, write: (line) => (text += line) } }));
  return text;
}

test('JSON where nobody watches', () => {
  const line: unknown = JSON.parse(logged(false, (log) => log.warn({ group: 'dev' }, 'short')));
  expect(line).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    group: 'dev',
    msg: 'short',
  });
});

test('readable at a terminal, without what could move its cursor', () => {
  expect(logged(true, (log) => log.info({ host: 'a\u001b[2J' }, 'up'))).toMatch(
    /^\d\d:\d\d:\d\d info {2}up host=a\\u001b\[2J\n$/,
  );
});

test('an error keeps its stack, below its line', () => {
  const text = logged(true, (log) => log.error(new Error('broken')));
  expect(text).toMatch(/^\S+ error broken\nError: broken\n\s+at /);
});

test.for([{ isTTY: true }, { isTTY: false }])('secrets stay out (terminal: $isTTY)', ({ isTTY }) => {
  const text = logged(isTTY, (log) => {
    log.info({ token: 'hunter2', receiver: { name: 'ops', webhook: { url: 'http://h/hunter2' } } }, 'x');
    log.info({ headers: { authorization: 'hunter2', cookie: 'hunter2' }, password: 'hunter2' }, 'y');
  });
  expect(text).toContain('ops');
  expect(text).not.toContain('hunter2');
});

test('a line without our fields is still shown', () => {
  expect(readableLine('{}')).toBe('--:--:--       \n');
});

test('once per key and time, and how often it was held back', () => {
  let nowMs = 0;
  const oncePer = createOncePer(() => nowMs);
  expect(oncePer('a', 1000)).toEqual({ suppressed: 0 });
  expect(oncePer('a', 1000)).toBeNull();
  expect(oncePer('b', 1000)).toEqual({ suppressed: 0 });
  nowMs = 999;
  expect(oncePer('a', 1000)).toBeNull();
  nowMs = 1000;
  expect(oncePer('a', 1000)).toEqual({ suppressed: 2 });
  expect(oncePer('a', 1000)).toBeNull();
});

test('many keys push out the oldest, never the newest', () => {
  const oncePer = createOncePer(() => 0);
  for (let key = 0; key < 1500; key += 1) oncePer(String(key), 1000);
  expect(oncePer('1499', 1000)).toBeNull();
  expect(oncePer('0', 1000)).toEqual({ suppressed: 0 });
});
