import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SET_ASIDE_NAMED_MAX } from '../../src/limits.ts';
import { StartError } from '../../src/ops/start-error.ts';
import { openDatabase } from '../../src/state/database.ts';
import { SetAsides } from '../../src/threads/set-asides.ts';
import { temporaryFolder } from '../state/folder.ts';

const ONE = ['CREATE TABLE a (x)'];

function stage() {
  const logged: string[] = [];
  const write = (detail: object, message: string) => void logged.push(`${message} ${JSON.stringify(detail)}`);
  return { asides: new SetAsides({ error: write, warn: write }), logged, folder: temporaryFolder() };
}

function rrdFile(i: number) {
  const path = `/rrd/web/web-${i}/load.rrd`;
  return { what: 'an RRD file was damaged (too small)', path, moved: `${path}.damaged-1` };
}

test('a damaged access.db lets nobody in, and that is said loudly', () => {
  const { asides, logged, folder } = stage();
  const file = join(folder, 'access.db');
  writeFileSync(file, 'no database at all '.repeat(200));
  asides.opened(() => openDatabase({ file, holds: 'every user' }, ONE), { signIn: true }).close();
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatch(
    /^access\.db was damaged \(.+\): every user is forgotten, history stays; nobody can sign in .+\/muster user add; the file is set aside \{/,
  );
  expect(asides.notes()).toEqual([expect.stringContaining('nobody can sign in')]);
  expect(asides.lines(false)).toEqual([expect.stringMatching(/^access\.db was damaged/)]);
});

test('what cannot be opened for another reason is refused with its cure', () => {
  const { asides, folder } = stage();
  const file = join(folder, 'a.db');
  openDatabase(file, [...ONE, 'ALTER TABLE a ADD COLUMN y']).close();
  expect(() => asides.opened(() => openDatabase(file, ONE))).toThrow(StartError);
});

test('many RRD files: all are logged, some are named, the others counted', () => {
  const { asides, logged } = stage();
  for (let i = 0; i < SET_ASIDE_NAMED_MAX + 5; i += 1) asides.add(rrdFile(i));
  expect(logged).toHaveLength(SET_ASIDE_NAMED_MAX + 5);
  expect(asides.lines(true)).toHaveLength(SET_ASIDE_NAMED_MAX + 1);
  expect(asides.lines(true)[0]).toBe(
    'an RRD file was damaged (too small); set aside as /rrd/web/web-0/load.rrd.damaged-1',
  );
  expect(asides.lines(true).at(-1)).toBe('and 5 more: the log names them');
  expect(asides.notes()).toEqual([
    `damaged RRD files were set aside: ${SET_ASIDE_NAMED_MAX + 5}; the first is /rrd/web/web-0/load.rrd.damaged-1`,
  ]);
});

test('whoever may not see the fleet reads no names of it', () => {
  const { asides } = stage();
  asides.add(rrdFile(1));
  asides.add({ what: 'judge.db was damaged', path: '/data/judge.db', moved: '/data/judge.db.damaged-1' });
  expect(asides.lines(false)).toEqual(['judge.db was damaged', 'RRD files: 1']);
});
