import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Quarantine } from '../../../src/store/line/quarantine.ts';
import { tokenReader, withoutToken } from '../../../src/store/line/token.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'muster-line-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a token is read again when its file changes', async () => {
  const file = join(dir, 'token');
  const read = tokenReader(file);
  expect(await read()).toMatchObject({ ok: false, detail: expect.stringContaining('ENOENT') });
  writeFileSync(file, 'first\n');
  expect(await read()).toEqual({ ok: true, headers: { authorization: 'Token first' }, token: 'first' });
  writeFileSync(file, 'other\n');
  utimesSync(file, 1, 1);
  expect(await read()).toMatchObject({ token: 'other' });
  rmSync(file);
  expect(await read()).toMatchObject({ ok: false });
});

test('a named pipe in the place of a token keeps nobody waiting', async () => {
  spawnSync('mkfifo', [join(dir, 'token')]);
  expect(await tokenReader(join(dir, 'token'))()).toMatchObject({ ok: false });
});

test.for([
  { name: 'empty', text: '' },
  { name: 'two words', text: 'a b' },
  { name: 'a line break inside', text: 'a\r\nx-evil: 1' },
  { name: 'too long', text: 'x'.repeat(70_000) },
])('no token, and none is told: $name', async ({ text }) => {
  const file = join(dir, 'token');
  writeFileSync(file, text);
  const answer = await tokenReader(file)();
  expect(answer).toMatchObject({ ok: false, detail: expect.stringContaining('store.influxdb.token_file') });
  if (text !== '') expect(JSON.stringify(answer)).not.toContain(text.slice(0, 30));
});

test('without a file, requests carry no token', async () => {
  expect(await tokenReader(null)()).toEqual({ ok: true, headers: {}, token: '' });
});

test('a quoted token is cut out', () => {
  expect(withoutToken('bad token s3cret!', 's3cret')).toBe('bad token …!');
  expect(withoutToken('as it is', '')).toBe('as it is');
});

test('quarantine: a file a day, each lot behind its reason', async () => {
  const clock = { ms: Date.parse('2026-11-21T23:59:00Z') };
  const quarantine = new Quarantine({ dir: join(dir, 'q'), store: 'influxdb', now: () => clock.ms });
  expect(await quarantine.keep('a value=1 1\n', '422 conflict\nagain')).toBe(
    `kept in ${join(dir, 'q', 'influxdb-2026-11-21.lp')}`,
  );
  await quarantine.keep('b value=1 1\n', '400');
  clock.ms += 60_000;
  await quarantine.keep('c value=1 1\n', '400');
  expect(readdirSync(join(dir, 'q'))).toEqual(['influxdb-2026-11-21.lp', 'influxdb-2026-11-22.lp']);
  expect(readFileSync(join(dir, 'q', 'influxdb-2026-11-21.lp'), 'utf8')).toBe(
    '# 2026-11-21T23:59:00.000Z 422 conflict again\na value=1 1\n# 2026-11-21T23:59:00.000Z 400\nb value=1 1\n',
  );
});

test('quarantine is bounded over all of its files', async () => {
  const options = { dir, store: 'influxdb', now: () => 0, bytesMax: 100 };
  writeFileSync(join(dir, 'influxdb-1969-12-31.lp'), 'x'.repeat(50));
  writeFileSync(join(dir, 'victoriametrics-1969-12-31.lp'), 'x'.repeat(90));
  const quarantine = new Quarantine(options);
  expect(await quarantine.keep('a value=1 1\n', 'r')).toContain('kept in');
  expect(await quarantine.keep('b value=1 1\n', 'r')).toBe(`not kept, ${dir} is full`);
});

test('a quarantine that cannot be written says so', async () => {
  writeFileSync(join(dir, 'file'), '');
  const quarantine = new Quarantine({ dir: join(dir, 'file'), store: 'influxdb', now: () => 0 });
  expect(await quarantine.keep('a value=1 1\n', 'r')).toMatch(/^not kept: E/);
});

test('refused lines wait for nobody: where their file is a named pipe, they are not kept', async () => {
  spawnSync('mkfifo', [join(dir, 'influxdb-2026-11-21.lp')]);
  const now = () => Date.parse('2026-11-21T12:00:00Z');
  const quarantine = new Quarantine({ dir, store: 'influxdb', now });
  expect(await quarantine.keep('a value=1 1\n', 'why')).toMatch(/^not kept: /u);
});
