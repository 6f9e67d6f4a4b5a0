import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freeTcpPort, Program, until } from '../e2e/server.ts';
import { describeSeries } from './fleet.ts';
import { newVerdict } from './verdict.ts';
import type { SentValue, Truth } from './truth.ts';
import type { Verdict } from './verdict.ts';

/** gmond's values are of the second in which they arrive, which may be a later one than they left in. */
const ARRIVAL_S_MAX = 2;

/** The `store:` section for it. */
export function storeAt(url: string): string {
  return `{ type: victoriametrics, victoriametrics: { url: "${url}" } }`;
}

/** Debian's VictoriaMetrics on a directory of its own; it can be stopped and started. */
export class Victoria implements AsyncDisposable {
  readonly url: string;
  readonly #port: number;
  readonly #dir: string;
  #program: Program | undefined;

  private constructor(dir: string, port: number) {
    this.#dir = dir;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(dir: string): Promise<Victoria> {
    mkdirSync(dir, { recursive: true });
    const victoria = new Victoria(join(dir, 'victoria'), await freeTcpPort());
    await victoria.start();
    return victoria;
  }

  async start(): Promise<void> {
    this.#program = new Program('/usr/bin/victoria-metrics', [
      `-httpListenAddr=127.0.0.1:${this.#port}`,
      `-storageDataPath=${this.#dir}`,
      '-retentionPeriod=10y',
      '-dedup.minScrapeInterval=1ms',
      '-loggerLevel=ERROR',
    ]);
    await until('VictoriaMetrics', async () => ((await fetch(`${this.url}/health`)).ok ? true : undefined));
  }

  /** In order: what it has acknowledged is on disk. */
  async stop(): Promise<void> {
    await this.#program?.end('SIGINT');
    this.#program = undefined;
  }

  /** Every value sent against every sample stored. `doubled`: how many samples were written more than once. */
  async judge(truth: Truth): Promise<{ verdict: Verdict; doubled: number }> {
    await fetch(`${this.url}/internal/force_flush`);
    const raw = await this.#export('&reduce_mem_usage=1');
    const once = await this.#export('');
    return { verdict: judgeSamples(truth, once), doubled: raw.length - once.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
  }

  /** With `reduce_mem_usage` samples come as they are stored, without it as queries see them. */
  async #export(more: string): Promise<Sample[]> {
    const query = `match[]=${encodeURIComponent('{__name__!=""}')}&start=0${more}`;
    const response = await fetch(`${this.url}/api/v1/export?${query}`);
    if (!response.ok) throw new Error(`export: ${response.status} ${await response.text()}`);
    const lines = (await response.text()).split('\n').filter((line) => line !== '');
    return lines.flatMap((line) => {
      const { metric, values, timestamps } = JSON.parse(line) as Exported;
      return values.map((value, i) => ({ metric, value, timeMs: timestamps[i] ?? 0 }));
    });
  }
}

interface Exported {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timeMs: number;
}

/** A raw value tells whose it is; so each sample is known, and each has to be there once, at its time. */
function judgeSamples(truth: Truth, samples: readonly Sample[]): Verdict {
  const verdict = newVerdict();
  const left = truth.byRawValue();
  const seen = new Map<number, SentValue>();
  for (const { metric, value, timeMs } of samples) {
    const known = left.get(value) ?? seen.get(value);
    if (!known) {
      throw new Error(
        `VictoriaMetrics has a value nobody sent: ${JSON.stringify({ metric, value, timeMs })}`,
      );
    }
    const { sent, series, n } = known;
    const what = `${describeSeries(sent.record, series)} sample ${n}`;
    const wrong = (how: string) => verdict.wrong.push({ record: sent.record, text: `${what} ${how}` });
    const [fromS, slackS] = [sent.timesS[n] ?? 0, sent.record.protocol === 'gmond' ? ARRIVAL_S_MAX : 0];
    const isTimely = timeMs >= fromS * 1000 && timeMs <= (fromS + slackS) * 1000;
    if (metric['host'] !== sent.record.host) wrong(`is stored under ${JSON.stringify(metric)}`);
    else if (seen.has(value)) wrong(`is stored twice, also at ${timeMs} ms`);
    else if (isTimely) verdict.stored += 1;
    else wrong(`of ${fromS} is stored at ${timeMs} ms`);
    left.delete(value);
    seen.set(value, known);
  }
  verdict.missing.push(...left.values());
  return verdict;
}
