import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { graphScript } from './script.ts';
import type { Picture } from './script.ts';

/**
 * A PNG by `rrdtool graph`, from a file made for it: so it does for every store. Rejects with words where
 * rrdtool is missing, refuses, or takes longer than the signal lets it.
 */
export async function drawGraph(picture: Picture, signal: AbortSignal): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-graph-'));
  try {
    const { stdout, code, isCanceled } = await execa('rrdtool', ['-'], {
      input: graphScript(picture),
      cwd: directory,
      env: environment(),
      extendEnv: false,
      reject: false,
      stdin: 'pipe',
      cancelSignal: signal,
      forceKillAfterDelay: 200,
      maxBuffer: 65_536,
    });
    if (isCanceled) throw new Error('the graph took too long');
    if (code === 'ENOENT') throw new Error('rrdtool is not installed');
    const fault = /^ERROR: (.*)$/mu.exec(stdout)?.[1];
    if (fault !== undefined) throw new Error(`rrdtool: ${fault}`);
    return await readFile(join(directory, 'graph.png'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Names in any script, times in the server's zone. */
function environment(): Record<string, string> {
  const { PATH = '/usr/bin:/bin', TZ } = process.env;
  return { LC_ALL: 'C.UTF-8', PATH, ...(TZ === undefined ? {} : { TZ }) };
}
