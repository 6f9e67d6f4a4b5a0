import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execChannel } from '../../src/notify/exec.ts';
import { LINKS, page } from '../notify/page.ts';
import { PROGRAMS_AT_ONCE_MAX } from '../../src/alert-limits.ts';
import { RemotePrograms } from '../../src/threads/remote-programs.ts';
import { RunnerHandle } from '../../src/threads/runner-handle.ts';
import type { RunnerToJudge } from '../../src/threads/messages.ts';

/** Receivers' programs, for real: through the runner's thread and its small process. */

const never = new AbortController().signal;
const directory = mkdtempSync(join(tmpdir(), 'muster-exec-'));
const at = (name: string) => join(directory, name);
const { port1, port2 } = new MessageChannel();
const programs = new RemotePrograms((message) => port1.postMessage(message));
port1.on('message', (message: RunnerToJudge) => {
  if (message.kind === 'program-ended') programs.hear(message.request, message.end);
});
const runner = new RunnerHandle(
  { judge: port2, plugins: { atOnce: 1 } },
  { log: () => undefined, failed: (error) => expect.unreachable(error.message) },
);

function script(name: string, text: string): string {
  writeFileSync(at(name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return at(name);
}
function exec(command: readonly string[], timeoutMs = 20_000) {
  return execChannel({ command, timeoutMs, links: LINKS, programs });
}

beforeAll(() => runner.started);
afterAll(async () => {
  await runner.stop();
  port1.close();
  rmSync(directory, { recursive: true });
});

test('the page is its input, its arguments are filled in, its environment is clean', async () => {
  process.env['MUSTER_TEST_SECRET'] = 's3cret';
  const command = script('tell', `cat >"$1"; printf '%s\\n' "$2" >>"$1"; env >"$1.env"; echo "told $#"`);
  const outcome = await exec([command, at('told'), '{{title}}']).send(
    page({ title: '$(id) "x"; ls' }),
    never,
  );
  delete process.env['MUSTER_TEST_SECRET'];
  expect(outcome).toEqual({ ok: true, detail: 'status 0: told 2' });
  const [json = '', title] = readFileSync(at('told'), 'utf8').split('\n');
  expect(JSON.parse(json)).toMatchObject({
    version: 1,
    id: 'key-1',
    acknowledge_url: expect.stringContaining('/ack/'),
  });
  expect(title).toBe('$(id) "x"; ls');
  expect(readFileSync(at('told.env'), 'utf8')).not.toContain('s3cret');
});

test.for([
  {
    name: 'busy',
    text: 'echo later >&2; exit 75',
    is: { ok: false, retryable: true, detail: 'status 75: later' },
  },
  { name: 'refuses', text: 'exit 3', is: { ok: false, retryable: false, detail: 'status 3' } },
  { name: 'reads nothing', text: 'exec 0<&-; exit 0', is: { ok: true, detail: 'status 0' } },
  {
    name: 'ends itself',
    text: 'kill -9 $$',
    is: { ok: false, retryable: true, detail: 'ended by a signal: SIGKILL' },
  },
])('one that $name', async ({ name, text, is }) => {
  const command = script(name.replaceAll(' ', '-'), text);
  expect(await exec([command]).send(page({ output: 'x'.repeat(200_000) }), never)).toEqual(is);
});

test('one that hangs is ended', async () => {
  const outcome = await exec([script('hangs', 'sleep 60')], 200).send(page(), never);
  expect(outcome).toEqual({ ok: false, retryable: true, detail: 'took longer than 0.2 s' });
});

test('one that is not there', async () => {
  const outcome = await exec([at('nothing')]).send(page(), never);
  expect(outcome).toMatchObject({
    ok: false,
    retryable: true,
    detail: expect.stringContaining('was not found'),
  });
});

test('an abort ends it; more than there is room for are told to come again', async () => {
  const abort = new AbortController();
  const sleeps = script('sleeps', 'sleep 60');
  const all = Array.from({ length: PROGRAMS_AT_ONCE_MAX }, () => exec([sleeps]).send(page(), abort.signal));
  expect(await exec([sleeps]).send(page(), never)).toEqual({
    ok: false,
    retryable: true,
    detail: `not run: ${PROGRAMS_AT_ONCE_MAX} programs run already`,
  });
  abort.abort();
  for (const outcome of await Promise.all(all)) {
    expect(outcome).toEqual({ ok: false, retryable: true, detail: 'ended by a signal: broken off' });
  }
});
