import type { TextSink } from '../command.ts';

const BAR_CHARS = 24;
const DRAW_EVERY_MS = 200;
/** Where no terminal is: a line is for a log. */
const LINE_EVERY_MS = 10_000;

/** How far a replay is, on stderr: a bar at a terminal, else a line now and then. */
export class ReplayProgress {
  readonly #err: TextSink;
  readonly #nowMs: () => number;
  #toldMs: number;

  constructor(err: TextSink, nowMs: () => number) {
    this.#err = err;
    this.#nowMs = nowMs;
    this.#toldMs = nowMs();
  }

  at(what: 'reading' | 'judging', share: number): void {
    const isBar = this.#err.isTTY === true;
    const nowMs = this.#nowMs();
    if (nowMs - this.#toldMs < (isBar ? DRAW_EVERY_MS : LINE_EVERY_MS)) return;
    this.#toldMs = nowMs;
    const percent = `${what} ${Math.floor(share * 100)} %`;
    const done = Math.min(BAR_CHARS, Math.floor(share * BAR_CHARS));
    const bar = `[${'#'.repeat(done)}${'.'.repeat(BAR_CHARS - done)}]`;
    this.#err.write(isBar ? `\r\u001b[K${bar} ${percent}` : `${percent}\n`);
  }

  /** Makes way for what is written next. */
  end(): void {
    if (this.#err.isTTY === true) this.#err.write('\r\u001b[K');
  }
}
