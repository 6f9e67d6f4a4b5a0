import { hash } from 'node:crypto';
import { announceClosed, announceOrphans, tellDue } from './announce.ts';
import { Answers } from './answers/answers.ts';
import { alertsOf, compileRules, waysOf } from './rules.ts';
import { Delivery } from '../notify/delivery.ts';
import { Duty } from '../alert/duty.ts';
import { findSilences, isGroupOver } from './group-silence.ts';
import { hostJudgement, removedOf, serviceView } from './report.ts';
import { hear, judgeHost } from './host-turn.ts';
import { noteMissed } from './missed.ts';
import { OwnAffairs } from './own-affairs.ts';
import { reconciled } from './saved-states.ts';
import { offerExpired, recordHost, retiredWords } from './retirement.ts';
import { judgeService } from './service-turn.ts';
import { isOwed, Ledger } from './commit.ts';
import { newTurn, refreshPeriodMs, replaceGone } from './turn.ts';
import { NO_SOURCES } from './source-opener.ts';
import { Pace } from './answers/figures.ts';
import { Members } from './members.ts';
import { PageNews } from './page-news.ts';
import { QuietBook } from './quiet/quiet-book.ts';
import { PluginSchedule } from './results/plugin-schedule.ts';
import { takePlugin } from './results/take-plugin.ts';
import { DEFAULT_TERMS } from './watch.ts';
import { WatchTable } from './watch-table.ts';
import { withLoss } from '../fleet/losses.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { CompiledRules, JudgeRules } from './rules.ts';
import type { HostTerms, HostWatch, ServiceWatch } from './watch.ts';
import type { JudgeAnswers, JudgeQuestion } from './answers/questions.ts';
import type { Accepted, Answered, Errands } from './outcomes.ts';
import type { HandlerOutcome } from '../model/handler-run.ts';
import type { JudgeStore } from './store.ts';
import type { OnCall } from '../alert/destination.ts';
import type { Moment } from '../alert/absence.ts';
import type { JudgeReport } from './report.ts';
import type { Lease } from '../alert/lease.ts';
import type { LossReading } from '../fleet/losses.ts';
import type { CheckResult, PluginOutcome, ResultOutcome } from '../model/check-result.ts';
import type { Settlement } from '../model/service-state.ts';
import type { SourceOpener } from './source-opener.ts';
import type { Turn } from './turn.ts';

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
  /** Without it no definition may ask for a function, a sum, a ratio or an aggregate. */
  readonly sources?: SourceOpener;
  /** The clock that counts since the machine's start: without it nobody watches the server itself. */
  readonly machine?: () => Omit<Moment, 'atMs'>;
  /** After so long without a turn nobody was listening, STALL_MS unless told; looked at in every turn. */
  readonly stallMs?: number;
}

type QuestionOf<K> = Extract<JudgeQuestion, { readonly kind: K }>;

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
  /** Takes what became of plugins: kept, and to be told; null: it is about nothing that is there. */
  ran(outcomes: readonly PluginOutcome[], nowMs: number): JudgeReport | null;
  /** Whose turn it is, by what the configuration says and people have changed. */
  readonly onCall: OnCall;
  /** Takes what became of event handlers, to be told with the next `news` or turn. */
  handled(outcomes: readonly HandlerOutcome[]): void;
  /** What others are to do because of what was found since the last call. */
  takeErrands(): Errands;
  /**
   * Answers between its turns, at once. `report`: what the answer has changed, kept already and to be told
   * before it is given; null: nothing.
   */
  ask<K extends JudgeQuestion['kind']>(question: QuestionOf<K>, nowMs: number): Answered<JudgeAnswers[K]>;
  /** Which hosts are instances that registered, or that a list names. */
  readonly members: Members;
  /** Takes results that nobody waits for: kept at once, and told with the next `news` or turn. */
  take(results: readonly CheckResult[], nowMs: number): readonly ResultOutcome[];
  /** What is to be told of them; null: nothing. */
  news(): JudgeReport | null;
  /** Breaks off deliveries (they go on after a restart) and writes what is left. */
  stop(): Promise<void>;
}

/** Without a turn for this long, or with the clock set back, we were not listening: the grace begins anew. */
const STALL_MS = 15_000;
/** States kept that nothing claims within this time of the start belong to services that are gone. */
const ORPHANS_AFTER_MS = 5 * 60_000;

