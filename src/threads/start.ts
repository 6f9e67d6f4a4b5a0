import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { IngestCrew } from './ingest-crew.ts';
import { IngestHandle } from './ingest-handle.ts';
import { JournalOwners } from './journal-owners.ts';
import { JudgeHandle } from './judge-handle.ts';
import { QueryHandle } from './query-handle.ts';
import { RunnerHandle } from './runner-handle.ts';
import { linkSecret } from './link-secret.ts';
import { loadTypes } from './types-files.ts';
import type { AgentNotification } from '../model/event.ts';
import type { AnnouncementBatch } from '../live/announcement.ts';
import type { CatalogueRepository } from '../state/catalogue-repository.ts';
import type { JudgeRules, LogMessage } from './messages.ts';
import type { LossPeriod } from '../fleet/losses.ts';
import type { SetAside } from '../model/set-aside.ts';
import type { MusterConfig } from '../contract/config.ts';

interface StartThreads {
  readonly config: MusterConfig;
  readonly rules: JudgeRules;
  readonly startedMs: number;
  readonly repository: CatalogueRepository;
  readonly announced: (batch: AnnouncementBatch, restored: boolean) => void;
  readonly log: (message: LogMessage) => void;
  readonly notified: (notifications: readonly AgentNotification[]) => void;
  readonly losses: (periods: readonly LossPeriod[]) => void;
  /** Clusters of which hosts begin to be missed. */
  readonly missed: (clusters: readonly string[]) => void;
  /** A thread has met a damaged file. */
  readonly setAside: (aside: SetAside) => void;
  readonly failed: (error: Error) => void;
}

/** Every thread beside the main one, joined by the ports on which they talk to one another. */
export function startThreads(options: StartThreads): {
  crew: IngestCrew;
  judge: JudgeHandle;
  query: QueryHandle;
  runner: RunnerHandle;
} {
  const { config, log, failed, setAside, losses, missed } = options;
  const listener = { log, failed, setAside };
  const rrdDirs = rrdDirsOf(config);
  const owners = new JournalOwners(join(config.dataDir, 'journal'), config.ingestWorkers);
  const workers = startIngest(options, rrdDirs);
  const crew = new IngestCrew(
    workers.map((w) => w.handle),
    {
      restore: (clusters) => options.repository.load(clusters),
      moved: (clusters) => options.repository.moves.moved(clusters),
      owners,
    },
  );
  const results = new MessageChannel();
  const past = new MessageChannel();
  const judge = new JudgeHandle(
    {
      past: past.port1,
      runner: results.port1,
      dataDir: config.dataDir,
      publicUrl: config.http.publicUrl,
      startedMs: options.startedMs,
      ingest: workers.map((w) => w.judge),
      linkSecret: linkSecret(config.dataDir),
      rules: options.rules,
    },
    { ...listener, losses, missed },
  );
  const query = new QueryHandle(
    {
      store: config.store,
      rrdDirs,
      dataDir: config.dataDir,
      ingest: workers.map((w) => w.query),
      judge: past.port2,
    },
    listener,
  );
  const runner = new RunnerHandle({ judge: results.port2, plugins: config.plugins }, listener);
  return { crew, judge, query, runner };
}

/** The ingest workers, each with the other ends of its ports to judge and query worker. */
function startIngest(options: StartThreads, rrdDirs: ReadonlyMap<string, string>) {
  const { config, log } = options;
  const { store, cache, dataDir, ingestWorkers } = config;
  const types = loadTypes(config.typesDb, (message) =>
    log({ kind: 'log', level: 'warn', message, fields: {} }),
  );
  const series = { max: config.maxSeries, used: new SharedArrayBuffer(4) };
  const share = { ...cache, maxPoints: Math.ceil(cache.maxPoints / ingestWorkers) };
  const maxBytes = Math.ceil(cache.journalMaxBytes / ingestWorkers);
  return Array.from({ length: ingestWorkers }, (_, worker) => {
    const judge = new MessageChannel();
    const query = new MessageChannel();
    const directory = join(dataDir, 'journal', String(worker));
    const journal = store.type === 'memory' ? null : { directory, maxBytes, syncMs: cache.journalSyncMs };
    const ports = { judge: judge.port1, query: query.port1 };
    const setup = { worker, journal, store, cache: share, rrdDirs, dataDir, types, series, ...ports };
    return { handle: new IngestHandle(setup, options), judge: judge.port2, query: query.port2 };
  });
}

/** Adopted trees by cluster. */
export function rrdDirsOf({ groups }: MusterConfig): Map<string, string> {
  return new Map(groups.flatMap((g) => (g.rrdDir === null ? [] : [[g.name, g.rrdDir] as const])));
}
