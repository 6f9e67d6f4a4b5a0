import { SimulatedClock } from './clock.ts';
import { SimulatedCloud } from './cloud.ts';
import { chance, seedOf } from '../../src/demo/dice.ts';
import { SimulatedServer } from './server.ts';
import { SimulatedWorker } from './worker.ts';
import { Verdict } from './verdict.ts';
import type { DayResult } from './verdict.ts';

/** What happens to a fleet, at times that chance gives. */
export interface DayPlan {
  readonly seed: string;
  readonly instances: number;
  readonly clusters: number;
  readonly hours: number;
  /** Between two turns of the judge. */
  readonly stepMs: number;
  /** Half of them deregister, the others are only gone from the list. */
  readonly scaleIns: number;
  readonly deaths: number;
  readonly reboots: number;
  /** Hosts that nobody registered, heard for less than three minutes. */
  readonly passing: number;
  /** Instances ended without deregistering while the list cannot be read. */
  readonly unheardOf: number;
  /** How long the list cannot be read, in the middle of the day; deaths go on. */
  readonly listDownMs: number;
}

interface Instance {
  readonly cluster: string;
  readonly id: string;
  readonly host: string;
  readonly address: string;
  /** When its life began. */
  readonly bornMs: number;
  /** Where in its interval it sends. */
  readonly phaseMs: number;
  sends: boolean;
  /** Something is about to happen to it, or has. */
  isSpoken: boolean;
}

const START_MS = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const INTERVAL_MS = 10_000;
/** max(4 × host_tmax, 3 × interval, 2 × usual gap). */
export const LIMIT_MS = 80_000;
const LISTED_MS = 2 * MINUTE;
const CUT_MS = 5 * MINUTE;
/** Its list lags behind the cloud by as much. */
const LAG_MS = { least: 2000, most: 45_000 };

/**
 * A day in the life of a fleet: instances register and send, are scaled in and replaced, die, reboot; a part
 * of a cluster is cut off for five minutes, the judge begins anew, and the list cannot be read for a while.
 * The roster, the lists and the judge are the server's own; the same seed gives the same day.
 */
export class Day {
  readonly #plan: DayPlan;
  readonly #clock: SimulatedClock;
  readonly #cloud: SimulatedCloud;
  readonly #worker = new SimulatedWorker();
  readonly #server: SimulatedServer;
  readonly #verdict = new Verdict(LIMIT_MS);
  readonly #clusters: readonly string[];
  readonly #seed: number;
  #thrown = 0;
  #begun = 0;
  #up: Instance[] = [];
  /** Host names of instances that ended, to be given again. */
  readonly #freed = new Map<string, string[]>();
  readonly #cut = new Set<Instance>();

  /** `file`: of the roster. */
  constructor(plan: DayPlan, file: string) {
    this.#plan = plan;
    this.#seed = seedOf(plan.seed);
    this.#clock = new SimulatedClock(START_MS, () => this.#chance());
    this.#cloud = new SimulatedCloud(
      () => this.#clock.nowMs,
      () => this.#between(LAG_MS.least, LAG_MS.most),
    );
    this.#clusters = Array.from({ length: plan.clusters }, (_, i) => `web-${i}`);
    const [clock, worker, cloud, clusters] = [this.#clock, this.#worker, this.#cloud, this.#clusters];
    this.#server = new SimulatedServer({ clock, worker, cloud, clusters, file });
  }