/** Throws when the rules do not compile: they were validated with the configuration. */
export function createJudge(options: JudgeOptions): Judge {
  const compiled = compileRules(options);
  if (!compiled.ok) throw new Error(compiled.faults.join('\n'));
  return new RunningJudge(options, compiled.compiled);
}

class RunningJudge implements Judge {
  readonly members = new Members();
  readonly #options: JudgeOptions;
  readonly #turn: Turn;
  readonly #table: WatchTable;
  readonly #ledger: Ledger;
  readonly #delivery: Delivery;
  readonly #own: OwnAffairs;
  readonly #news = new PageNews();
  readonly #plugins = new PluginSchedule();
  readonly #pace = new Pace();
  readonly #answers: Answers;
  #terms: ReadonlyMap<string, HostTerms>;
  #lastMs: number;
  #orphansTaken = false;
  readonly #rowsSkipped: number;

  constructor(options: JudgeOptions, compiled: CompiledRules) {
    const { catalogue, store, startedMs, clock, random, channels } = options;
    this.#options = options;
    const memory = store.load();
    const services = reconciled(memory);
    const sources = options.sources ?? NO_SOURCES;
    const { matcher } = compiled;
    sources.use(matcher);
    this.#table = new WatchTable(
      { catalogue, matcher, sources, members: this.members },
      { hosts: memory.hosts, services },
    );
    const duty = new Duty();
    this.#turn = newTurn({
      catalogue,
      table: this.#table,
      members: this.members,
      startedMs,
      duty,
      alerts: alertsOf(compiled, options, duty.onCall),
      withdraw: (key) => this.#delivery.withdraw(key),
      digest: (text) => hash('sha256', text, 'hex').slice(0, 32),
    });
    const book = (this.#turn.quiet = new QuietBook(memory, this.#table));
    this.#answers = new Answers(compiled, {
      book,
      lanes: () => this.#delivery.lanes(),
      table: this.#table,
      turn: this.#turn,
      plugins: this.#plugins,
      pace: this.#pace,
    });
    this.#turn.receivers = channels;
    this.#turn.periods = compiled.periods;
    this.#terms = compiled.terms;
    this.#rowsSkipped = memory.skipped;
    this.#ledger = new Ledger(store);
    this.#delivery = new Delivery({ ...waysOf(options), clock, random });
    const { alerts, machine } = options;
    duty.start(alerts, memory.overrides);
    this.#turn.desk.load(memory.incidents, startedMs);
    const { marks } = memory;
    this.#own = new OwnAffairs({ turn: this.#turn, table: this.#table, alerts, marks, machine });
    this.#lastMs = startedMs;
    this.#delivery.resume(memory.pending);
  }

  turn(nowMs: number, losses: readonly LossReading[] = []): JudgeReport {
    const turn = this.#turn;
    const begunMs = performance.now();
    this.#begin(nowMs);
    for (const reading of losses) {
      turn.losses.set(reading.cluster, withLoss(turn.losses.get(reading.cluster), reading));
      turn.lost.add(reading.cluster);
    }
    this.#absorbSettled(this.#delivery.takeSettled());
    this.#absorbAnnounced();
    turn.refreshMs = refreshPeriodMs(this.#table.services);
    this.#judgeGroups();
    for (const host of this.#table.hosts.values()) this.#judgeHost(host);
    // Their parents may have been looked at after them.
    for (const host of this.#table.hosts.values()) if (host.isInDoubt) this.#judgeHost(host);
    for (const watch of this.#table.absorbAggregates(turn)) this.#drop(watch, 'it has no members any more');
    for (const { services } of this.#table.together.values()) {
      for (const watch of services.values()) judgeService(watch, turn);
    }
    for (const { watch, outcome } of this.#plugins.takeFailed()) this.#took(watch, outcome);
    if (nowMs - turn.startedMs > ORPHANS_AFTER_MS && !this.#orphansTaken) this.#closeOrphans();
    turn.quiet.settle(turn);
    tellDue(turn);
    this.#own.look();
    const storeFault = this.#ledger.commit(turn);
    this.#send();
    const report = this.#report(storeFault);
    this.#pace.turned(performance.now() - begunMs, report);
    return report;
  }

  ask<K extends JudgeQuestion['kind']>(question: QuestionOf<K>, nowMs: number): Answered<JudgeAnswers[K]>;
  ask(question: JudgeQuestion, nowMs: number): Answered<JudgeAnswers[JudgeQuestion['kind']]> {
    this.#turn.nowMs = nowMs;
    const changed = new Set<ServiceWatch>();
    // A result may be about a host that was announced since the last turn.
    if (question.kind === 'results') this.#absorbAnnounced();
    const answer = this.#answers.to(question, changed);
    return { answer, report: this.#keepBetween(changed) };
  }

  ran(outcomes: readonly PluginOutcome[], nowMs: number): JudgeReport | null {
    this.#turn.nowMs = nowMs;
    const changed = new Set<ServiceWatch>();
    for (const outcome of outcomes) {
      const watch = this.#plugins.ended(outcome);
      // It may have left, and come back as another, meanwhile.
      if (!watch || watch !== this.#table.service(outcome)) continue;
      this.#took(watch, outcome);
      changed.add(watch);
    }
    return this.#keepBetween(changed);
  }

  take(results: readonly CheckResult[], nowMs: number): readonly ResultOutcome[] {
    this.#turn.nowMs = nowMs;
    const changed = new Set<ServiceWatch>();
    this.#absorbAnnounced();
    const outcomes = this.#answers.take(results, changed);
    tellDue(this.#turn);
    if (changed.size + this.#turn.pages.length > 0) this.#ledger.commitSome(this.#turn, changed);
    this.#send();
    return outcomes;
  }

  news(): JudgeReport | null {
    return this.#keepBetween(new Set());
  }

  get onCall(): OnCall {
    return this.#turn.duty.onCall;
  }

  handled(outcomes: readonly HandlerOutcome[]): void {
    this.#own.handled(outcomes);
  }

  takeErrands(): Errands {
    const [runs, handlers] = [this.#plugins.takeDue(), this.#turn.handlers.takeDue()];
    return { runs, handlers, performances: this.#turn.performances.splice(0) };
  }

  reload(rules: JudgeRules): Accepted {
    const compiled = compileRules(rules);
    if (!compiled.ok) return compiled;
    const turn = this.#turn;
    const { matcher, terms, periods } = compiled.compiled;
    this.#answers.rules = compiled.compiled;
    this.#options.sources?.use(matcher);
    turn.periods = periods;
    turn.receivers = rules.channels;
    this.#terms = terms;
    this.#delivery.use(waysOf(rules));
    turn.duty.use(rules.alerts);
    this.#own.use(rules.alerts);
    for (const watch of this.#table.rematch(matcher, turn.nowMs)) {
      this.#drop(watch, 'it is no longer checked');
    }
    turn.alerts = alertsOf(compiled.compiled, rules, turn.duty.onCall);
    turn.desk.use(turn.alerts, turn.nowMs, (key) => this.#table.service(key));
    for (const watches of [turn.dirty, turn.told, turn.shown]) replaceGone(watches, this.#table);
    return { ok: true };
  }

  async stop(): Promise<void> {
    await this.#delivery.stop();
    this.#absorbSettled(this.#delivery.takeSettled());
    const { dirty, dirtyHosts } = this.#turn;
    this.#own.stopped();
    do {
      const before = dirty.size + dirtyHosts.size;
      if (this.#ledger.commit(this.#turn) !== null || dirty.size + dirtyHosts.size === before) return;
      this.#turn.pages.length = 0;
    } while (dirty.size + dirtyHosts.size > 0);
  }

  /** What was found between turns is kept before anybody hears of it. */
  #keepBetween(changed: ReadonlySet<ServiceWatch>): JudgeReport | null {
    const turn = this.#turn;
    turn.quiet.settle(turn);
    tellDue(turn);
    if (turn.shown.size + turn.pages.length === 0 && !isOwed(turn.alerting)) return null;
    const storeFault = this.#ledger.commitSome(this.#turn, changed);
    this.#send();
    const report = this.#report(storeFault);
    this.#pace.evaluations += report.evaluations;
    return report;
  }

  #took(watch: ServiceWatch, outcome: PluginOutcome): void {
    takePlugin(watch, outcome, this.#turn);
    this.#plugins.settled(watch, this.#turn.nowMs);
  }

  #begin(nowMs: number): void {
    const turn = this.#turn;
    this.#answers.refresh();
    const passedMs = nowMs - this.#lastMs;
    if (passedMs > (this.#options.stallMs ?? STALL_MS) || passedMs < 0) turn.graceFromMs = nowMs;
    // Else no sample would count until the clock is where it was. What arrived just before this turn does.
    if (passedMs < 0) turn.startedMs += passedMs - STALL_MS;
    this.#lastMs = nowMs;
    turn.nowMs = nowMs;
    turn.mayPage = this.#options.lease.mayPage();
    turn.lagMs = 0;
    turn.pagesBegun = 0;
  }

  /** Takes in what was announced: hosts and services that came, and the end of those that went. */
  #absorbAnnounced(): void {
    const hosts = this.#table.hosts.size;
    const gone = this.#table.absorb(this.#turn.nowMs);
    for (const host of gone.removed) this.#removeHost(host, 'its group was removed from the configuration');
    for (const host of gone.expired) this.#removeHost(host, retiredWords(host));
    for (const watch of gone.services) this.#drop(watch, 'its metric is gone: it was not heard for its dmax');
    for (const watch of gone.unwanted) this.#drop(watch, 'it is no longer checked');
    if (this.#table.hosts.size !== hosts) this.#answers.refresh();
    for (const { cluster, host } of this.members.takeChanged()) {
      const known = this.#table.hostOf(cluster, host);
      if (known) known.member = this.members.find(cluster, host);
    }
  }

  /** Before the hosts: their pages wait for what is found here. */
  #judgeGroups(): void {
    const [turn, table] = [this.#turn, this.#table];
    for (const cluster of table.keptGroups()) table.group(cluster, turn.nowMs);
    const open = Array.from(table.groups(), ({ cluster }) => cluster);
    findSilences(table.hosts.values(), { open, hear: (host) => this.#hear(host) }, turn);
    for (const [cluster, { kind }] of turn.groups) if (kind === 'mass') table.group(cluster, turn.nowMs);
    for (const watch of table.groups()) {
      judgeService(watch, turn);
      if (isGroupOver(watch, turn)) this.#drop(table.endGroup(watch), 'its hosts are heard again');
    }
  }

  #hear(host: HostWatch): boolean {
    return hear(host, this.#terms.get(host.entry.cluster) ?? DEFAULT_TERMS, this.#turn);
  }

  #judgeHost(host: HostWatch): void {
    const turn = this.#turn;
    const { nowMs } = turn;
    if (!this.#hear(host)) return;
    const change = judgeHost(host, turn);
    switch (change) {
      case 'none':
        if (Math.abs(host.limitMs - host.shownLimitMs) > host.shownLimitMs / 5) this.#showHost(host);
        break;
      case 'waiting':
        this.#showHost(host);
        break;
      case 'in-doubt':
        for (const watch of host.services.values()) if (watch.isHost) watch.refreshAtMs = nowMs;
        break;
      case 'returned':
        this.#table.restart(host, nowMs);
        recordHost(host, turn);
        this.#showHost(host);
        turn.dirtyHosts.add(host);
        break;
      case 'retired':
        this.#close(host, this.#table.clear(host), retiredWords(host));
        recordHost(host, turn);
        this.#showHost(host);
        turn.dirtyHosts.add(host);
        break;
      case 'up':
      case 'down':
        this.#showHost(host);
        turn.dirtyHosts.add(host);
    }
    noteMissed(host, turn);
    if (host.state === 'RETIRED') offerExpired(host, turn);
    for (const watch of host.services.values()) {
      judgeService(watch, turn);
      if (watch.kind === 'command' || watch.nextCheckMs !== null) this.#plugins.look(watch, turn);
    }
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
    this.#turn.quiet.gone(watch);
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
      this.#turn.quiet.gone(orphan);
    }
    announceOrphans(services, this.#turn, 'it is no longer checked');
    this.#turn.desk.allHere();
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
      this.#own.settled(settlement);
      this.#turn.desk.absorb(settlement, this.#turn.nowMs);
      const { kept, watches } = this.#table.settle(settlement, this.#turn.nowMs);
      this.#ledger.keep(kept);
      for (const watch of watches) {
        this.#turn.dirty.add(watch);
        this.#turn.told.add(watch);
      }
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
      missed: [...turn.missed],
      expired: turn.expired.splice(0),
      losses: [...turn.losses.values()].filter(({ cluster }) => turn.lost.has(cluster)),
      evaluations: turn.evaluations,
      lagMs: turn.lagMs,
      ...this.#news.take(),
      ...this.#own.take(),
      pagesPending: this.#delivery.pending,
      lanes: this.#delivery.lanes(),
      servicesRefused: this.#table.refused,
      eventsDropped: turn.eventsDropped,
      rowsSkipped: this.#rowsSkipped,
      storeFault,
      ownFault: this.#own.fault,
    };
    turn.evaluations = 0;
    turn.shown.clear();
    turn.shownHosts.clear();
    turn.lost.clear();
    turn.missed.clear();
    return report;
  }
}
