import { join } from 'node:path';
import { DashboardWatch } from './config/dashboard-watch.ts';
import { formatConfigError } from './config/error.ts';
import { formatAddress } from './config/listeners.ts';
import { loadConfig } from './config/load.ts';
import { shownConfig } from './config/shown.ts';
import { createHttp } from './http/server.ts';
import { changeCertificate } from './http/tls.ts';
import { Catalogue } from './live/catalogue.ts';
import { RECEIVE_BUFFER_BYTES } from './limits.ts';
import { renderSelfMetrics } from './ops/metrics.ts';
import { processStats } from './ops/process-stats.ts';
import { StartError } from './ops/start-error.ts';
import { CatalogueRepository } from './state/catalogue-repository.ts';
import { CatalogueKeeper } from './threads/catalogue-keeper.ts';
import { certificateToServe, watchCertificate } from './threads/certificate.ts';
import { CheckDesk } from './threads/check-desk.ts';
import { checkStore } from './threads/check-store.ts';
import { takeDataDir } from './threads/data-dir.ts';
import { Entrance } from './threads/entrance.ts';
import { EventBook } from './threads/event-book.ts';
import { FleetDesk } from './threads/fleet-desk.ts';
import { SelfWatch } from './threads/self-watch.ts';
import { DemoHandle } from './threads/demo-handle.ts';
import { bufferNote, setAsideSegments, storeNotes } from './threads/store-notes.ts';
import { planReload, previewOf } from './threads/reload-plan.ts';
import { Retention } from './threads/retention.ts';
import { RetiredBook } from './threads/retired-book.ts';
import { SetAsides } from './threads/set-asides.ts';
import { closingBooks, serverStats } from './threads/server-stats.ts';
import { listenAt } from './threads/listen-at.ts';
import { startThreads } from './threads/start.ts';
import { StoreControl } from './threads/store-control.ts';
import { readVersion } from './ops/version.ts';
import type { CertificateWatch } from './http/certificate-watch.ts';
import type { Clock, Operations, ReloadOutcome } from './http/ports.ts';
import type { AnnouncementBatch } from './live/announcement.ts';
import type { IngestCrew } from './threads/ingest-crew.ts';
import type { JudgeHandle } from './threads/judge-handle.ts';
import type { QueryHandle } from './threads/query-handle.ts';
import type { RunnerHandle } from './threads/runner-handle.ts';
import type { DataDirLock } from './ops/lock.ts';
import type { JudgeRules, LogMessage } from './threads/messages.ts';
import type { Logger } from './ops/log.ts';
import type { MusterConfig } from './contract/config.ts';
import type { ServerStats } from './contract/stats.ts';
import type { CheckRules } from './contract/checks.ts';

const KEEP_NOTED_MS = 1000;
const KEEP_VALUES_MS = 30_000;

export interface App {
  /** Where the page and the API are, as a URL. */
  readonly address: string;
  /** As SIGHUP asks for it: that is how it is written down. */
  reload(config: MusterConfig, checks: CheckRules): Promise<ReloadOutcome>;
  /** Flushes everything, then resolves. */
  stop(): Promise<void>;
}

export interface AppOptions {
  readonly config: MusterConfig;
  readonly checks: CheckRules;
  readonly log: Logger;
  /** Beside what is configured, a simulated fleet, in a data directory of its own. */
  readonly demo?: boolean;
}

