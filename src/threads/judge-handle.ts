import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StartError } from '../ops/start-error.ts';
import { openForReading } from '../state/database.ts';
import { readLink } from '../access/page-link.ts';
import type { NotificationQuery } from '../model/notification-query.ts';
import { lastEvent, readEvents, readNotifications } from '../state/judge-history.ts';
import { JudgeQuestions } from './judge-questions.ts';
import { PageBook } from './page-book.ts';
import { Requests } from './requests.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { ServiceView } from '../contract/api.ts';
import type { NotificationView } from '../contract/alert-views.ts';
import type { EventQuery, EventsFound } from '../model/event.ts';
import type { SetAside } from '../model/set-aside.ts';
import type { StateChanges } from './event-book.ts';
import type { FromJudge, JudgeRules, JudgeSetup, LogMessage, ToJudge } from './messages.ts';
import type { Asked, Judged, JudgedHost } from '../http/ports.ts';
import type { ReceiverTested } from '../model/receiver-test.ts';
import type { JudgeReport } from '../judge/report.ts';
import type { ReadLink } from '../access/page-link.ts';
import type { ListedGroup, RosterNews } from '../model/instance.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { LossPeriod } from '../fleet/losses.ts';
import type { JudgeStats } from '../contract/stats.ts';

interface JudgeListener {
  /** Periods in which datagrams were lost that began or grew. */
  losses(periods: readonly LossPeriod[]): void;
  /** Clusters of which hosts begin to be missed. */
  missed(clusters: readonly string[]): void;
  log(message: LogMessage): void;
  /** judge.db was damaged. */
  setAside(aside: SetAside): void;
  failed(error: Error): void;
}

