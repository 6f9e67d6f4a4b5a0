import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { describeSeries, makeFleet } from './fleet.ts';
import { readRows } from './rrd-rows.ts';
import { Dice, ROUNDS, SEED } from './seed.ts';
import { Sender } from './sender.ts';
import { bookFaults, Site } from './server.ts';
import { Truth } from './truth.ts';
import { judgeRows, newVerdict } from './verdict.ts';
import type { Books } from '../e2e/server.ts';
import type { SiteOptions } from './server.ts';
import type { SentValue } from './truth.ts';
import type { Verdict } from './verdict.ts';

const EXAMPLES_MAX = 12;
const TICK_MS = 150;
const GMOND_STEP_S = 15;

export interface SceneOptions extends SiteOptions {
  /** Hosts of each protocol; metrics of each kind on each. */
  readonly hosts?: number;
  readonly metrics?: number;
  readonly tickMs?: number;
  readonly gmondEveryS?: number;
}

/** A server, agents that send to it, what they sent, and what went wrong so far. */
export class Scene implements AsyncDisposable {
  readonly name: string;
  readonly dice: Dice;
  readonly truth: Truth;
  readonly site: Site;
  readonly sender: Sender;
  /** Whatever is not as it should be, in words. */
  readonly faults: string[] = [];

  private constructor(name: string, site: Site, options: SceneOptions) {
    const { hosts = 3, metrics = 4, tickMs = TICK_MS, gmondEveryS = GMOND_STEP_S } = options;
    this.name = name;
    this.dice = new Dice(name);
    this.site = site;
    this.truth = new Truth(makeFleet({ hosts, metrics }));
    const { watch, ports } = site;
    this.sender = new Sender({ truth: this.truth, watch, ports, tickMs, gmondEveryS });
  }

  /** With the server ready and the agents sending; every series has been heard once. */
  static async open(name: string, options: SceneOptions = {}): Promise<Scene> {
    const scene = await Scene.prepare(name, options);
    await scene.begin();
    return scene;
  }

  /** With nothing started yet. */
  static async prepare(name: string, options: SceneOptions = {}): Promise<Scene> {
    return new Scene(name, await Site.open(options), options);
  }

  async begin(): Promise<void> {
    this.site.start();
    await this.site.ready();
    this.sender.start();
  }

  get rrdDir(): string {
    return join(this.site.dataDir, 'rrd');
  }

  /** Lets it run for so long. */
  run(ms: number): Promise<void> {
    return delay(ms);
  }

  /** The books of this moment, which must balance with nothing lost. */
  async checkBooks(when: string): Promise<void> {
    this.faults.push(...bookFaults(when, await this.site.books()));
  }

  /**
   * Ends the sending and the server, which has to bring everything to the store. Returns its closing books;
   * that they lose something is a fault unless it `mayLose`.
   */
  async drain({ mayLose = false } = {}): Promise<Books | undefined> {
    await this.site.listening();
    await this.run(500);
    this.sender.pause();
    await this.site.ready();
    await this.site.until('everything read', () => this.site.watch.waitingBytes === 0);
    if (!mayLose) await this.checkBooks('before the end');
    const { code, books } = await this.site.stop();
    if (code !== 0 || !books)
      this.faults.push(`the last run ended with ${code}, its books ${books && 'open'}`);
    else if (books.pending > 0) this.faults.push(`the last run left ${books.pending} values`);
    this.faults.push(
      ...bookFaults(
        'at the end',
        mayLose && books ? { ...books, received: books.received - books.lost, lost: 0 } : books,
      ),
    );
    return books;
  }

  /** Every value sent against every row of the RRD files. */
  async judgeRrd(): Promise<Verdict> {
    const verdict = newVerdict();
    const records = this.truth.records.filter(({ timesS }) => timesS.length > 0);
    const wanted = records.map(({ record, timesS }) => {
      return { record, fromS: timesS[0] ?? 0, toS: timesS.at(-1) ?? 0 };
    });
    const rows = await readRows(this.rrdDir, wanted);
    for (const [i, sent] of records.entries()) {
      const found = rows[i];
      if (found) for (const series of sent.record.series) judgeRows(sent, series, found, verdict);
    }
    return verdict;
  }

  /** Tells in one line how it went, and fails with all that shows why where it did not go well. */
  conclude(verdict: Verdict, told = ''): void {
    const { site, truth } = this;
    const unexcused = verdict.missing.filter((value) => !site.watch.excuses(sentMsOf(value)));
    const excused = verdict.missing.length - unexcused.length;
    const line =
      `${this.name}: seed ${SEED}, ${ROUNDS} rounds: ${truth.values} values sent, ${verdict.stored} stored, ` +
      `${excused} excused, ${unexcused.length} missing, ${verdict.wrong.length} wrong; ` +
      `starved for ${site.starvedMs} ms${told && `; ${told}`}`;
    process.stdout.write(`${line}\n`);
    const found = [
      ...site.faults(),
      ...this.faults,
      ...tellSome(
        'values are missing',
        unexcused.map((value) => this.#describeMissing(value)),
      ),
      ...tellSome(
        'values are wrong',
        verdict.wrong.map(({ text }) => text),
      ),
    ];
    if (truth.values === 0 || verdict.stored === 0) found.push('nothing was sent, or nothing stored');
    if (found.length === 0) return;
    const repeat = `repeat with MUSTER_CHAOS_SEED=${SEED} MUSTER_CHAOS_ROUNDS=${ROUNDS}`;
    expect.fail([line, repeat, ...found, site.testimony()].join('\n'));
  }

  #describeMissing(value: SentValue): string {
    const { sent, series, n } = value;
    const what = `${describeSeries(sent.record, series)} at ${sent.timesS[n]} (sample ${n})`;
    return `${what}, sent ${this.site.watch.place(sentMsOf(value))}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sender[Symbol.dispose]();
    await this.site[Symbol.asyncDispose]();
  }
}

function sentMsOf({ sent, n }: SentValue): number {
  return sent.sentMs[n] as number;
}

function tellSome(what: string, all: readonly string[]): string[] {
  if (all.length === 0) return [];
  return [`${all.length} ${what}:`, ...all.slice(0, EXAMPLES_MAX).map((text) => `  ${text}`)];
}
