import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { COMMAND_LINE_BYTES_MAX } from '../../src/limits.ts';
import { CommandPipe } from '../../src/compat/command-pipe.ts';
import { deskScene, NOW_MS, until } from './fake-judge.ts';

function scene(path = join(mkdtempSync(join(tmpdir(), 'muster-pipe-')), 'nagios.cmd')) {
  const desk = deskScene();
  const logged: string[] = [];
  const pipe = new CommandPipe({ ...desk, path, log: (_level, message) => void logged.push(message) });
  onTestFinished(() => pipe.close());
  return { ...desk, pipe, path, logged };
}

test('it is made, read, and left', async () => {
  const { pipe, path, judge, refusals } = scene();
  expect(await pipe.open()).toBeUndefined();
  const made = statSync(path);
  expect([made.isFIFO(), (made.mode & 0o777).toString(8)]).toEqual([true, '660']);
  appendFileSync(path, '[1700000000] PROCESS_SERVICE_CHECK_RESULT;web1;cron;1;late; really\\nmore\n\n');
  appendFileSync(path, 'PROCESS_HOST_CHECK_RES');
  appendFileSync(path, `ULT;web1;0;UP\nSCHEDULE_FORCED_SVC_CHECK;web1;load\nDISABLE_NOTIFICATIONS\nwhat?\n`);
  appendFileSync(path, `${'x'.repeat(COMMAND_LINE_BYTES_MAX + 1)}\n`);
  await until(() => judge.taken.length === 2 && Object.keys(refusals()).length === 3);
  const said = { cluster: '', host: 'web1', door: 'command', from: 'command_file' };
  expect(judge.taken).toEqual([
    { ...said, service: 'cron', code: 1, output: 'late; really\nmore', timeMs: 1_700_000_000_000 },
    { ...said, service: 'host', code: 0, output: 'UP', timeMs: NOW_MS },
  ]);
  expect(judge.asked).toEqual([{ cluster: '', host: 'web1', service: 'load' }]);
  expect(refusals()).toEqual({
    'unsupported-command command_file': 1,
    'bad-command command_file': 1,
    'line-too-long command_file': 1,
  });
  pipe.close();
  expect(existsSync(path)).toBe(true);
});

test('another pipe in its place is read, and one that is gone is made again', async () => {
  const { pipe, path, judge } = scene();
  await pipe.open();
  execFileSync('mkfifo', [`${path}.new`]);
  renameSync(`${path}.new`, path);
  await pipe.look();
  appendFileSync(path, 'PROCESS_HOST_CHECK_RESULT;a;0;UP\n');
  await until(() => judge.taken.length === 1);
  renameSync(path, `${path}.old`);
  await pipe.look();
  appendFileSync(path, 'PROCESS_HOST_CHECK_RESULT;b;0;UP\n');
  await until(() => judge.taken.length === 2);
});

test('what is no pipe is left alone', async () => {
  const { pipe, path } = scene();
  writeFileSync(path, 'mine');
  expect(await pipe.open()).toBe(
    `passive.command_file ${path} is no named pipe: move it away, or name another path`,
  );
});

test('a directory that is not there', async () => {
  const { pipe } = scene('/nowhere/at/all/nagios.cmd');
  expect(await pipe.open()).toMatch(/cannot be made: .*No such file.*; name a path in a directory/u);
});
