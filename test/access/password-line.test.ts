import { expect, test } from 'vitest';
import { PasswordLine } from '../../src/access/password-line.ts';
import { SIGN_INS_AT_ONCE, SIGN_INS_WAITING_MAX } from '../../src/limits.ts';

test('a few at once, the others in line, and the line has an end', async () => {
  const gates: ((right: boolean) => void)[] = [];
  const line = new PasswordLine(() => new Promise((resolve) => gates.push(resolve)));
  const all = SIGN_INS_AT_ONCE + SIGN_INS_WAITING_MAX;
  const answers: Promise<boolean>[] = [];
  for (let i = 0; i < all; i += 1) {
    expect(line.full).toBe(false);
    answers.push(line.verify('p', 's'));
  }
  expect(line.full).toBe(true);
  expect(gates).toHaveLength(SIGN_INS_AT_ONCE);
  for (let i = 0; i < all; i += 1) {
    await expect.poll(() => gates.length).toBeGreaterThan(i);
    gates[i]?.(i % 2 === 0);
  }
  expect(await Promise.all(answers)).toEqual(answers.map((_, i) => i % 2 === 0));
  expect(line.full).toBe(false);
});

test('one that fails gives its place away as well', async () => {
  const line = new PasswordLine(() => Promise.reject(new Error('no memory')));
  for (let i = 0; i < 5; i += 1) await expect(line.verify('p', 's')).rejects.toThrow('no memory');
});
