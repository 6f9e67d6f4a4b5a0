import { EventEmitter } from 'node:events';
import type { CommandContext, SignalName } from '../../src/cli/command.ts';

/** A process that is not one: its output is text, its signals are sent by hand. */
export function fakeContext(cwd: string, env: NodeJS.ProcessEnv = {}) {
  const emitter = new EventEmitter();
  const printed = { out: '', err: '' };
  const context: CommandContext = {
    env,
    cwd,
    out: { write: (text) => (printed.out += text) },
    err: { write: (text) => (printed.err += text) },
    signals: emitter,
  };
  return {
    context,
    printed,
    send: (signal: SignalName) => emitter.emit(signal),
    listeners: () => emitter.eventNames().length,
  };
}
