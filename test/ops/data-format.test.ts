import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bringForward, checkDataFormat, DATA_FORMAT, RESTORE_MARK } from '../../src/ops/data-format.ts';
import { schemaOf } from '../../src/ops/data-versions.ts';
import { FORMAT_VERSION, segmentHead } from '../../src/ingest/journal/format.ts';
import { StartError } from '../../src/ops/start-error.ts';

const KNOWN = { muster: '0.2.0', schemas: new Map([['judge.db', 3]]) };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'muster-format-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(join(dir, path, '..'), { recursive: true });
  writeFileSync(join(dir, path), content);
}

/** A database as a server that was killed leaves it: its log is not yet in the file. */
function database(path: string, schema: number, { killed = false } = {}): void {
  const work = join(dir, 'work.db');
  using db = new DatabaseSync(work);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)');
  db.exec(`PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA user_version = ${schema}`);
  if (!killed) db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  cpSync(work, join(dir, path));
  cpSync(`${work}-wal`, join(dir, `${path}-wal`));
  db.close();
  rmSync(work);
}

/** A segment as the journal makes it, of another version perhaps. */
function segment(version = FORMAT_VERSION): Buffer {
  const head = segmentHead(1, 7);
  head.writeUInt32LE(version, 8);
  head.writeUInt32LE(crc32(head.subarray(0, 28)), 28);
  return head;
}

/** Every file with the hash of its bytes and its times. */
function contents(): Map<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
      return [file, `${hash} ${statSync(file).mtimeMs}`];
    }),
  );
}

describe('what a newer Muster wrote is refused, and nothing is touched', () => {
  test.for<{ name: string; make: () => void; message: string; cure: string }>([
    {
      name: 'a newer format',
      make: () => write('format', '{"format":7,"muster":"1.4.0"}'),
      message: 'was written by 1.4.0 of Muster, and this is 0.2.0: its format is 7, this one knows 1',
      cure: 'run Muster 1.4.0 again, or restore a backup of this one',
    },
    {
      name: 'a newer schema',
      make: () => database('judge.db', 4),
      message: 'judge.db has schema 4, this one knows 3',
      cure: 'run that version again',
    },
    {
      name: 'a newer schema that stands in the log alone',
      make: () => database('judge.db', 5, { killed: true }),
      message: 'judge.db has schema 5, this one knows 3',
      cure: 'run that version again',
    },
    {
      name: 'a newer segment of the journal',
      make: () => write('journal/0/1.journal', segment(FORMAT_VERSION + 1)),
      message: "the journal's 1.journal has version 2, this one knows 1",
      cure: 'run that version again',
    },
    {
      name: 'a format file without a format',
      make: () => write('format', '{}'),
      message: 'does not say what format the data has: it has no number "format"',
      cure: 'take the file from a backup',
    },
    {
      name: 'a format file that is torn',
      make: () => write('format', '{"form'),
      message: 'does not say what format the data has',
      cure: 'take the file from a backup',
    },
    {
      name: 'a named pipe in the place of a database',
      make: () => void spawnSync('mkfifo', [join(dir, 'judge.db')]),
      message: 'judge.db is a named pipe or a device',
      cure: 'move it elsewhere',
    },
    {
      name: 'a restore that was broken off',
      make: () => write(RESTORE_MARK, ''),
      message: 'was broken off',
      cure: 'run the same muster restore again',
    },
  ])('$name', ({ make, message, cure }) => {
    write('rrd/web/web-1/load_one.rrd', 'RRD');
    make();
    const before = contents();
    const fault = thrown(() => checkDataFormat(dir, KNOWN));
    expect(fault).toBeInstanceOf(StartError);
    expect(fault.message).toContain(message);
    expect((fault as StartError).cure).toContain(cure);
    expect(contents()).toEqual(before);
  });
});

test.for<{ name: string; make: () => void }>([
  { name: 'nothing', make: () => undefined },
  { name: 'this format', make: () => write('format', '{"format":1,"muster":"0.2.0"}') },
  { name: 'a known schema', make: () => database('judge.db', 3, { killed: true }) },
  { name: 'a file that is no database', make: () => write('judge.db', 'x'.repeat(5000)) },
  { name: 'a torn head of a segment', make: () => write('journal/0/1.journal', segment(9).subarray(0, 20)) },
  { name: 'a segment of this version', make: () => write('journal/0/1.journal', segment()) },
  {
    name: 'a newer segment that was set aside',
    make: () => write('journal/0/damaged/1.journal', segment(9)),
  },
  {
    name: 'a damaged head of a segment',
    make: () => write('journal/0/1.journal', segment(9).fill(1, 13, 14)),
  },
])('$name is fine', ({ make }) => {
  make();
  checkDataFormat(dir, KNOWN);
});

test('a data_dir that is not there is fine', () => checkDataFormat(join(dir, 'none'), KNOWN));

test('the schema is what sqlite says', () => {
  database('a.db', 9, { killed: true });
  expect(schemaOf(join(dir, 'a.db'))).toBe(9);
  using db = new DatabaseSync(join(dir, 'a.db'));
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 9 });
});

describe('bringForward', () => {
  const formatNow = (): unknown => JSON.parse(readFileSync(join(dir, 'format'), 'utf8'));

  test('a first start writes the format down', () => {
    bringForward(dir, KNOWN);
    expect(formatNow()).toEqual({ format: DATA_FORMAT, muster: '0.2.0' });
    expect(statSync(join(dir, 'format')).mode & 0o777).toBe(0o600);
  });

  test('the version that ran last stands there', () => {
    bringForward(dir, { muster: '0.1.0' });
    bringForward(dir, KNOWN);
    expect(formatNow()).toEqual({ format: DATA_FORMAT, muster: '0.2.0' });
  });

  test('steps run in order from where the data is, and one that fails is named and tried again', () => {
    write('format', '{"format":1,"muster":"0.1.0"}');
    const ran: string[] = [];
    let fails = true;
    const steps = [1, 2, 3, 4].map((to) => ({
      to,
      name: `step ${to}`,
      run: () => {
        if (to === 3 && fails) throw new Error('no space left');
        ran.push(`to ${to}`);
      },
    }));
    const fault = thrown(() => bringForward(dir, KNOWN, steps));
    expect(fault.message).toContain('from format 2 to 3 (step 3): no space left');
    expect(ran).toEqual(['to 2']);
    expect(formatNow()).toEqual({ format: 2, muster: '0.2.0' });
    fails = false;
    bringForward(dir, KNOWN, steps);
    expect(ran).toEqual(['to 2', 'to 3', 'to 4']);
    expect(formatNow()).toEqual({ format: 4, muster: '0.2.0' });
  });
});

function thrown(work: () => void): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it threw nothing');
}
