import { RRD_DEATHS_PER_FILE_MAX } from '../../limits.ts';
import { Coprocess } from './coprocess.ts';
import type { CoprocessOptions, Reply } from './coprocess.ts';

const SUSPECTS_MAX = 10_000;

/**
 * The coprocesses of a store. A record's commands always go to the same one, so they keep their order. A
 * file on which rrdtool itself ends again and again is left alone, because every end costs its neighbours an
 * answer.
 */
export class Crew {
  readonly #coprocesses: readonly Coprocess[];
  readonly #deaths = new Map<string, number>();

  constructor(workers: number, options: CoprocessOptions) {
    this.#coprocesses = Array.from({ length: Math.max(1, workers) }, () => new Coprocess(options));
  }

  /** Does one command on the file of the record with this key. */
  async run(key: string, line: string, signal: AbortSignal): Promise<Reply> {
    const deaths = this.#deaths.size === 0 ? 0 : (this.#deaths.get(key) ?? 0);
    if (deaths >= RRD_DEATHS_PER_FILE_MAX) {
      return { kind: 'error', text: `rrdtool ended ${deaths} times on this file: mend it or move it aside` };
    }
    const reply = await (this.#coprocesses[placeOf(key, this.#coprocesses.length)] as Coprocess).run(
      line,
      signal,
    );
    if (reply.kind === 'down') {
      if (reply.suspect && this.#deaths.size < SUSPECTS_MAX) this.#deaths.set(key, deaths + 1);
    } else if (deaths > 0) this.#deaths.delete(key);
    return reply;
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
