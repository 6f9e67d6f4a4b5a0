import { writeFileSync } from 'node:fs';
import { freeTcpPort, Program, until } from './server.ts';
import type { Sender } from '../../src/store/line/sender.ts';

/**
 * Debian's influxd 1.6 on a free port, its data below `dir`. It has no v2 write, so lines go to `/write`; it
 * takes no unsigned integers.
 */
export class Influx implements AsyncDisposable {
  readonly url: string;
  readonly #program: Program;

  private constructor(program: Program, url: string) {
    this.#program = program;
    this.url = url;
  }

  static async start(dir: string): Promise<Influx> {
    const port = await freeTcpPort();
    const file = `${dir}/influxdb.conf`;
    writeFileSync(file, configuration(dir, { port, controlPort: await freeTcpPort() }));
    const program = new Program('/usr/bin/influxd', ['run', '-config', file]);
    const influx = new Influx(program, `http://127.0.0.1:${port}`);
    await until('influxd is ready', async () =>
      (await fetch(`${influx.url}/ping`)).status === 204 ? true : undefined,
    );
    return influx;
  }

  /** Of InfluxQL, without an answer: `CREATE DATABASE d`. */
  async tell(statement: string): Promise<void> {
    const body = new URLSearchParams({ q: statement });
    const response = await fetch(`${this.url}/query`, { method: 'POST', body });
    const text = await response.text();
    if (!response.ok || text.includes('"error"')) throw new Error(`${statement}: ${text}`);
  }

  /** What the writer sends through, into a database of this one. */
  sender(database: string): Sender {
    const url = `${this.url}/write?${new URLSearchParams({ db: database, precision: 's' }).toString()}`;
    return {
      async send(lines, signal) {
        const body = lines.replaceAll(/(=\d+)u(?=[ ,])/g, '$1i');
        const response = await fetch(url, { method: 'POST', body, signal });
        const detail = await response.text();
        if (response.status === 204) return { kind: 'ok' };
        return { kind: 'bad', detail, dropped: 0, aboutLines: true };
      },
      [Symbol.dispose]: () => {},
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}

function configuration(dir: string, ports: { port: number; controlPort: number }): string {
  return [
    'reporting-enabled = false',
    `bind-address = "127.0.0.1:${ports.controlPort}"`,
    `[meta]\n  dir = "${dir}/meta"`,
    `[data]\n  dir = "${dir}/data"\n  wal-dir = "${dir}/wal"`,
    `[http]\n  bind-address = "127.0.0.1:${ports.port}"\n  log-enabled = false`,
    '[monitor]\n  store-enabled = false',
    '',
  ].join('\n');
}
