import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../config/folder.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

function muster(args: string[], cwd: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

test('check-config of a real process: every error on stderr, exit code 1', async () => {
  using folder = folderWith({ 'm.yaml': 'gruops: 1\nhttp: { listen: 8600 }\nchecks: []\n' });
  const { code, stdout, stderr } = await muster(['check-config', '--config', 'm.yaml'], folder.path);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  const lines = stderr.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^m\.yaml:1:1: unknown key "gruops" \(expected .*; did you mean "groups"\?\)$/);
  expect(lines[1]).toMatch(/^m\.yaml:2:17: "8600" has no address/);
  expect(lines.slice(2)).toEqual(['m.yaml is not valid: 2 errors']);
});
