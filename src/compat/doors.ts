import { DoorBooks } from '../model/door-books.ts';
import { CommandPipe } from './command-pipe.ts';
import { NscaDoor } from './nsca-door.ts';
import { ResultDesk } from './result-desk.ts';
import type { AllowList } from './nsca-door.ts';
import type { DoorFigures } from '../contract/stats.ts';
import type { DoorLog } from './log.ts';
import type { PassiveConfig } from '../contract/config.ts';
import type { ResultTaker } from './result-desk.ts';

export interface DoorsOptions {
  readonly judge: ResultTaker;
  readonly log: DoorLog;
  readonly nowMs: () => number;
  readonly allowList: (networks: readonly string[]) => AllowList;
}

/** The ways by which results of checks come in beside HTTP: NSCA, and Nagios' command file. */
export class Doors {
  readonly #o: DoorsOptions;
  readonly #books = new DoorBooks();
  readonly #desk: ResultDesk;
  readonly #nsca: NscaDoor;
  #pipe: CommandPipe | undefined;

  constructor(options: DoorsOptions) {
    this.#o = options;
    const { judge, nowMs, log, allowList } = options;
    const books = this.#books;
    this.#desk = new ResultDesk({ judge, books, nowMs });
    this.#nsca = new NscaDoor({ desk: this.#desk, books, log, nowMs, allowList });
  }

  /** Opens and closes as configured. Answers what could not be opened, in words; that stays as it was. */
  async use({ nsca, commandFile }: PassiveConfig): Promise<readonly string[]> {
    return [...(await this.#nsca.use(nsca)), ...(await this.#usePipe(commandFile))];
  }

  figures(): readonly DoorFigures[] {
    return this.#books.figures();
  }

  /** Closes all of them, and waits until the judge has answered for what they brought. */
  async close(): Promise<void> {
    this.#nsca.close();
    this.#pipe?.close();
    await this.#desk.settle();
  }

  async #usePipe(path: string | null): Promise<readonly string[]> {
    if (path === (this.#pipe?.path ?? null)) return [];
    const { log, nowMs } = this.#o;
    const pipe = path === null ? undefined : new CommandPipe({ path, desk: this.#desk, log, nowMs });
    const fault = await pipe?.open();
    if (fault !== undefined) return [fault];
    this.#pipe?.close();
    this.#pipe = pipe;
    return [];
  }
}
