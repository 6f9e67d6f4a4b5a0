import { expect, test } from 'vitest';
import { agentKey } from '../../src/access/agent-key.ts';

const SECRET = new Uint8Array(32).fill(7);

test('the same instance has the same key, and nobody else has it', () => {
  const key = agentKey(SECRET, 'web', 'i-1');
  expect(key).toEqual({ user: 'i-1', password: agentKey(SECRET, 'web', 'i-1').password });
  expect(key.password).toMatch(/^[\w-]{43}$/u);
  const others = [
    agentKey(SECRET, 'web', 'i-2'),
    agentKey(SECRET, 'db', 'i-1'),
    agentKey(SECRET, 'webi', '-1'),
    agentKey(new Uint8Array(32).fill(8), 'web', 'i-1'),
  ];
  expect(new Set([key, ...others].map(({ password }) => password)).size).toBe(5);
});
