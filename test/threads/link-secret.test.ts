import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkSecret } from '../../src/threads/link-secret.ts';
import { temporaryFolder } from '../state/folder.ts';

test('it is made once, for nobody else to read', () => {
  const folder = temporaryFolder();
  const secret = linkSecret(folder);
  expect(secret).toHaveLength(32);
  expect(statSync(join(folder, 'page-links.key')).mode & 0o777).toBe(0o600);
  expect(linkSecret(folder)).toEqual(secret);
  expect(linkSecret(temporaryFolder())).not.toEqual(secret);
});

test('what is damaged is told of, not replaced', () => {
  const folder = temporaryFolder();
  linkSecret(folder);
  const file = join(folder, 'page-links.key');
  chmodSync(file, 0o600);
  writeFileSync(file, 'half');
  expect(() => linkSecret(folder)).toThrow('is not the secret');
  expect(readFileSync(file, 'utf8')).toBe('half');
});
