import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RRD_DEATHS_REST_MS } from '../../../src/limits.ts';
import { Coprocess } from '../../../src/store/rrd/coprocess.ts';
import { Crew } from '../../../src/store/rrd/crew.ts';
import { temporaryDirectory } from './directory.ts';
import type { CoprocessOptions } from '../../../src/store/rrd/coprocess.ts';

const patient = new AbortController().signal;

/** A program in place of rrdtool: a shell script. */
async function program(dir: string, script: string): Promise<string> {
  const path = join(dir, 'program.sh');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

function options(dir: string, more: Partial<CoprocessOptions> = {}): CoprocessOptions & { ends: string[] } {
  const ends: string[] = [];
  return { dir, now: () => 0, onEnd: (cause) => ends.push(cause), ends, ...more };
}

test('answers match their commands, errors among them', async () => {
  await using dir = await temporaryDirectory();
  await using coprocess = new Coprocess(options(dir.path));
  const replies = await Promise.all(
    Array.from({ length: 1500 }, (_, i) => coprocess.run(`last ./none-${i}.rrd`, patient)),
  );
  expect(replies).toEqual(
    replies.map((_, i) => ({ kind: 'error', text: `opening './none-${i}.rrd': No such file or directory` })),
  );
});

test('the environment is clean and the locale C', async () => {
  await using dir = await temporaryDirectory();
  const script = await program(dir.path, 'read line; env | sort; echo "OK u:0"');
  await using coprocess = new Coprocess(options(dir.path, { program: script }));
  const reply = await coprocess.run('env', patient);
  expect(reply.kind === 'ok' && reply.text).toMatch(/^LC_ALL=C$/m);
  expect(reply.kind === 'ok' && reply.text).not.toMatch(/^(HOME|RRDCACHED_ADDRESS|VITEST)=/m);
});

test('a death answers what was under way, the oldest as suspect, and the next command starts anew', async () => {
  await using dir = await temporaryDirectory();
  const script = await program(
    dir.path,
    'while read a; do case $a in die) kill -9 $$;; *) echo "OK u:0";; esac; done',
  );
  const given = options(dir.path, { program: script });
  await using coprocess = new Coprocess(given);
  const replies = await Promise.all(['a', 'die', 'b', 'c'].map((line) => coprocess.run(line, patient)));
  expect(replies).toMatchObject([
    { kind: 'ok' },
    { kind: 'down', suspect: true },
    { kind: 'down', suspect: false },
    { kind: 'down', suspect: false },
  ]);
  expect(given.ends).toEqual(['rrdtool ended (SIGKILL)']);
  expect(await coprocess.run('b', patient)).toEqual({ kind: 'ok', text: '' });
});

test('a program that does not stay up is tried after growing pauses', async () => {
  await using dir = await temporaryDirectory();
  const script = await program(dir.path, 'echo start >> starts; echo broken library >&2; exit 127');
  let nowMs = 0;
  const given = options(dir.path, { program: script, now: () => nowMs });
  await using coprocess = new Coprocess(given);
  for (const atMs of [0, 50, 99, 100, 250, 299, 300, 699, 700]) {
    nowMs = atMs;
    expect((await coprocess.run('x', patient)).kind).toBe('down');
  }
  expect((await readFile(join(dir.path, 'starts'), 'utf8')).trim().split('\n').length).toBe(4);
  expect(given.ends[0]).toBe('rrdtool ended (exit 127) broken library');
});

test('a missing program is down, not a crash', async () => {
  await using dir = await temporaryDirectory();
  const given = options(dir.path, { program: join(dir.path, 'nothing-here') });
  await using coprocess = new Coprocess(given);
  expect((await coprocess.run('x', patient)).kind).toBe('down');
  expect(given.ends).toEqual(['rrdtool ended (ENOENT)']);
});

test('a program that hangs is killed and started anew', async () => {
  await using dir = await temporaryDirectory();
  const script = await program(
    dir.path,
    'if [ -e hung ]; then while read a; do echo "OK u:0"; done; fi; touch hung; while read a; do :; done',
  );
  let nowMs = 0;
  const given = options(dir.path, { program: script, answerWithinMs: 50, now: () => nowMs });
  await using coprocess = new Coprocess(given);
  expect(await coprocess.run('x', patient)).toMatchObject({ kind: 'down', suspect: true });
  expect(given.ends).toEqual(['rrdtool gave no answer within 50 ms']);
  nowMs = 1000;
  expect((await coprocess.run('x', patient)).kind).toBe('ok');
});

test('a waiting command is aborted, one under way is answered', async () => {
  await using dir = await temporaryDirectory();
  await using coprocess = new Coprocess(options(dir.path));
  const abort = new AbortController();
  const many = Array.from({ length: 600 }, () => coprocess.run('last ./x', abort.signal));
  await Promise.race(many);
  abort.abort();
  const kinds = new Set((await Promise.all(many)).map((reply) => reply.kind));
  expect(kinds.has('error')).toBe(true);
  expect((await coprocess.run('last ./x', patient)).kind).toBe('error');
  expect((await coprocess.run('last ./x', abort.signal)).kind).toBe('aborted');
});

test('dispose answers what waits, ends the process, and refuses more', async () => {
  await using dir = await temporaryDirectory();
  const script = await program(dir.path, 'echo $$ > pid; while read a; do echo "OK u:0"; done');
  const coprocess = new Coprocess(options(dir.path, { program: script }));
  const replies = Array.from({ length: 700 }, () => coprocess.run('x', patient));
  await coprocess[Symbol.asyncDispose]();
  expect((await Promise.all(replies)).every((reply) => reply.kind === 'ok')).toBe(true);
  const pid = Number(await readFile(join(dir.path, 'pid'), 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect((await coprocess.run('x', patient)).kind).toBe('down');
});

test('a file on which rrdtool always ends is left alone, its neighbours are served', async () => {
  await using dir = await temporaryDirectory();
  const script = await program(
    dir.path,
    'while read a; do case $a in die) kill -9 $$;; *) echo "OK u:0";; esac; done',
  );
  let nowMs = 0;
  const given = options(dir.path, { program: script, now: () => nowMs });
  await using crew = new Crew(1, given);
  for (let death = 1; death <= 3; death += 1) {
    expect((await crew.run('good', 'x', patient)).kind).toBe('ok');
    expect((await crew.run('bad', 'die', patient)).kind).toBe('down');
  }
  expect(await crew.run('bad', 'die', patient)).toMatchObject({ kind: 'error' });
  expect(given.ends.length).toBe(3);
  expect((await crew.run('good', 'x', patient)).kind).toBe('ok');
  nowMs += RRD_DEATHS_REST_MS;
  // Once more, as another file may be in its place.
  expect((await crew.run('bad', 'die', patient)).kind).toBe('down');
  nowMs += 10_000;
  expect(await crew.run('bad', 'x', patient)).toMatchObject({ kind: 'error' });
  nowMs += RRD_DEATHS_REST_MS;
  for (let i = 0; i < 2; i += 1) expect((await crew.run('bad', 'x', patient)).kind).toBe('ok');
});