/** The main thread's end of the judge: its reports put together, its histories read from judge.db. */
export class JudgeHandle implements Judged, StateChanges {
  /** The first report has come: every service known before a restart is there. */
  reported = false;
  /** Datagrams the kernel has dropped since the start, by group. */
  kernelDrops: ReadonlyMap<string, number> = new Map();
  /** Rejects with a StartError when judge.db cannot be used. */
  readonly started: Promise<void>;
  readonly #started: PromiseWithResolvers<void>;
  readonly #linkSecret: Uint8Array;
  readonly #listener: JudgeListener;
  readonly #worker: Worker;
  readonly #done = new Requests<undefined>();
  readonly #ruled = new Requests<readonly string[]>();
  readonly #tested = new Requests<ReceiverTested>();
  readonly #book = new PageBook();
  readonly #questions = new JudgeQuestions((request, question) =>
    this.#say({ kind: 'ask', request, question }),
  );
  readonly #services = new Map<string, ServiceView>();
  readonly #hosts = new Map<string, JudgedHost>();
  readonly #file: string;
  #db: DatabaseSync | undefined;
  readonly #turnListeners = new Set<() => void>();
  #version = 0;
  #evaluations = 0;
  #lagS = 0;
  #turnS = 0;
  #stopping = false;
  #gone = false;

  constructor(setup: JudgeSetup, listener: JudgeListener) {
    this.#file = join(setup.dataDir, 'judge.db');
    this.#linkSecret = setup.linkSecret;
    const transferList = [...setup.ingest, setup.runner, setup.past];
    this.#worker = new Worker(new URL('./judge.ts', import.meta.url), { workerData: setup, transferList });
    this.#started = Promise.withResolvers<void>();
    // Nobody may be waiting yet when it fails.
    this.#started.promise.catch(() => undefined);
    this.started = this.#started.promise;
    this.#listener = listener;
    this.#worker.on('message', (message: FromJudge) => this.#hear(message));
    this.#worker.on('error', (error) =>
      listener.failed(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', (code) => {
      const fault = new Error(`the judge thread ended with code ${code}`);
      this.#done.fail(fault);
      this.#ruled.fail(fault);
      this.#tested.fail(fault);
      this.#questions.stop();
      this.#started.reject(fault);
      this.#gone = true;
      if (!this.#stopping) listener.failed(fault);
    });
  }

  version(): number {
    return this.#version;
  }

  services(): Iterable<ServiceView> {
    return this.#services.values();
  }

  service(key: ServiceKey): ServiceView | undefined {
    return this.#services.get(keyOf(key));
  }

  host(cluster: string, name: string): JudgedHost | undefined {
    return this.#hosts.get(`${cluster}\0${name}`);
  }

  /** Changes of state. */
  changes(query: EventQuery): EventsFound {
    const db = this.#reading();
    return db ? readEvents(db, query) : { events: [], leftOut: 0 };
  }

  /** Grows with every change of state that is kept. */
  lastChange(): number {
    const db = this.#reading();
    return db ? lastEvent(db) : 0;
  }

  notifications(query: NotificationQuery): Promise<readonly NotificationView[]> {
    const db = this.#reading();
    return Promise.resolve(db ? readNotifications(db, query) : []);
  }

  onTurn(run: () => void): Disposable {
    this.#turnListeners.add(run);
    return { [Symbol.dispose]: () => void this.#turnListeners.delete(run) };
  }

  stats(): JudgeStats {
    return {
      evaluations: this.#evaluations,
      lagS: this.#lagS,
      turnS: this.#turnS,
      ...this.#book.figures(),
    };
  }

  /** Between its turns; what it reports of the answer's consequences is heard before the answer. */
  readonly ask: JudgeQuestions['ask'] = (question) => this.#questions.ask(question);

  /** Sends a page to a receiver, and says what became of it. */
  async test(name: string): Promise<Asked<ReceiverTested>> {
    const { request, answer } = this.#tested.open();
    if (!this.#gone) this.#say({ kind: 'test-receiver', request, name });
    try {
      return { ok: true, answer: await answer };
    } catch {
      return { ok: false, fault: 'stopped' };
    }
  }

  /** What an operator should know of those who are told, and of the heartbeat, in words. */
  notes(nowMs = Date.now()): string[] {
    return this.#book.notes(nowMs);
  }

  readLink(token: string, nowMs: number): ReadLink {
    return readLink(token, this.#linkSecret, nowMs);
  }

  /** What of the new rules was not taken, in words. */
  async reload(rules: JudgeRules): Promise<readonly string[]> {
    const { request, answer } = this.#ruled.open();
    this.#say({ kind: 'rules', request, rules });
    return answer;
  }

  /** What changed of instances. */
  roster(news: readonly RosterNews[]): void {
    this.#say({ kind: 'roster', news });
  }

  /** How the groups' lists of instances stand. */
  lists(groups: readonly ListedGroup[]): void {
    this.#say({ kind: 'lists', groups });
  }

  /** Changes of state and notifications older than that, epoch ms, are forgotten. */
  prune({ eventsMs }: { readonly eventsMs: number }): void {
    this.#say({ kind: 'forget', beforeMs: eventsMs });
  }

  /** A cluster has left: its hosts are not known any more. */
  forget(cluster: string): void {
    for (const key of this.#hosts.keys()) if (key.startsWith(`${cluster}\0`)) this.#hosts.delete(key);
    this.#version += 1;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#questions.stop();
    this.#db?.close();
    if (this.#gone) return;
    const { request, answer } = this.#done.open();
    this.#say({ kind: 'stop', request });
    await answer;
  }

  #say(message: ToJudge): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromJudge): void {
    switch (message.kind) {
      case 'log':
        this.#listener.log(message);
        return;
      case 'set-aside':
        this.#listener.setAside(message);
        return;
      case 'started':
        this.#started.resolve();
        return;
      case 'refused':
        this.#gone = true;
        this.#stopping = true;
        this.#started.reject(new StartError(message.message, message.cure));
        return;
      case 'ruled':
        this.#ruled.settle(message.request, message.faults);
        return;
      case 'report':
        this.#absorb(message.report);
        if (message.turnMs !== undefined) this.#turned(message.report, message.turnMs);
        return;
      case 'answered':
        this.#questions.answered(message.request, message.answer);
        return;
      case 'tested':
        this.#tested.settle(message.request, message.tested);
        return;
      case 'heartbeat':
        this.#book.heartbeat = message.fault;
        return;
      case 'kernel-drops':
        this.kernelDrops = message.drops;
        return;
      case 'done':
        this.#done.settle(message.request, undefined);
        return;
    }
  }

  /** Our own reading connection; the judge makes the file. */
  #reading(): DatabaseSync | undefined {
    if (!this.#db && existsSync(this.#file)) this.#db = openForReading(this.#file);
    return this.#db;
  }

  #absorb(report: JudgeReport): void {
    this.#evaluations += report.evaluations;
    for (const service of report.services) this.#services.set(keyOf(service), service);
    for (const gone of report.removed) this.#services.delete(keyOf(gone));
    for (const { cluster, name } of report.removedHosts) this.#hosts.delete(`${cluster}\0${name}`);
    for (const { cluster, name, state, silenceLimitMs, retiredReason } of report.hosts) {
      this.#hosts.set(`${cluster}\0${name}`, { state, silenceLimitMs, retiredReason });
    }
    if (report.losses.length > 0) this.#listener.losses(report.losses);
    if (report.missed.length > 0) this.#listener.missed(report.missed);
    this.#tell(report);
    this.reported = true;
    this.#book.absorb(report);
    const { services, removed, hosts, removedHosts } = report;
    if (services.length + removed.length + hosts.length + removedHosts.length > 0) this.#version += 1;
  }

  #turned({ lagMs }: JudgeReport, turnMs: number): void {
    this.#lagS = lagMs / 1000;
    this.#turnS = turnMs / 1000;
    for (const run of this.#turnListeners) run();
  }

  /** What an operator should read of a report. */
  #tell(report: JudgeReport): void {
    const say = (level: LogMessage['level'], message: string, fields: LogMessage['fields']) =>
      this.#listener.log({ kind: 'log', level, message, fields });
    for (const { receiver, cluster, host, service, detail } of report.failures) {
      say('error', 'a page was given up', { receiver, cluster, host, service, detail });
    }
    for (const { receiver, isWell, detail } of report.receivers) {
      if (isWell) say('info', 'a receiver takes pages again', { receiver });
      else say('warn', 'a receiver does not take pages; they are tried again', { receiver, detail });
    }
    for (const { handler, cluster, host, service, ok, words } of report.handlerNews) {
      const fields = { handler, cluster, host, service, words };
      say(ok ? 'info' : 'warn', ok ? 'an event handler ran' : 'an event handler failed', fields);
    }
    if (report.rowsSkipped > 0 && !this.reported) {
      say('warn', 'damaged rows of judge.db were passed over: their states are forgotten', {
        rows: report.rowsSkipped,
      });
    }
  }
}

function keyOf(service: { cluster: string; host: string; service: string }): string {
  return `${service.cluster}\0${service.host}\0${service.service}`;
}
