import { join } from 'node:path';
import { DiagnosisDesk } from './diagnosis-desk.ts';
import { HostMover } from './host-mover.ts';
import { ReconcilerDesk } from './reconciler-desk.ts';
import { RosterBook } from './roster-book.ts';
import { rrdDirsOf } from './start.ts';
import type { AuditTrail } from '../http/audit.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { CatalogueKeeper } from './catalogue-keeper.ts';
import type { CatalogueRepository } from '../state/catalogue-repository.ts';
import type { Enrolment, HttpPorts } from '../http/ports.ts';
import type { IngestCrew } from './ingest-crew.ts';
import type { JudgeHandle } from './judge-handle.ts';
import type { Logger } from '../ops/log.ts';
import type { MusterConfig } from '../contract/config.ts';

export interface FleetParts {
  readonly config: () => MusterConfig;
  readonly catalogue: Catalogue;
  readonly repository: CatalogueRepository;
  readonly keeper: CatalogueKeeper;
  readonly crew: IngestCrew;
  readonly judge: JudgeHandle;
  readonly audit: AuditTrail;
  readonly log: Logger;
}

/** Instances, as the main thread has them: the roster, the lists it is held against, and what is amiss. */
export class FleetDesk implements Disposable {
  readonly roster: RosterBook;
  readonly reconcilers: ReconcilerDesk;
  readonly diagnosis: DiagnosisDesk;
  readonly #parts: FleetParts;
  readonly #mover: HostMover;

  /** Throws a DatabaseFault when fleet.db cannot be used. */
  constructor(parts: FleetParts) {
    this.#parts = parts;
    const { catalogue, crew, judge, audit, config, log } = parts;
    this.#mover = new HostMover({
      ...parts,
      store: config().store,
      rrdDirs: rrdDirsOf(config()),
      moves: parts.repository.moves,
      reasonOf: (cluster, host) => {
        const standing = this.roster.instance(cluster, host)?.standing;
        return standing?.kind === 'left' ? standing.reason : undefined;
      },
      nowMs: Date.now,
    });
    this.roster = new RosterBook({
      file: join(config().dataDir, 'fleet.db'),
      groups: () => config().groups,
      heardMs: (cluster, host) => {
        const entry = catalogue.host(cluster, host);
        return entry ? catalogue.pulse(entry).lastSeenMs : 0;
      },
      gapMs: (cluster, host) => {
        const entry = catalogue.host(cluster, host);
        return entry ? catalogue.pulse(entry).gapMs : 0;
      },
      histories: this.#mover,
      tell: (news) => {
        judge.roster(news);
        crew.roster(news);
        this.reconcilers.heard(news);
      },
      audit,
      nowMs: Date.now,
      log,
    });
    this.reconcilers = new ReconcilerDesk({
      roster: this.roster,
      told: (groups) => judge.lists(groups),
      nowMs: Date.now,
      log,
    });
    this.diagnosis = new DiagnosisDesk({
      ...parts,
      retired: parts.repository.retired,
      roster: this.roster,
      reconcilers: this.reconcilers,
      nowMs: Date.now,
    });
  }

  /** What the API asks of it. */
  get ports(): Pick<HttpPorts, 'registry' | 'enrolment' | 'reconcilers' | 'diagnosis'> {
    const { roster: registry, reconcilers, diagnosis } = this;
    return { registry, enrolment: this.#enrolment(), reconcilers, diagnosis };
  }

  #enrolment(): Enrolment {
    const { config, crew } = this.#parts;
    return {
      names: () => config().groups.map(({ name }) => name),
      group: (wanted) => {
        const { groups, boot } = config();
        const group = groups.find(({ name }) => name === wanted);
        const port = crew.boundOf(wanted)[0]?.port;
        if (!group || port === undefined) return undefined;
        return { name: wanted, accept: group.accept, port, ...boot };
      },
    };
  }

  /** Tells everybody who is there, and has histories where they belong, before any group listens. */
  async introduce(): Promise<void> {
    await this.#mover.start(() => this.roster.introduce());
  }

  /** Reads the lists from now on, as the configuration says; again after a reload. */
  use(): void {
    this.reconcilers.use(this.#parts.config());
  }

  /** Hosts of these clusters begin to be missed. */
  missed(clusters: readonly string[]): void {
    this.reconcilers.hasten(clusters);
  }

  /** What whoever runs the server should do something about. */
  notes(): string[] {
    return [...this.roster.notes(), ...this.reconcilers.notes()];
  }

  /** Nobody comes or leaves any more, and no history is on its way to another name. */
  async rest(): Promise<void> {
    this.reconcilers[Symbol.dispose]();
    this.roster.rest();
    await this.#mover.settled();
  }

  [Symbol.dispose](): void {
    this.reconcilers[Symbol.dispose]();
    this.roster[Symbol.dispose]();
  }
}
