import { hash } from 'node:crypto';
import { announceClosed, announceOrphan } from './announce.ts';
import { Ledger } from './commit.ts';
import { compileDefinitions } from '../check/definitions.ts';
import { compileRoutes } from '../alert/routes.ts';
import { Delivery } from '../notify/delivery.ts';
import { hostJudgement, serviceView } from './report.ts';
import { judgeHost } from './host-turn.ts';
import { judgeService } from './service-turn.ts';
import { Matcher } from '../check/matcher.ts';
import { PageNews } from './page-news.ts';
import { withLoss } from '../fleet/losses.ts';
import { newTurn, refreshPeriodMs } from './turn.ts';
import { NO_PULSE } from '../live/catalogue.ts';
import { WatchTable } from './watch-table.ts';
import { withoutLost } from '../alert/told.ts';
import type { AlertRoute, GroupConfig } from '../contract/config.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { Channel } from '../notify/channel.ts';
import type { HostTerms } from './host-turn.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';
import type { JudgeReport } from './report.ts';
import type { LossReading } from '../fleet/losses.ts';
import type { JudgeMemory, JudgeStore } from './store.ts';
import type { Lease } from '../alert/lease.ts';
import type { SavedService, ServiceKey, Settlement } from '../model/service-state.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { Turn } from './turn.ts';

export interface JudgeRules extends CheckRules {
  readonly routes: readonly AlertRoute[];
  /** Ways to the receivers, by name. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly groups: readonly Pick<GroupConfig, 'name' | 'hostTmaxMs' | 'hostDmaxMs'>[];
}

export interface JudgeOptions extends JudgeRules {
  readonly catalogue: Catalogue;
  readonly store: JudgeStore;
  readonly lease: Lease;
  /**
   * When the server started to listen, on the clock samples are stamped with; older arrivals were restored.
   */
  readonly startedMs: number;
  readonly clock: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

export type Accepted = { readonly ok: true } | { readonly ok: false; readonly faults: readonly string[] };

export interface Judge {
  /**
   * One turn; the caller's timer calls it about once a second. Starts deliveries, waits for none. `losses`:
   * what clusters lost since the last one.
   */
  turn(nowMs: number, losses?: readonly LossReading[]): JudgeReport;
  /**
   * Takes other rules as a difference: states survive, services no longer wanted close. A refusal changes
   * nothing.
   */
  reload(rules: JudgeRules): Accepted;
  /** Breaks off deliveries (they go on after a restart) and writes what is left. */
  stop(): Promise<void>;
}

/** Without a turn for this long, or with the clock set back, we were not listening: the grace begins anew. */
const STALL_MS = 15_000;
/** States kept that nothing claims within this time of the start belong to services that are gone. */
const ORPHANS_AFTER_MS = 5 * 60_000;
/** A host that expired is offered to its worker again, which may have been busy, or heard it just then. */
const OFFER_AGAIN_MS = 5 * 60_000;
const EXPIRED = 'the host was retired: expired, silent for longer than host_dmax';
const DEFAULT_TERMS: HostTerms = { hostTmaxMs: 20_000, hostDmaxMs: 24 * 3_600_000 };

interface Compiled {
  readonly matcher: Matcher;
  readonly routes: Turn['routes'];
  readonly terms: ReadonlyMap<string, HostTerms>;
}

/** Throws when the rules do not compile: they were validated with the configuration. */
export function createJudge(options: JudgeOptions): Judge {
  const compiled = compileRules(options);
  if (!compiled.ok) throw new Error(compiled.faults.join('\n'));
  return new RunningJudge(options, compiled.compiled);
}

function compileRules(
  rules: JudgeRules,
): { ok: true; compiled: Compiled } | { ok: false; faults: readonly string[] } {
  const definitions = compileDefinitions(rules.definitions);
  const routes = compileRoutes(rules.routes);
  if (!definitions.ok || !routes.ok) {
    return {
      ok: false,
      faults: [...(definitions.ok ? [] : definitions.faults), ...(routes.ok ? [] : routes.faults)],
    };
  }
  const terms = new Map(rules.groups.map((group) => [group.name, group]));
  return {
    ok: true,
    compiled: { matcher: new Matcher(definitions.definitions), routes: routes.routes, terms },
  };
}

class RunningJudge implements Judge {
  readonly #options: JudgeOptions;
  readonly #turn: Turn;
  readonly #table: WatchTable;
  readonly #ledger: Ledger;
  readonly #delivery: Delivery;
  readonly #news = new PageNews();
  #terms: ReadonlyMap<string, HostTerms>;
  #lastMs: number;
  #orphansTaken = false;
  readonly #rowsSkipped: number;

