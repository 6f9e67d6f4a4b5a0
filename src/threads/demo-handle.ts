import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { behaviourOf } from '../demo/behaviour.ts';
import { fleetOf, STAYING } from '../demo/fleet.ts';
import { withJobs } from '../demo/jobs.ts';
import { clusterNames, cloudFile, withDemo } from '../demo/overlay.ts';
import { createOncePer } from '../ops/log.ts';
import { StartError } from '../ops/start-error.ts';
import { DemoCloud } from './demo-cloud.ts';
import { firstStartS } from './demo-start.ts';
import { loadTypes } from './types-files.ts';
import type { DemoSetup, FromDemo, LogMessage, ToDemo } from './messages.ts';
import type { HostEntry } from '../live/entries.ts';
import type { CheckResult } from '../model/check-result.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { Mark } from '../model/event.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { Registry } from '../http/ports.ts';
import type { Role } from '../demo/fleet.ts';

/** What the demo asks of the server it plays for. */
export interface DemoStage {
  /** Where a group listens. */
  boundOf(group: string): readonly { readonly address: string; readonly port: number }[];
  hosts(): Iterable<HostEntry>;
  pulse(host: HostEntry): { readonly lastSeenMs: number };
  post(mark: Mark): unknown;
  report(results: readonly CheckResult[]): unknown;
  log(message: LogMessage): void;
}

const LOOK_MS = 1000;
const FAULT_LOG_MS = 60_000;

/** The main thread's end of the demo: its configuration, its thread, and that everybody is told of it. */
export class DemoHandle {
  readonly #clusters: ReadonlyMap<Role, string>;
  #worker: Worker | undefined;
  #ended: Promise<unknown> | undefined;
  #cloud: NodeJS.Timeout | undefined;
  #running = false;
  #stopping = false;
  #failed = false;

  /** Throws a StartError where the demo cannot be shown with that configuration. */
  constructor(config: MusterConfig) {
    if (config.auth.mode === 'users') {
      throw new StartError(
        '--demo has a data directory of its own, in which nobody is a user (auth.mode: users)',
        'show it with a configuration without `auth`, on a loopback address',
      );
    }
    this.#clusters = clusterNames(config.groups.map(({ name }) => name));
  }

  /** A configuration as it was read, at a start or a reload, with the fleet's groups and directory. */
  overlay(config: MusterConfig): MusterConfig {
    return withDemo(config, this.#clusters);
  }

  /** The checks as they were read, with those of the fleet's jobs. */
  checks(rules: CheckRules): CheckRules {
    return withJobs(rules, this.#clusters);
  }

  notes(): string[] {
    if (this.#failed) return ['demo: the simulated instances have stopped; the log says why'];
    return this.#running ? [] : [`demo: ${STAYING} simulated instances are starting`];
  }

  /** Who is there has registered, and stands in the list of its cloud, when it resolves. */
  async enrol(
    { dataDir }: MusterConfig,
    registry: Pick<Registry, 'register' | 'deregister' | 'instance'>,
    log: DemoStage['log'],
  ): Promise<void> {
    const startS = firstStartS(dataDir);
    const once = createOncePer(Date.now);
    const cloud = new DemoCloud({
      fleet: fleetOf(startS).map((instance) => behaviourOf(instance, startS)),
      clusters: this.#clusters,
      file: cloudFile(dataDir),
      registry,
      nowMs: Date.now,
      onFault: (fault) => {
        if (!once(fault, FAULT_LOG_MS)) return;
        log({ kind: 'log', level: 'warn', message: 'demo: its cloud fails', fields: { fault } });
      },
    });
    await cloud.look();
    this.#cloud = setInterval(() => void cloud.look(), LOOK_MS);
  }

  start(config: MusterConfig, stage: DemoStage): void {
    const workerData = this.#setup(config, stage);
    const tell = (level: 'info' | 'error', message: string, fields = {}) =>
      stage.log({ kind: 'log', level, message, fields });
    const where = workerData.groups.map((g) => `${g.cluster} on udp ${g.address}:${g.port}`).join(', ');
    tell('info', `demo: ${STAYING} simulated instances: ${where}`);
    tell(
      'info',
      `demo: all of it is kept in ${config.dataDir}, which may be deleted when Muster has stopped`,
    );
    const receivers = config.alerts.receivers.map(({ name }) => name);
    if (receivers.length > 0) tell('info', `demo: its alerts go to ${receivers.join(', ')} as real ones do`);
    this.#worker = new Worker(new URL('./demo.ts', import.meta.url), { workerData });
    this.#worker.on('message', (message: FromDemo) => this.#hear(message, stage));
    this.#worker.on('error', (error) => {
      this.#failed = true;
      tell('error', 'demo: ended', { fault: error instanceof Error ? error.message : String(error) });
    });
    this.#ended = once(this.#worker, 'exit').catch(() => undefined);
  }

  /** Nothing is sent any more when it resolves. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#cloud);
    this.#worker?.postMessage({ kind: 'stop' } satisfies ToDemo);
    await this.#ended;
  }

  #setup(config: MusterConfig, stage: DemoStage): DemoSetup {
    const { dataDir, store, cache, typesDb } = config;
    const clusters = new Set(this.#clusters.values());
    return {
      dataDir,
      startS: firstStartS(dataDir),
      store,
      types: loadTypes(typesDb, () => {}), // The ingest workers' reading has told of its faults.
      groups: [...this.#clusters].flatMap(([role, cluster]) =>
        stage
          .boundOf(cluster)
          .slice(0, 1)
          .map(({ address, port }) => ({ role, cluster, address, port })),
      ),
      lastSeenMs: new Map(
        [...stage.hosts()]
          .filter((host) => clusters.has(host.cluster))
          .map((host) => [`${host.cluster}\0${host.name}`, stage.pulse(host).lastSeenMs]),
      ),
      unwrittenMs: 2 * cache.maxAgeMs,
    };
  }

  #hear(message: FromDemo, stage: DemoStage): void {
    switch (message.kind) {
      case 'log':
        stage.log(message);
        return;
      case 'mark':
        if (!this.#stopping) stage.post(message.mark);
        return;
      case 'results':
        if (!this.#stopping) stage.report(message.results);
        return;
      case 'running':
        this.#running = true;
        return;
    }
  }
}
