import type { PluginEnd } from '../model/check-result.ts';

/** How a program ended; `code` -1: without an exit status. */
export interface ProgramEnd {
  readonly end: PluginEnd;
  readonly code: number;
  /** What it wrote, as far as it was read, and more of its end in words. */
  readonly output: string;
  readonly detail: string;
}

export interface ProgramRun {
  /** A program's path and its arguments; no shell sees them. */
  readonly command: readonly string[];
  /** Its standard input. */
  readonly input: string;
  readonly timeoutMs: number;
}

/** Programs that alerts run, where plugins run. */
export interface Programs {
  /** Never rejects. An abort ends the program. */
  run(program: ProgramRun, signal: AbortSignal): Promise<ProgramEnd>;
}

/** Where none are run: tests, and rehearsals of what would be told. */
export const NO_PROGRAMS: Programs = {
  run: () => Promise.resolve({ end: 'refused', code: -1, output: '', detail: 'no programs are run here' }),
};
