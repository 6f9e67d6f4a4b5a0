import { join } from 'node:path';
import { DiagnosisDesk } from './diagnosis-desk.ts';
import { HostMover } from './host-mover.ts';
import { ReconcilerDesk } from './reconciler-desk.ts';
import { RosterBook } from './roster-book.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { CatalogueKeeper } from './catalogue-keeper.ts';
import type { CatalogueRepository } from '../state/catalogue-repository.ts';
import type { HttpPorts } from '../http/ports.ts';
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
  readonly log: Logger;
}

/** Instances, as the main thread has them: the roster, the lists it is held against, and what is amiss. */
export class FleetDesk implements Disposable {
  readonly roster: RosterBook;
  readonly reconcilers: ReconcilerDesk;
  readonly diagnosis: DiagnosisDesk;
  readonly #parts: FleetParts;

  /** Throws a DatabaseFault when fleet.db cannot be used. */
  constructor(parts: FleetParts) {
    this.#parts = parts;
    const { catalogue, crew, judge, config, log } = parts;
    this.roster = new RosterBook({
      file: join(config().dataDir, 'fleet.db'),
      groups: () => config().groups,
      heardMs: (cluster, host) => {
        const entry = catalogue.host(cluster, host);
        return entry ? catalogue.pulse(entry).lastSeenMs : 0;
      },
      histories: new HostMover(parts),
      tell: (news) => {
        judge.roster(news);
        crew.roster(news);
      },
      nowMs: Date.now,
      log,
    });
    this.reconcilers = new ReconcilerDesk({
      roster: this.roster,
      told: (groups) => judge.lists(groups),
      nowMs: Date.now,
      log,
    });
    this.diagnosis = new DiagnosisDesk({ ...parts, roster: this.roster, reconcilers: this.reconcilers });
  }

  /** What the API asks of it. */
  get ports(): Pick<HttpPorts, 'registry' | 'reconcilers' | 'diagnosis'> {
    return { registry: this.roster, reconcilers: this.reconcilers, diagnosis: this.diagnosis };
  }

  /** Tells everybody who is there, before any group listens. */
  introduce(): void {
    this.roster.introduce();
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

  [Symbol.dispose](): void {
    this.reconcilers[Symbol.dispose]();
    this.roster[Symbol.dispose]();
  }
}
