import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../test/e2e/server.ts';

/** A burst is never longer: a bound, not a plan. */
const SECONDS_MAX = 120;
const CHUNK_BYTES = 4 * 1024 * 1024;

export interface Sent {
  readonly datagrams: number;
  readonly seconds: number;
}

/** `bench/sender.c`, compiled into a folder of the caller's. */
export class Sender {
  readonly #program: string;

  private constructor(program: string) {
    this.#program = program;
  }

  static async compile(dir: string): Promise<Sender> {
    const program = join(dir, 'sender');
    const source = join(import.meta.dirname, 'sender.c');
    const { code, err } = await run('cc', ['-O2', '-Wall', '-Wextra', '-o', program, source]);
    if (code !== 0) throw new Error(`cc: ${err}`);
    return new Sender(program);
  }

  /** Sends a file of `writeDatagrams` to a port of this host, `rate` datagrams a second. */
  async send(file: string, port: number, rate: number): Promise<Sent> {
    const { code, out, err } = await run(this.#program, [
      file,
      String(port),
      String(rate),
      String(SECONDS_MAX),
    ]);
    if (code !== 0) throw new Error(err);
    const [datagrams = 0, seconds = 0] = out.split(' ').map(Number);
    return { datagrams, seconds };
  }
}

/** Writes datagrams as `sender.c` reads them; each may be reused as soon as the next is asked for. */
export function writeDatagrams(file: string, datagrams: Iterable<Uint8Array>): void {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const to = openSync(file, 'w');
  let filled = 0;
  const flush = () => {
    for (let at = 0; at < filled;) at += writeSync(to, chunk, at, filled - at);
    filled = 0;
  };
  for (const datagram of datagrams) {
    if (filled + 4 + datagram.length > CHUNK_BYTES) flush();
    chunk.writeUInt32LE(datagram.length, filled);
    chunk.set(datagram, filled + 4);
    filled += 4 + datagram.length;
  }
  flush();
  closeSync(to);
}
