import { PROGRAMS_AT_ONCE_MAX } from '../alert-limits.ts';
import type { ProcessEnd, StartedPlugin } from './plugin-process.ts';

interface ProgramsOptions {
  readonly start: () => StartedPlugin;
  readonly ended: (end: ProcessEnd) => void;
}

/** Programs of receivers that run: beside plugins, and not in their line. */
export class RunningPrograms {
  readonly #running = new Map<number, StartedPlugin>();

  run(request: number, { start, ended }: ProgramsOptions): void {
    if (this.#running.size >= PROGRAMS_AT_ONCE_MAX) {
      const detail = `${PROGRAMS_AT_ONCE_MAX} programs run already`;
      return ended({ end: 'refused', code: -1, output: '', detail });
    }
    const program = start();
    this.#running.set(request, program);
    void program.ended.then((end) => {
      this.#running.delete(request);
      ended(end);
    });
  }

  end(request: number): void {
    this.#running.get(request)?.kill();
  }
}