  async live(): Promise<DayResult> {
    using server = this.#server;
    const { hours, stepMs } = this.#plan;
    this.#arrange();
    const endMs = START_MS + hours * 60 * MINUTE;
    let judged = 0;
    while (this.#clock.nowMs < endMs) {
      this.#clock.advance(this.#clock.nowMs + stepMs);
      this.#send();
      await server.turn();
      if (this.#isRestartDue()) await server.restart();
      for (; judged < server.pages.length; judged += 1) this.#verdict.take(server.pages[judged]);
    }
    const { turns, turnMs } = server;
    return { ...this.#verdict.result(), turns, turnMs: turnMs / turns, listReads: this.#cloud.reads };
  }

  #isRestartDue(): boolean {
    const sinceMs = this.#clock.nowMs - START_MS - (this.#plan.hours * 60 * MINUTE) / 4;
    return sinceMs >= 0 && sinceMs < this.#plan.stepMs;
  }

  /** All of the day, by the clock. */
  #arrange(): void {
    const { instances, hours, scaleIns, deaths, reboots, passing, unheardOf, listDownMs } = this.#plan;
    const dayMs = hours * 60 * MINUTE;
    for (let i = 0; i < instances; i += 1)
      this.#in(this.#between(0, MINUTE), () => this.#launch(this.#cluster(i)));
    const [fromMs, untilMs] = [20 * MINUTE, dayMs - 30 * MINUTE];
    const downMs = { from: dayMs / 2, to: dayMs / 2 + listDownMs };
    this.#in(downMs.from, () => (this.#cloud.isDown = true));
    this.#in(downMs.to, () => (this.#cloud.isDown = false));
    for (let i = 0; i < scaleIns; i += 1) {
      const atMs = this.#between(fromMs, untilMs);
      // Whoever ends shortly before the list fails has not left it yet.
      const isListed = atMs < downMs.from - 4 * MINUTE || atMs > downMs.to + MINUTE;
      this.#in(atMs, () => this.#scaleIn(i % 2 === 1 && isListed ? 'list' : 'word'));
    }
    for (let i = 0; i < deaths; i += 1) {
      // A quarter of them while the list cannot be read.
      const isInOutage = i % 4 === 0;
      const atMs = isInOutage ? this.#between(downMs.from, downMs.to) : this.#between(fromMs, untilMs);
      this.#in(atMs, () => this.#die());
    }
    for (let i = 0; i < reboots; i += 1) this.#in(this.#between(fromMs, untilMs), () => this.#reboot());
    for (let i = 0; i < passing; i += 1) this.#in(this.#between(fromMs, untilMs), () => this.#pass(i));
    for (let i = 0; i < unheardOf; i += 1) {
      this.#in(this.#between(downMs.from, downMs.to - 5 * MINUTE), () => this.#scaleIn('unheard-of'));
    }
    const cutMs = START_MS + dayMs * 0.8;
    this.#verdict.cut(this.#cluster(0), cutMs, cutMs + CUT_MS + LIMIT_MS);
    this.#in(dayMs * 0.8, () => this.#cutOff(CUT_MS));
  }

