import { userInfo } from 'node:os';
import { runCli } from './cli/run.ts';
import { EXIT } from './ops/exit.ts';

/** A broken invariant or a bug: what state the process is in is no longer known, so it ends. */
function endOn(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`muster: this is a bug, and the process ends here\n${stack}\n`);
  process.exit(EXIT.failed);
}

/** The reader of our output has gone (`muster help | head -1`): there is nobody left to tell. */
function endOnClosedPipe(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit(EXIT.done);
  endOn(error);
}

function account(): { uid: number; name: string } {
  try {
    const { uid, username } = userInfo();
    return { uid, name: username };
  } catch {
    // A container may run as a number that no user has.
    const uid = process.getuid?.() ?? -1;
    return { uid, name: `uid ${uid}` };
  }
}

process.on('uncaughtException', endOn);
process.on('unhandledRejection', endOn);
process.stdout.on('error', endOnClosedPipe);

const code = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: process.stdout,
  err: process.stderr,
  // Looked at only by who asks: a server leaves it alone.
  get input() {
    return process.stdin;
  },
  signals: process,
  account: account(),
  nowMs: Date.now,
});
process.exit(code);
