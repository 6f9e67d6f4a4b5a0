import { sizeText } from './data-places.ts';
import type { CommandContext } from './command.ts';

const EVERY_MS = 5000;

/** Says on stderr every few seconds how far a copying is. */
export class Progress {
  files = 0;
  bytes = 0;
  readonly #context: CommandContext;
  #toldMs: number;

  constructor(context: CommandContext) {
    this.#context = context;
    this.#toldMs = context.nowMs();
  }

  add(bytes: number): void {
    this.files += 1;
    this.bytes += bytes;
    const nowMs = this.#context.nowMs();
    if (nowMs - this.#toldMs < EVERY_MS) return;
    this.#toldMs = nowMs;
    this.#context.err.write(`copied ${this.files} files, ${sizeText(this.bytes)}\n`);
  }
}