  #launch(cluster: string, given?: string): void {
    this.#begun += 1;
    const id = `i-${String(this.#begun).padStart(6, '0')}`;
    const host = given ?? `${cluster}-${this.#begun}`;
    const address = `10.${(this.#begun >> 16) & 255}.${(this.#begun >> 8) & 255}.${this.#begun & 255}`;
    const phaseMs = this.#between(0, INTERVAL_MS);
    const bornMs = this.#clock.nowMs;
    const instance = { cluster, id, host, address, bornMs, phaseMs, sends: false, isSpoken: false };
    this.#cloud.begins(instance);
    this.#in(this.#between(10_000, 40_000), () => {
      this.#register(instance);
      instance.sends = true;
      this.#up.push(instance);
    });
  }

  #scaleIn(how: 'word' | 'list' | 'unheard-of'): void {
    const instance = this.#victim();
    if (!instance) return;
    this.#end(instance);
    this.#cloud.ends(instance.id);
    this.#verdict.ended(instance, how);
    // The unit that deregisters ends about when the agent does: a packet may come after it.
    if (how === 'word') this.#in(this.#between(0, 3000), () => this.#deregister(instance, 'scale-in'));
    this.#replace(instance);
  }

  /** Whoever falls silent shortly before the judge begins anew has its time to be heard again. */
  #die(): void {
    const beforeMs = START_MS + (this.#plan.hours * 60 * MINUTE) / 4 - this.#clock.nowMs;
    if (beforeMs > 0 && beforeMs < LIMIT_MS) return this.#in(LIMIT_MS, () => this.#die());
    const instance = this.#victim();
    if (!instance) return;
    this.#end(instance);
    const lastSeenMs = this.#worker.heardMs(instance.cluster, instance.host);
    this.#verdict.died(instance, lastSeenMs);
    // Somebody looks at it, and ends it.
    this.#in(20 * MINUTE, () => {
      this.#cloud.ends(instance.id);
      this.#replace(instance);
    });
  }

  #reboot(): void {
    const instance = this.#victim();
    if (!instance) return;
    instance.sends = false;
    this.#deregister(instance, 'reboot');
    this.#in(this.#between(40_000, 180_000), () => {
      this.#register(instance);
      this.#in(this.#between(1000, 30_000), () => {
        instance.sends = true;
        instance.isSpoken = false;
      });
    });
  }

  /** Somebody tries an agent for a moment. */
  #pass(i: number): void {
    const instance = {
      cluster: this.#cluster(i),
      id: '',
      host: `laptop-${i}`,
      address: '192.0.2.7',
      bornMs: this.#clock.nowMs,
      phaseMs: 0,
      sends: true,
      isSpoken: true,
    };
    this.#up.push(instance);
    this.#in(this.#between(1000, 3 * MINUTE), () => this.#end(instance));
  }

  /** A network path fails: more than half of a cluster is not heard for a while. */
  #cutOff(forMs: number): void {
    const [cluster = ''] = this.#clusters;
    const hosts = this.#up.filter((one) => one.cluster === cluster);
    for (const one of hosts.slice(0, Math.ceil(hosts.length * 0.6))) this.#cut.add(one);
    this.#in(forMs, () => this.#cut.clear());
  }

  #end(instance: Instance): void {
    instance.sends = false;
    this.#up = this.#up.filter((one) => one !== instance);
  }

  /** Another one takes its place, every fifth time by the same name. */
  #replace({ cluster, host }: Instance): void {
    const freed = this.#freed.get(cluster) ?? [];
    this.#freed.set(cluster, freed);
    freed.push(host);
    const given = this.#chance() < 0.2 ? freed.shift() : undefined;
    this.#in(this.#between(2 * MINUTE, 5 * MINUTE), () => this.#launch(cluster, given));
  }

  #register({ cluster, host, id, address }: Instance): void {
    const wish = {
      cluster,
      host,
      instanceId: id,
      region: undefined,
      zone: undefined,
      tags: {},
      from: address,
    };
    void this.#server.roster.register(wish).then((outcome) => {
      if (!outcome.ok) throw new Error(`${host} was refused: ${outcome.refusal}`);
    });
  }

  #deregister({ cluster, id, address }: Instance, reason: string): void {
    void this.#server.roster.deregister({ cluster, host: undefined, instanceId: id, reason, from: address });
  }

  /** Everybody whose time came since the last step. */
  #send(): void {
    const { nowMs } = this.#clock;
    for (const one of this.#up) {
      if (!one.sends || this.#cut.has(one)) continue;
      const atMs = nowMs - ((nowMs - one.phaseMs) % INTERVAL_MS);
      if (nowMs - atMs < this.#plan.stepMs) this.#worker.hear(one.cluster, one.host, atMs, INTERVAL_MS);
    }
  }

  /** One that every list has had the time to show, of a cluster that is not cut off. */
  #victim(): Instance | undefined {
    for (let tries = 0; tries < 100; tries += 1) {
      const one = this.#up[Math.floor(this.#chance() * this.#up.length)];
      if (!one || one.isSpoken || !one.sends || this.#verdict.isCut(one.cluster, this.#clock.nowMs)) continue;
      if (this.#clock.nowMs - one.bornMs < LISTED_MS) continue;
      if (this.#worker.heardMs(one.cluster, one.host) === 0) continue;
      one.isSpoken = true;
      return one;
    }
    return undefined;
  }

  #cluster(i: number): string {
    return this.#clusters[i % this.#clusters.length] ?? '';
  }

  #in(ms: number, run: () => void): void {
    this.#clock.after(ms, run);
  }

  #chance(): number {
    this.#thrown += 1;
    return chance(this.#seed, this.#thrown);
  }

  #between(least: number, most: number): number {
    return Math.round(least + this.#chance() * (most - least));
  }
}