  constructor(options: JudgeOptions, compiled: Compiled) {
    const { catalogue, store, startedMs, clock, random, channels } = options;
    this.#options = options;
    const memory = store.load();
    this.#turn = newTurn({
      catalogue,
      startedMs,
      digest: (text) => hash('sha256', text, 'hex').slice(0, 32),
    });
    this.#turn.routes = compiled.routes;
    this.#turn.receivers = channels;
    this.#terms = compiled.terms;
    const services = reconciled(memory);
    this.#table = new WatchTable(catalogue, compiled.matcher, { hosts: memory.hosts, services });
    this.#rowsSkipped = memory.skipped;
    this.#ledger = new Ledger(store);
    this.#delivery = new Delivery({ channels, clock, random });
    this.#delivery.enqueue(memory.pending);
    this.#lastMs = startedMs;
  }

  turn(nowMs: number, losses: readonly LossReading[] = []): JudgeReport {
    const turn = this.#turn;
    this.#begin(nowMs);
    for (const reading of losses) {
      turn.losses.set(reading.cluster, withLoss(turn.losses.get(reading.cluster), reading));
      turn.lost.add(reading.cluster);
    }
    this.#absorbSettled(this.#delivery.takeSettled());
    const gone = this.#table.absorb(nowMs);
    for (const host of gone.removed) this.#removeHost(host, 'its group was removed from the configuration');
    for (const host of gone.expired) this.#removeHost(host, EXPIRED);
    for (const watch of gone.services) this.#drop(watch, 'its metric is gone: it was not heard for its dmax');
    turn.refreshMs = refreshPeriodMs(this.#table.services);
    for (const host of this.#table.hosts.values()) this.#judgeHost(host);
    if (nowMs - turn.startedMs > ORPHANS_AFTER_MS && !this.#orphansTaken) this.#closeOrphans();
    const storeFault = this.#ledger.commit(turn);
    this.#send();
    return this.#report(storeFault);
  }

  reload(rules: JudgeRules): Accepted {
    const compiled = compileRules(rules);
    if (!compiled.ok) return compiled;
    const { matcher, routes, terms } = compiled.compiled;
    this.#turn.routes = routes;
    this.#turn.receivers = rules.channels;
    this.#terms = terms;
    this.#delivery.replaceChannels(rules.channels);
    for (const watch of this.#table.rematch(matcher, this.#turn.nowMs)) {
      this.#drop(watch, 'it is no longer checked');
    }
    return { ok: true };
  }

  async stop(): Promise<void> {
    await this.#delivery.stop();
    this.#absorbSettled(this.#delivery.takeSettled());
    const { dirty, dirtyHosts } = this.#turn;
    do {
      const before = dirty.size + dirtyHosts.size;
      if (this.#ledger.commit(this.#turn) !== null || dirty.size + dirtyHosts.size === before) return;
      this.#turn.pages.length = 0;
    } while (dirty.size + dirtyHosts.size > 0);
  }

  #begin(nowMs: number): void {
    const turn = this.#turn;
    const passedMs = nowMs - this.#lastMs;
    if (passedMs > STALL_MS || passedMs < 0) turn.graceFromMs = nowMs;
    // Else no sample would count until the clock is where it was. What arrived just before this turn does.
    if (passedMs < 0) turn.startedMs += passedMs - STALL_MS;
    this.#lastMs = nowMs;
    turn.nowMs = nowMs;
    turn.mayPage = this.#options.lease.mayPage();
    turn.evaluations = 0;
    turn.lagMs = 0;
  }

  #judgeHost(host: HostWatch): void {
    const turn = this.#turn;
    const { nowMs, graceFromMs, catalogue } = turn;
    const terms = this.#terms.get(host.entry.cluster) ?? DEFAULT_TERMS;
    const pulse = catalogue.pulse(host.entry);
    // Its silence would be taken for its end.
    if (pulse === NO_PULSE) return;
    const change = judgeHost(host, { pulse, terms, graceFromMs }, nowMs);
    switch (change) {
      case 'none':
        if (Math.abs(host.limitMs - host.shownLimitMs) > host.shownLimitMs / 5) this.#showHost(host);
        break;
      case 'waiting':
        this.#showHost(host);
        break;
      case 'returned':
        this.#table.restart(host, nowMs);
        this.#showHost(host);
        turn.dirtyHosts.add(host);
        break;
      case 'retired':
        this.#close(host, this.#table.clear(host), EXPIRED);
        this.#showHost(host);
        turn.dirtyHosts.add(host);
        break;
      case 'up':
      case 'down':
        this.#showHost(host);
        turn.dirtyHosts.add(host);
    }
    if (host.state === 'RETIRED') this.#offer(host);
    for (const watch of host.services.values()) judgeService(watch, turn);
  }

  /** Its worker may forget it. */
  #offer(host: HostWatch): void {
    const { nowMs, expired } = this.#turn;
    if (Math.abs(nowMs - host.offeredMs) < OFFER_AGAIN_MS) return;
    host.offeredMs = nowMs;
    const { cluster, name, worker } = host.entry;
    expired.push({ worker, cluster, name, lastSeenMs: host.lastSeenMs });
  }

  #removeHost(host: HostWatch, reason: string): void {
    const { cluster, name } = host.entry;
    this.#close(host, [...host.services.values()], reason);
    this.#turn.removedHosts.push({ cluster, name });
    this.#turn.shownHosts.delete(host);
    this.#ledger.removeHost({ cluster, name });
  }

  #showHost(host: HostWatch): void {
    host.shownLimitMs = host.limitMs;
    this.#turn.shownHosts.add(host);
  }

  #close(host: HostWatch, services: readonly ServiceWatch[], reason: string): void {
    for (const watch of services) this.#drop(watch, reason);
    this.#turn.dirtyHosts.delete(host);
  }

  #drop(watch: ServiceWatch, reason: string): void {
    const { cluster, host, service } = watch;
    announceClosed(watch, this.#turn, reason);
    this.#turn.dirty.delete(watch);
    this.#turn.shown.delete(watch);
    this.#turn.removed.push({ cluster, host, service });
    this.#ledger.removeService(watch);
  }

  /**
   * Kept states of services that did not come back: whoever was told of a problem hears that it is over
   * with.
   */
  #closeOrphans(): void {
    this.#orphansTaken = true;
    const { services, hosts } = this.#table.takeOrphans();
    for (const orphan of services) {
      this.#ledger.removeService(orphan);
      announceOrphan(orphan, this.#turn, 'it is no longer checked');
    }
    for (const orphan of hosts) this.#ledger.removeHost(orphan);
  }

  /** Durable first, then sent. */
  #send(): void {
    const { pages } = this.#turn;
    if (pages.length > 0) {
      this.#delivery.enqueue(pages.map((page) => ({ page, attempts: 0, nextMs: 0 })));
      for (const page of pages) this.#news.queued(page);
      pages.length = 0;
    }
    this.#delivery.pump();
  }

  #absorbSettled(settlements: readonly Settlement[]): void {
    this.#ledger.settle(settlements);
    for (const settlement of settlements) {
      this.#news.settled(settlement);
      const watch = this.#table.settle(settlement, this.#turn.nowMs);
      if (watch) this.#turn.dirty.add(watch);
    }
  }

  #report(storeFault: string | null): JudgeReport {
    const turn = this.#turn;
    const services = Array.from(turn.shown, serviceView);
    const report: JudgeReport = {
      nowMs: turn.nowMs,
      services,
      removed: removedOf(turn.removed.splice(0), services),
      hosts: Array.from(turn.shownHosts, hostJudgement),
      removedHosts: turn.removedHosts.splice(0),
      expired: turn.expired.splice(0),
      losses: [...turn.losses.values()].filter(({ cluster }) => turn.lost.has(cluster)),
      evaluations: turn.evaluations,
      lagMs: turn.lagMs,
      ...this.#news.take(),
      pagesPending: this.#delivery.pending,
      servicesRefused: this.#table.refused,
      eventsDropped: turn.eventsDropped,
      rowsSkipped: this.#rowsSkipped,
      storeFault,
    };
    turn.shown.clear();
    turn.shownHosts.clear();
    turn.lost.clear();
    return report;
  }
}

/** Kept services, with pages the outbox no longer knows taken off their way. */
function reconciled(memory: JudgeMemory): readonly SavedService[] {
  const pending = new Set(memory.pending.map(({ page }) => page.key));
  return memory.services.map((one) => {
    const isLost = one.told.some(({ key }) => key !== null && !pending.has(key));
    return isLost ? { ...one, told: withoutLost(one.told, pending) } : one;
  });
}

/** Without those that went and came back in the same turn (a group that moved). */
function removedOf(removed: readonly ServiceKey[], shown: readonly ServiceKey[]): readonly ServiceKey[] {
  if (removed.length === 0 || shown.length === 0) return removed;
  const there = new Set(shown.map(({ cluster, host, service }) => `${cluster}\0${host}\0${service}`));
  return removed.filter(({ cluster, host, service }) => !there.has(`${cluster}\0${host}\0${service}`));
}
