import { basename } from 'node:path';
import { SET_ASIDE_NAMED_MAX } from '../limits.ts';
import { StartError } from '../ops/start-error.ts';
import { DatabaseFault } from '../state/database.ts';
import { openOrSetAside } from '../state/set-aside.ts';
import type { SetAside } from '../model/set-aside.ts';

function isDatabase({ path }: SetAside): boolean {
  return basename(path).endsWith('.db');
}

/** Where it is written; the server's log is one. */
interface AsideLog {
  error(detail: object, message: string): void;
  warn(detail: object, message: string): void;
}

/** What is lost beside what the file held, where people sign in. */
const NOBODY = 'nobody can sign in and no token is valid until there are new ones: script/muster user add';

/** What was found damaged and set aside in this run: logged at once, and told while the server runs. */
export class SetAsides {
  readonly #log: AsideLog;
  readonly #named: SetAside[] = [];
  #more = 0;

  constructor(log: AsideLog) {
    this.#log = log;
  }

  add(aside: SetAside): void {
    const { what, path, moved } = aside;
    this.#log.error({ path, moved }, `${what}; the file is set aside`);
    if (this.#named.length < SET_ASIDE_NAMED_MAX) this.#named.push(aside);
    else this.#more += 1;
  }

  get count(): number {
    return this.#named.length + this.#more;
  }

  /**
   * Opens a database, a damaged one's successor where need be, or throws a StartError that says in plain words
   * why the server cannot start. `signIn`: people sign in by what it holds.
   */
  opened<T>(open: () => T, { signIn = false } = {}): T {
    const told = (aside: SetAside) =>
      this.add(signIn ? { ...aside, what: `${aside.what}; ${NOBODY}` } : aside);
    const removed = (path: string) =>
      this.#log.warn({ path }, 'a damaged database set aside long ago was removed: newer ones are kept');
    try {
      return openOrSetAside(open, { nowMs: Date.now(), told, removed });
    } catch (error) {
      if (error instanceof DatabaseFault) throw new StartError(error.message, error.cure);
      throw error;
    }
  }

  /** A line each, and one for those beyond. Without `names`, nothing tells of hosts or metrics. */
  lines(names: boolean): string[] {
    const { databases, others } = this.#sorted();
    if (!names) {
      const n = others.length + this.#more;
      return [...databases.map(({ what }) => what), ...(n > 0 ? [`RRD files: ${n}`] : [])];
    }
    const more = this.#more > 0 ? [`and ${this.#more} more: the log names them`] : [];
    return [...this.#named.map(({ what, moved }) => `${what}; set aside as ${moved}`), ...more];
  }

  /** For whoever runs the server: databases one by one, RRD files together. */
  notes(): string[] {
    const { databases, others } = this.#sorted();
    const n = others.length + this.#more;
    const first = others[0];
    return [
      ...databases.map(({ what, moved }) => `${what}; it is set aside as ${moved}`),
      ...(first ? [`damaged RRD files were set aside: ${n}; the first is ${first.moved}`] : []),
    ];
  }

  #sorted(): { databases: SetAside[]; others: SetAside[] } {
    return {
      databases: this.#named.filter(isDatabase),
      others: this.#named.filter((aside) => !isDatabase(aside)),
    };
  }
}
