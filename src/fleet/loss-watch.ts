import type { GroupSocket, Intake } from '../model/intake.ts';
import type { LossReading, LossReason } from './losses.ts';

/** A socket as the system knows it: another `inode` is another socket, whose drops begin at 0. */
interface Counted {
  readonly inode: number;
  /** Modulo 2³². */
  readonly drops: number;
}

interface Totals {
  readonly kernel: number;
  readonly ringFull: number;
  /** Lost ones included. */
  readonly came: number;
}

const NOTHING: Totals = { kernel: 0, ringFull: 0, came: 0 };

/**
 * Adds up what each cluster has lost, over all sockets and workers, and says at each look what was lost since
 * the one before. Its totals only grow: a socket that a reload closes and opens again begins at 0, the
 * cluster does not.
 */
export class LossWatch {
  readonly #nameOf: (socket: GroupSocket) => string;
  readonly #intakes = new Map<number, Intake>();
  /** The cluster of each of our sockets, by the system's name for it. */
  #clusters = new Map<string, string>();
  /** Our sockets as they were at the last look. */
  #seen = new Map<string, Counted>();
  readonly #kernel = new Map<string, number>();
  readonly #before = new Map<string, Totals>();
  /** Clusters that had lost something at the last look. */
  #losing = new Set<string>();
  #lookedMs: number;

  /** `nameOf`: how the system spells a socket. */
  constructor(nowMs: number, nameOf: (socket: GroupSocket) => string) {
    this.#lookedMs = nowMs;
    this.#nameOf = nameOf;
  }

  /** What a worker says of its way in. */
  hear(intake: Intake): void {
    this.#intakes.set(intake.worker, intake);
    const sockets = [...this.#intakes.values()].flatMap((one) => one.sockets);
    this.#clusters = new Map(sockets.map((socket) => [this.#nameOf(socket), socket.group]));
  }

  /** Names of the sockets that a look wants to know of. */
  get names(): ReadonlySet<string> {
    return new Set(this.#clusters.keys());
  }

  /** Datagrams the kernel has dropped, by cluster, since the start. */
  get kernelDrops(): ReadonlyMap<string, number> {
    return this.#kernel;
  }

  get kernelDropsInAll(): number {
    return [...this.#kernel.values()].reduce((sum, drops) => sum + drops, 0);
  }

  /**
   * Takes in how the sockets are now; what each cluster lost since the last look, if anything. The look after
   * a loss has a reading of 0 packets: only then have the workers told how many came beside those.
   */
  look(sockets: ReadonlyMap<string, Counted>, nowMs: number): LossReading[] {
    this.#count(sockets);
    const fromMs = this.#lookedMs;
    this.#lookedMs = nowMs;
    const wasLosing = this.#losing;
    this.#losing = new Set();
    const readings: LossReading[] = [];
    for (const [cluster, now] of this.#totals()) {
      const before = this.#before.get(cluster) ?? NOTHING;
      this.#before.set(cluster, now);
      const kernel = now.kernel - before.kernel;
      const ringFull = now.ringFull - before.ringFull;
      const isLoss = kernel + ringFull > 0;
      if (isLoss) this.#losing.add(cluster);
      else if (!wasLosing.has(cluster) || nowMs < fromMs) continue;
      const reasons: LossReason[] = [];
      if (kernel > 0) reasons.push('kernel');
      if (ringFull > 0) reasons.push('ring-full');
      const [cameBefore, cameNow] = [before.came, now.came];
      readings.push({
        cluster,
        fromMs,
        toMs: nowMs,
        packets: kernel + ringFull,
        reasons,
        cameBefore,
        cameNow,
      });
    }
    return readings;
  }

  /** Another program's socket on the same port has another name. */
  #count(sockets: ReadonlyMap<string, Counted>): void {
    const seen = new Map<string, Counted>();
    for (const [name, cluster] of this.#clusters) {
      const before = this.#seen.get(name);
      // The kernel lists them in portions: one may be passed over when others come or go meanwhile.
      const now = sockets.get(name) ?? before;
      if (!now) continue;
      const since = before?.inode === now.inode ? (now.drops - before.drops) >>> 0 : now.drops;
      this.#kernel.set(cluster, (this.#kernel.get(cluster) ?? 0) + since);
      seen.set(name, now);
    }
    this.#seen = seen;
  }

  #totals(): Map<string, Totals> {
    const totals = new Map<string, Totals>();
    for (const [cluster, kernel] of this.#kernel) totals.set(cluster, { kernel, ringFull: 0, came: kernel });
    for (const { groups } of this.#intakes.values()) {
      for (const { name, packets, ringFull } of groups) {
        const { kernel, ringFull: other, came } = totals.get(name) ?? NOTHING;
        totals.set(name, { kernel, ringFull: other + ringFull, came: came + packets });
      }
    }
    return totals;
  }
}
