/** The seconds of a replay at which something may come about: a byte each, so that none is there twice. */
export class Looks {
  readonly beginS: number;
  readonly endS: number;
  readonly #marks: Uint8Array;

  /** Both ends are among them. */
  constructor(beginS: number, endS: number) {
    this.beginS = beginS;
    this.endS = endS;
    this.#marks = new Uint8Array(endS - beginS + 1);
    this.mark(beginS);
    this.mark(endS);
  }

  /** At that time, or the next full second; what is outside is nothing. */
  mark(timeS: number): void {
    const at = Math.ceil(timeS) - this.beginS;
    if (at >= 0 && at < this.#marks.length) this.#marks[at] = 1;
  }

  every(stepS: number, fromS = this.beginS, untilS = this.endS): void {
    for (let timeS = Math.ceil(fromS / stepS) * stepS; timeS <= untilS; timeS += stepS) this.mark(timeS);
  }

  /** The first one after that time; undefined: there is none. */
  after(timeS: number): number | undefined {
    const at = this.#marks.indexOf(1, Math.max(0, timeS + 1 - this.beginS));
    return at < 0 ? undefined : this.beginS + at;
  }
}