/**
 * Starts the server: threads, listeners, API. Throws a StartError when something the operator can mend is in
 * the way.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const { log } = options;
  const demo = options.demo ? new DemoHandle(options.config) : undefined;
  const config = demo?.overlay(options.config) ?? options.config;
  const checks = demo?.checks(options.checks) ?? options.checks;
  const lock = takeDataDir(config.dataDir);
  try {
    await checkStore(config, log);
    const app = new RunningApp({ ...options, config, checks }, lock, demo);
    await app.start();
    log.info(`data in ${config.dataDir}`);
    return app;
  } catch (error) {
    lock.release();
    throw error;
  }
}

const clock: Clock = {
  nowMs: Date.now,
  every(periodMs, run) {
    const timer = setInterval(run, periodMs);
    timer.unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

class RunningApp implements App {
  address = '';
  #config: MusterConfig;
  #checks: CheckRules;
  readonly #log: Logger;
  readonly #lock: DataDirLock & { ok: true };
  readonly #demo: DemoHandle | undefined;
  readonly #catalogue = new Catalogue();
  readonly #repository: CatalogueRepository;
  readonly #keeper: CatalogueKeeper;
  readonly #entrance: Entrance;
  readonly #events: EventBook;
  readonly #crew: IngestCrew;
  readonly #judge: JudgeHandle;
  readonly #query: QueryHandle;
  readonly #runner: RunnerHandle;
  readonly #desk: CheckDesk;
  readonly #http;
  readonly #dashboards: DashboardWatch;
  /** Undefined: plain http. */
  readonly #certificates: CertificateWatch | undefined;
  readonly #startedMs = Date.now();
  readonly #notes = new Set<string>();
  readonly #asides: SetAsides;
  readonly #retention: Retention;
  readonly #control: StoreControl;
  readonly #timers = new DisposableStack();
  readonly #selfWatch: SelfWatch;
  readonly #fleet: FleetDesk;
  #ready = false;
  #keepingFails = false;
  #reloading: Promise<unknown> = Promise.resolve();

  constructor({ config, checks, log }: AppOptions, lock: DataDirLock & { ok: true }, demo?: DemoHandle) {
    const certificate = certificateToServe(config.http.tls);
    this.#config = config;
    this.#checks = checks;
    this.#log = log;
    this.#lock = lock;
    this.#demo = demo;
    this.#asides = new SetAsides(log);
    const catalogueFile = join(config.dataDir, 'catalogue.db');
    this.#repository = this.#asides.opened(() => new CatalogueRepository(catalogueFile));
    const entry = { file: join(config.dataDir, 'access.db'), mode: config.auth.mode, log };
    this.#entrance = this.#asides.opened(() => new Entrance(entry), { signIn: entry.mode === 'users' });
    this.#retention = new Retention({ config: () => this.#config, catalogue: this.#catalogue, log });
    this.#retention.forgetHosts(this.#repository);
    this.#keeper = new CatalogueKeeper(this.#catalogue, this.#repository, (fault) =>
      this.#tellKeeping(fault),
    );
    const threads = startThreads({
      config,
      rules: this.#rules(),
      startedMs: this.#startedMs,
      repository: this.#repository,
      announced: (batch, restored) => this.#takeNames(batch, restored),
      log: (message) => this.#relay(message),
      setAside: (aside) => this.#asides.add(aside),
      notified: (notifications) => {
        this.#events.notified(notifications);
        void this.#desk.notified(notifications);
      },
      losses: (periods) => this.#events.losses.take(periods),
      missed: (clusters) => this.#fleet.missed(clusters),
      failed: (error) => this.#fail(error),
    });
    this.#crew = threads.crew;
    this.#judge = threads.judge;
    this.#query = threads.query;
    this.#runner = threads.runner;
    this.#desk = new CheckDesk({ judge: this.#judge, runner: () => this.#runner.figures, nowMs: Date.now });
    const boundOf = (group: string) => this.#crew.boundOf(group);
    this.#selfWatch = new SelfWatch({ boundOf, stats: () => this.#stats(), log });
    this.#fleet = this.#asides.opened(() => this.#openFleet());
    const { dataDir } = config;
    const { diagnosis, reconcilers } = this.#fleet;
    this.#control = new StoreControl({
      dataDir,
      crew: this.#crew,
      catalogue: this.#catalogue,
      diagnosis,
      reconcilers,
      alerting: this.#judge,
      audit: this.#entrance.audit,
      log,
    });
    const eventsFile = join(config.dataDir, 'events.db');
    const book = { file: eventsFile, changes: this.#judge, log };
    this.#events = this.#asides.opened(() => new EventBook(book));
    this.#dashboards = new DashboardWatch({ cwd: process.cwd(), clock, log });
    this.#http = this.#createHttp(certificate);
    this.#certificates = watchCertificate(config.http.tls, {
      first: certificate,
      use: (next) => changeCertificate(this.#http, next),
      clock,
      log,
    });
  }

  #openFleet(): FleetDesk {
    return new FleetDesk({
      config: () => this.#config,
      catalogue: this.#catalogue,
      repository: this.#repository,
      keeper: this.#keeper,
      crew: this.#crew,
      judge: this.#judge,
      audit: this.#entrance.audit,
      log: this.#log,
    });
  }

  #createHttp(certificate: ReturnType<typeof certificateToServe>) {
    const {
      gridName: grid,
      http: { listen, publicUrl, allowFraming, trustedProxies },
    } = this.#config;
    return createHttp({
      events: this.#events,
      losses: this.#events.losses,
      retired: new RetiredBook(this.#repository.retired, { keeper: this.#keeper, log: this.#log }),
      ...this.#fleet.ports,
      senders: this.#crew,
      writes: this.#crew,
      access: this.#entrance.door,
      audit: this.#entrance.audit,
      dashboards: this.#dashboards,
      catalogue: this.#catalogue,
      judged: this.#judge,
      checks: this.#desk,
      alerting: this.#judge,
      history: this.#query,
      operations: this.#operations(),
      clock,
      log: this.#log,
      identity: { version: readVersion(), grid, demo: this.#demo !== undefined },
      listenAddress: listen.address,
      publicUrl,
      alsoNamed: () => this.#config.boot.servers,
      pageDirectory: join(import.meta.dirname, '../web/dist'),
      tls: certificate,
      frameAncestors: allowFraming,
      trustedProxies,
    });
  }

  async start(): Promise<void> {
    try {
      await Promise.all([this.#judge.started, this.#runner.started]);
      await this.#fleet.introduce();
      const outcome = await this.#crew.apply(this.#config.groups);
      if (outcome.kind !== 'applied') {
        throw new StartError(outcome.faults.join('\n'), 'see `groups` in the configuration');
      }
      await this.#runner.open(this.#config);
      await this.#dashboards.use(this.#config.dashboards);
      this.address = await listenAt(this.#http, this.#config.http.listen);
      await this.#control.open();
    } catch (error) {
      await this.#end();
      throw error;
    }
    this.#tellBuffers();
    const forgetful = [this.#entrance, this.#events, this.#judge, this.#keeper, this.#fleet.roster];
    this.#timers.use(this.#retention.start(forgetful));
    for (const note of this.#entrance.notes()) this.#log.warn(note);
    this.#every(KEEP_NOTED_MS, () => this.#keeper.keepNoted());
    this.#every(KEEP_VALUES_MS, () => this.#keeper.keepValues());
    this.#selfWatch.use(this.#config.selfMonitor, true);
    await this.#demo?.enrol(this.#config, this.#fleet.roster, (line) => this.#relay(line));
    this.#fleet.use();
    this.#ready = true;
    for (const bound of this.#crew.bound)
      this.#log.info(`group ${bound.group} on ${bound.transport} ${formatAddress(bound)}`);
    this.#demo?.start(this.#config, {
      boundOf: (group) => this.#crew.boundOf(group),
      hosts: () => this.#catalogue.hosts(),
      pulse: (host) => this.#catalogue.pulse(host),
      post: (mark) => this.#events.post(mark),
      report: (results) => this.#desk.report(results),
      log: (message) => this.#relay(message),
    });
  }

  async reload(config: MusterConfig, checks: CheckRules): Promise<ReloadOutcome> {
    const outcome = await this.#reload(config, checks);
    const action = outcome.ok ? 'reload' : 'reload refused';
    const detail = (outcome.ok ? outcome.changes : outcome.errors).join('; ');
    this.#entrance.audit.note({ who: 'SIGHUP', from: '', action, subject: 'configuration', detail });
    return outcome;
  }

  /** One reload after another. */
  #reload(config: MusterConfig, checks: CheckRules): Promise<ReloadOutcome> {
    const outcome = this.#reloading.then(() => this.#apply(config, checks));
    this.#reloading = outcome.catch(() => undefined);
    return outcome;
  }

  async stop(): Promise<void> {
    this.#ready = false;
    await this.#reloading;
    this.#log.info(await this.#end(), 'books closed');
  }

  async #apply(read: MusterConfig, rules: CheckRules): Promise<ReloadOutcome> {
    const { config, checks, plan } = await this.#plan(read, rules);
    const { difference, refusals, definitions } = plan;
    if (refusals.length > 0) return { ok: false, errors: refusals };
    const outcome = await this.#crew.apply(config.groups);
    if (outcome.kind === 'refused') return { ok: false, errors: [...outcome.faults] };
    this.#config = config;
    this.#checks = checks;
    this.#certificates?.check();
    const faults = [
      ...(outcome.kind === 'lacking' ? outcome.faults : []),
      ...(await this.#judge.reload(this.#rules())),
      ...(await this.#runner.use(config)),
    ];
    for (const fault of faults) this.#log.error(`reloaded, but ${fault}`);
    this.#selfWatch.use(config.selfMonitor, difference.settingsChanged.includes('self_monitor'));
    this.#fleet.use();
    const dashboards = await this.#dashboards.use(config.dashboards);
    return { ok: true, changes: [...plan.changes, ...dashboards, ...faults], definitions };
  }

  async #plan(read: MusterConfig, rules: CheckRules) {
    const config = this.#demo?.overlay(read) ?? read;
    const checks = this.#demo?.checks(rules) ?? rules;
    const old = { config: this.#config, checks: this.#checks };
    const standstill = () => this.#control.standstill();
    const plan = await planReload({ old, next: { config, checks }, judge: this.#judge, standstill });
    return { config, checks, plan };
  }

  /**
   * Stops everything in the order in which values travel, whatever fails on the way, and returns the closing
   * books.
   */
  async #end(): Promise<Record<string, number>> {
    this.#selfWatch[Symbol.dispose]();
    this.#timers.dispose();
    await this.#attempt('stopping the demo', async () => this.#demo?.stop());
    await this.#attempt('stopping the runner', () => this.#runner.stop());
    await this.#attempt('letting the store go', () => this.#control.close());
    this.#certificates?.[Symbol.dispose]();
    this.#dashboards[Symbol.dispose]();
    await this.#attempt('closing the page', () => this.#http.close());
    await this.#attempt('moving histories', () => this.#fleet.rest());
    const stats = (await this.#attempt('flushing', () => this.#crew.stop())) ?? this.#crew.stats;
    await this.#attempt('stopping the judge', () => this.#judge.stop());
    await this.#attempt('stopping the query thread', () => this.#query.stop());
    await this.#retention.stop();
    await this.#keeper.keepNoted();
    await this.#keeper.keepValues();
    this.#repository[Symbol.dispose]();
    this.#fleet[Symbol.dispose]();
    this.#entrance[Symbol.dispose]();
    this.#events[Symbol.dispose]();
    this.#lock.release();
    return closingBooks(stats);
  }

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#log.error({ fault: error instanceof Error ? error.message : String(error) }, `${what} failed`);
      return undefined;
    }
  }

  /** Told when catalogue.db cannot be written, and when it can again. */
  #tellKeeping(fault: string | undefined): void {
    if ((fault !== undefined) === this.#keepingFails) return;
    this.#keepingFails = fault !== undefined;
    const note = 'catalogue.db cannot be written: a restart would forget what is new';
    if (fault === undefined) {
      this.#notes.delete(note);
      this.#log.info('catalogue.db can be written again');
    } else {
      this.#notes.add(note);
      this.#log.error({ fault }, note);
    }
  }

  #takeNames(batch: AnnouncementBatch, restored: boolean): void {
    this.#catalogue.apply(batch);
    for (const said of batch.announcements) {
      if (said.kind === 'cluster-gone') this.#judge.forget(said.cluster);
    }
    if (!restored) this.#keeper.note(batch);
  }

  #rules(): JudgeRules {
    const { alerts, groups, boot } = this.#config;
    return { checks: this.#checks, alerts, groups, boot };
  }

  #operations(): Operations {
    return {
      stats: () => this.#stats(),
      readiness: (names) => ({
        unready: this.#unready(),
        notes: [...storeNotes(this.#crew.stats), ...this.#retention.notes(), ...this.#judge.notes()],
        setAside: [...this.#asides.lines(names), ...setAsideSegments(this.#crew.journal)],
      }),
      config: () => shownConfig(this.#config),
      reload: ({ preview }) => this.#reloadFromFile(preview),
      flush: (wish) => this.#control.flush(wish),
      renderMetrics: renderSelfMetrics,
    };
  }

  #stats(): ServerStats {
    const ingest = this.#crew.stats;
    return serverStats({
      ingest,
      bound: this.#crew.bound,
      groups: this.#config.groups.map((g) => g.name),
      kernelDrops: this.#judge.kernelDrops,
      store: this.#config.store.type,
      fleet: this.#fleet.roster.figures(),
      lists: this.#fleet.reconcilers.figures(),
      judge: this.#judge.stats(),
      runner: this.#desk.runner,
      process: processStats(this.#startedMs),
      gcPauses: this.#crew.gcPauses,
      disk: { ...this.#retention.stats, filesSetAside: this.#asides.count },
      notes: [
        ...storeNotes(ingest),
        ...this.#judge.notes(),
        ...this.#control.notes(),
        ...this.#events.losses.notes(this.#crew.smallestBufferBytes),
        ...this.#asides.notes(),
        ...this.#retention.notes(),
        ...this.#fleet.notes(),
        ...(this.#demo?.notes() ?? []),
        ...this.#notes,
        ...this.#entrance.notes(),
        ...(this.#certificates?.notes() ?? []),
        ...this.#dashboards.notes(),
      ],
    });
  }

  #unready(): string[] {
    if (!this.#ready) return ['the listeners are not bound, or the server is stopping'];
    const { stats, journal } = this.#crew;
    if (stats.length < this.#config.ingestWorkers) return ['the ingest workers are starting'];
    if (journal.replaying) return [`the journal is replayed, ${journal.backlogValues} values are left`];
    return this.#judge.reported ? [] : ['the judge has not made its first turn'];
  }

  async #reloadFromFile(preview: boolean): Promise<ReloadOutcome> {
    const loaded = loadConfig({ file: this.#config.file, env: process.env, cwd: process.cwd() });
    if (!loaded.ok) {
      const refused: ReloadOutcome = { ok: false, errors: loaded.errors.map(formatConfigError) };
      return preview ? refused : this.#tellReload(refused);
    }
    if (!preview) return this.#tellReload(await this.#reload(loaded.config, loaded.checks));
    await this.#reloading;
    return previewOf((await this.#plan(loaded.config, loaded.checks)).plan);
  }

  #tellReload(outcome: ReloadOutcome): ReloadOutcome {
    if (outcome.ok) this.#log.info({ changes: outcome.changes }, 'reloaded by the API');
    else
      this.#log.error({ errors: outcome.errors }, 'reload by the API refused: the server goes on as it was');
    return outcome;
  }

  /** Says once what mends a receive buffer that the kernel made smaller than asked. */
  #tellBuffers(): void {
    const small = this.#crew.bound.find((b) => b.receiveBufferBytes < RECEIVE_BUFFER_BYTES);
    if (!small) return;
    const note = bufferNote(small.receiveBufferBytes);
    this.#notes.add(note);
    this.#log.warn(note);
  }

  #every(periodMs: number, work: () => Promise<void>): void {
    const timer = setInterval(() => {
      work().catch((error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    }, periodMs);
    this.#timers.defer(() => clearInterval(timer));
  }

  #relay({ level, message, fields }: LogMessage): void {
    this.#log[level](fields, message);
  }

  /**
   * A thread or a database is gone: nothing to go on with. The one handler for such errors ends the process.
   */
  #fail(error: Error): void {
    setImmediate(() => {
      throw error;
    });
  }
}
