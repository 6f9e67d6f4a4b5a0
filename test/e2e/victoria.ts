import { freeTcpPort, Program, until } from './server.ts';

/** Debian's victoria-metrics on a free port, its data below `dir`. */
export class Victoria implements AsyncDisposable {
  readonly url: string;
  readonly #program: Program;

  private constructor(program: Program, url: string) {
    this.#program = program;
    this.url = url;
  }

  /** `flags`: further ones, such as `-dedup.minScrapeInterval=1ms`; `given`: a port. */
  static async start(dir: string, flags: readonly string[] = [], given?: number): Promise<Victoria> {
    const port = given ?? (await freeTcpPort());
    const url = `http://127.0.0.1:${port}`;
    const own = [`-storageDataPath=${dir}/victoria`, `-httpListenAddr=127.0.0.1:${port}`];
    const program = new Program('/usr/bin/victoria-metrics', [...own, '-retentionPeriod=100y', ...flags]);
    const victoria = new Victoria(program, url);
    await until('victoria-metrics is ready', async () =>
      (await fetch(`${url}/health`)).ok ? true : undefined,
    );
    return victoria;
  }

  get pid(): number {
    return this.#program.child.pid ?? 0;
  }

  /** Every sample the database holds of the series that match. Times in seconds. */
  async samples(match = '{__name__!=""}'): Promise<readonly VictoriaSeries[]> {
    await fetch(`${this.url}/internal/force_flush`);
    const query = new URLSearchParams({ 'match[]': match, start: '0' });
    const text = await (await fetch(`${this.url}/api/v1/export?${query.toString()}`)).text();
    const rows = text.split('\n').filter((line) => line !== '');
    return rows.map((line) => {
      const { metric, timestamps, values } = JSON.parse(line) as Exported;
      const { __name__: name = '', ...labels } = metric;
      return {
        name,
        labels,
        samples: timestamps.map((ms, i) => [ms / 1000, values[i] ?? Number.NaN] as const),
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}

export interface VictoriaSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly samples: readonly (readonly [timeS: number, value: number])[];
}

interface Exported {
  readonly metric: Record<string, string>;
  readonly timestamps: number[];
  readonly values: number[];
}
