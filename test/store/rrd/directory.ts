import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A temporary directory that goes with its scope. */
export async function temporaryDirectory(): Promise<{
  path: string;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), 'muster rrd-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const run = promisify(execFile);

/** What rrdtool itself says: the judge beside the store. */
export async function rrdtool(dir: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('rrdtool', args, { cwd: dir, env: { ...process.env, LC_ALL: 'C' } });
  return stdout;
}
