import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { existsSync } from 'node:fs';
import { compilePattern } from '../model/pattern.ts';
import { NOTHING_DECIDED } from '../backtest/decided.ts';
import { openForReading } from '../state/database.ts';
import { openStore } from './stores.ts';
import { PlayPast } from '../backtest/play-past.ts';
import { rangesOf } from '../backtest/stretches.ts';
import { readDecided, readPastHosts, readRecordedStates, readSentPages } from '../state/past-rows.ts';
import { readHistory } from '../query/history.ts';
import { readOf } from './remote-past.ts';
import { replay } from '../backtest/replay.ts';
import { rrdDirsOf } from './start.ts';
import type { FromReplay, ReplaySetup } from '../backtest/replay-setup.ts';
import type { MessagePort } from 'node:worker_threads';
import type { PastRequest } from '../judge/values/past.ts';
import type { Recorded } from '../backtest/recorded.ts';
import type { SentPage } from '../state/past-rows.ts';
import type { Store } from '../store/store.ts';
import type { TailSource } from '../model/tail.ts';

/** The composition root of a replay, in a process of its own beside a server: it reads and changes nothing. */

const setup = workerData as ReplaySetup;
const main = parentPort as MessagePort;
const say = (message: FromReplay) => main.postMessage(message);

/** Coprocesses that read RRD files. */
const STORE_WORKERS = 2;
/** What is known of the time before decides what the first pages are about. */
const WARM_UP_S = 3600;

/** What waits in a server for the store is not known here. */
const NO_TAILS: TailSource = { tails: (records) => Promise.resolve(records.map(() => undefined)) };

const noted = new Set<string>();

async function run(): Promise<void> {
  const { config, fromS, toS } = setup;
  const beginS = fromS - WARM_UP_S;
  await using store = openStore(config.store, {
    rrdDirs: rrdDirsOf(config),
    dataDir: config.dataDir,
    workers: STORE_WORKERS,
    onCount: (what, detail) => noted.add(`the store reports: ${what}: ${detail}`),
  });
  const { recorded, decided, sent } = judged(beginS);
  const result = await replay({
    sets: setup.sets,
    hosts: wantedHosts(beginS),
    recorded,
    decided,
    store,
    past: () => new PlayPast((request) => readPast(store, request)),
    ranges: rangesOf({ fromS: beginS, toS }, config.store, setup.nowS),
    fromS,
    signal: new AbortController().signal,
    progress: (what, share) => say({ kind: 'progress', what, share }),
  });
  const isWanted = wanted();
  say({
    kind: 'done',
    ...result,
    sent: sent.filter(({ cluster, host, createdMs }) => {
      return createdMs <= result.toS * 1000 && (host === '' || isWanted(cluster, host));
    }),
    eventsFromS: eventsFromS(recorded),
    notes: [...noted].slice(0, NOTES_MAX),
  });
}

const NOTES_MAX = 20;

function wanted(): (cluster: string, host: string) => boolean {
  const [cluster, host] = [setup.cluster, setup.host].map((source) => {
    const compiled = compilePattern(source);
    return compiled.ok ? compiled.pattern : null;
  });
  return (inCluster, name) => cluster?.matches(inCluster) === true && host?.matches(name) === true;
}

function wantedHosts(beginS: number) {
  const groups = new Set(setup.config.groups.map(({ name }) => name));
  const isWanted = wanted();
  using db = openForReading(join(setup.config.dataDir, 'catalogue.db'));
  return readPastHosts(db, {
    fromMs: beginS * 1000,
    isWanted: (cluster, host) => groups.has(cluster) && isWanted(cluster, host),
  });
}

interface Judged {
  readonly recorded: Recorded;
  readonly decided: ReturnType<typeof readDecided> | typeof NOTHING_DECIDED;
  readonly sent: readonly SentPage[];
}

/** What a judge of that time has kept; nothing, where there was none. */
function judged(beginS: number): Judged {
  const file = join(setup.config.dataDir, 'judge.db');
  if (!existsSync(file)) return { recorded: { before: [], during: [] }, decided: NOTHING_DECIDED, sent: [] };
  using db = openForReading(file);
  const [fromMs, toMs] = [beginS * 1000, setup.toS * 1000];
  return {
    recorded: readRecordedStates(db, fromMs, toMs),
    decided: readDecided(db),
    sent: readSentPages(db, setup.fromS * 1000, toMs),
  };
}

/** The oldest change of state that is known, epoch seconds; null: none is. */
function eventsFromS({ before, during }: Recorded): number | null {
  const first = before[0] ?? during[0];
  return first === undefined ? null : Math.floor(first.timeMs / 1000);
}

/** As the query worker answers the judge. */
async function readPast(store: Store, request: PastRequest) {
  const { signal } = new AbortController();
  const { times, columns } = await readHistory(readOf(request), { store, tails: NO_TAILS }, signal);
  const endsMs = times.map((timeS) => timeS * 1000);
  const [first, second] = endsMs;
  const rowMs = second === undefined || first === undefined ? request.toMs - request.fromMs : second - first;
  return {
    ok: true as const,
    timesMs: endsMs.map((endMs) => endMs - rowMs / 2),
    columns: columns.map(({ values }) => values),
  };
}

try {
  await run();
} catch (error) {
  say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
}
