import { SIGN_INS_AT_ONCE, SIGN_INS_WAITING_MAX } from '../limits.ts';
import { verifyPassword } from './password.ts';

/**
 * Passwords are verified a few at once: each takes 32 MiB and a thread of the pool that files are read with.
 * Those beyond wait in line, as many as it may hold.
 */
export class PasswordLine {
  readonly #verify: typeof verifyPassword;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(verify: typeof verifyPassword = verifyPassword) {
    this.#verify = verify;
  }

  get full(): boolean {
    return this.#waiting.length >= SIGN_INS_WAITING_MAX;
  }

  /** The caller has looked at `full` in the same turn. */
  async verify(password: string, stored: string): Promise<boolean> {
    if (this.#running >= SIGN_INS_AT_ONCE) await new Promise<void>((turn) => this.#waiting.push(turn));
    else this.#running += 1;
    try {
      return await this.#verify(password, stored);
    } finally {
      // Its place goes to the next in line, if there is one.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
