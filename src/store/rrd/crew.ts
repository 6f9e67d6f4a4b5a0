import { RRD_DEATHS_PER_FILE_MAX, RRD_DEATHS_REST_MS } from '../../limits.ts';
import { Coprocess } from './coprocess.ts';
import type { CommandLine, CoprocessOptions, Reply } from './coprocess.ts';

const SUSPECTS_MAX = 10_000;
/** It failed on what it read; any other signal is ours or the kernel's, and no fault of the file. */
const CRASH = /SIG(SEGV|BUS|FPE|ABRT|ILL)\b/;
/** How a crash on a file is told when it has come too often; `isDamaged` knows it. */
const CRASHED = 'rrdtool crashed';

/** What a file has cost. */
interface Deaths {
  readonly times: number;
  readonly crashes: number;
  readonly lastMs: number;
}

/**
 * The coprocesses of a store. A record's commands always go to the same one, so they keep their order. A
 * file on which rrdtool itself ends again and again is left alone for a while, because every end costs its
 * neighbours an answer; another may be in its place then.
 */
export class Crew {
  readonly #coprocesses: readonly Coprocess[];
  readonly #deaths = new Map<string, Deaths>();
  readonly #now: () => number;

  constructor(workers: number, options: CoprocessOptions) {
    this.#now = options.now;
    this.#coprocesses = Array.from({ length: Math.max(1, workers) }, () => new Coprocess(options));
  }

  /** Does one command on the file of the record with this key. */
  async run(key: string, line: CommandLine, signal: AbortSignal): Promise<Reply> {
    const deaths = this.#deaths.size === 0 ? undefined : this.#deaths.get(key);
    if (deaths && this.#rests(deaths)) {
      const ended = deaths.crashes === deaths.times ? CRASHED : 'rrdtool ended';
      return {
        kind: 'error',
        text: `${ended} ${deaths.times} times on this file: mend it or move it aside`,
      };
    }
    const reply = await (this.#coprocesses[placeOf(key, this.#coprocesses.length)] as Coprocess).run(
      line,
      signal,
    );
    if (reply.kind === 'down') {
      if (reply.suspect && this.#deaths.size < SUSPECTS_MAX) {
        const { times, crashes } = deaths ?? { times: 0, crashes: 0 };
        const isCrash = CRASH.test(reply.text);
        const lastMs = this.#now();
        this.#deaths.set(key, { times: times + 1, crashes: crashes + (isCrash ? 1 : 0), lastMs });
      }
    } else if (deaths && !(typeof line === 'string' && line.startsWith('info '))) {
      this.#deaths.delete(key); // `info` may pass where others crash, so it clears nothing.
    }
    return reply;
  }

  #rests({ times, lastMs }: Deaths): boolean {
    return times >= RRD_DEATHS_PER_FILE_MAX && this.#now() - lastMs < RRD_DEATHS_REST_MS;
  }

  /** Another file is in its place: what was held against it is forgotten. */
  forgive(key: string): void {
    this.#deaths.delete(key);
  }

  /**
   * Does one command that reads several records' files, where there is least to do. Nobody is blamed for
   * `down`: who gets it asks for each file by itself.
   */
  share(line: CommandLine, signal: AbortSignal): Promise<Reply> {
    const [first, ...others] = this.#coprocesses;
    const idlest = others.reduce((a, b) => (b.owed < a.owed ? b : a), first as Coprocess);
    return idlest.run(line, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#coprocesses.map((coprocess) => coprocess[Symbol.asyncDispose]()));
  }
}

/** FNV-1a over the key's UTF-16 units, modulo the number of places. */
function placeOf(key: string, places: number): number {
  if (places === 1) return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % places;
}
