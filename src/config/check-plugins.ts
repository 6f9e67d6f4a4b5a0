import { accessSync, constants, statSync } from 'node:fs';
import type { Defined } from './check-references.ts';

/** Warns of programs that cannot be run here. The server's user and machine may be others: it is no fault. */
export function reportPlugins(all: readonly Defined[]): void {
  const known = new Map<string, string | undefined>();
  for (const { body, definition } of all) {
    const { subject } = definition;
    const [program = ''] = ('command' in subject ? subject.command : null) ?? [];
    // What is no path is told as a fault.
    if (!program.startsWith('/') || program.includes('{{') || /\s/.test(program)) continue;
    if (!known.has(program)) known.set(program, notRunnable(program));
    const fault = known.get(program);
    const quoted = body.entry.reading.quote(program, body.get('command')?.[0]?.offset ?? -1);
    if (fault !== undefined) body.warn('command', `${quoted} ${fault}: it would be UNKNOWN`);
  }
}

/** Undefined: it can be run, as far as its mode says. */
export function notRunnable(program: string): string | undefined {
  try {
    if (!statSync(program).isFile()) return 'is no file';
    accessSync(program, constants.X_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'EACCES' ? 'may not be run by this user' : 'is not on this machine';
  }
}
