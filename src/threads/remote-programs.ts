import type { JudgeToRunner } from './messages.ts';
import type { ProgramEnd, ProgramRun, Programs } from '../notify/program.ts';

/** The judge's way to programs of receivers: the runner starts them where it starts plugins. */
export class RemotePrograms implements Programs {
  readonly #say: (message: JudgeToRunner) => void;
  readonly #waiting = new Map<number, (end: ProgramEnd) => void>();
  #last = 0;

  constructor(say: (message: JudgeToRunner) => void) {
    this.#say = say;
  }

  run(program: ProgramRun, signal: AbortSignal): Promise<ProgramEnd> {
    if (signal.aborted) return Promise.resolve(BROKEN_OFF);
    this.#last += 1;
    const request = this.#last;
    return new Promise((resolve) => {
      const abort = () => {
        this.#say({ kind: 'end-program', request });
        this.hear(request, BROKEN_OFF);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(request, (end) => {
        signal.removeEventListener('abort', abort);
        resolve(end);
      });
      this.#say({ kind: 'program', request, program });
    });
  }

  hear(request: number, end: ProgramEnd): void {
    const settle = this.#waiting.get(request);
    this.#waiting.delete(request);
    settle?.(end);
  }
}

const BROKEN_OFF: ProgramEnd = { end: 'killed', code: -1, output: '', detail: 'broken off' };
