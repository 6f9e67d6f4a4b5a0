import { expect, test } from 'vitest';
import { quietLog } from '../../src/http/quiet-log.ts';

test('a message is written down once a minute, another one beside it', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, every: () => ({ [Symbol.dispose]: () => undefined }) };
  const log = quietLog({ error: (_, message) => lines.push(message) }, clock);
  for (nowMs = 0; nowMs < 120_000; nowMs += 10_000) log.error({}, 'a');
  log.error({}, 'b');
  expect(lines).toEqual(['a', 'a', 'b']);
});
