import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { CommandContext, SignalName } from '../../src/cli/command.ts';

export const NOW_MS = 1_700_000_000_000;

/** A process that is not one: its output is text, its signals are sent by hand. */
export function fakeContext(cwd: string, env: NodeJS.ProcessEnv = {}) {
  const emitter = new EventEmitter();
  const printed = { out: '', err: '' };
  const context: CommandContext = {
    env,
    cwd,
    out: { write: (text) => (printed.out += text) },
    err: { write: (text) => (printed.err += text) },
    input: Readable.from([]),
    signals: emitter,
    account: { uid: process.getuid?.() ?? -1, name: 'tester' },
    nowMs: () => NOW_MS,
  };
  return {
    context,
    printed,
    send: (signal: SignalName) => emitter.emit(signal),
    listeners: () => emitter.eventNames().length,
  };
}
