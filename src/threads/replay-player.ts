import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from './stores.ts';
import { play } from '../backtest/play.ts';
import { PlayPast } from '../backtest/play-past.ts';
import { readHistory } from '../query/history.ts';
import { readOf } from './remote-past.ts';
import { rrdDirsOf } from './start.ts';
import type { FromPlayer, PlayerSetup } from '../backtest/replay-setup.ts';
import type { MessagePort } from 'node:worker_threads';
import type { PastRequest } from '../judge/values/past.ts';
import type { Store } from '../store/store.ts';
import type { TailSource } from '../model/tail.ts';

/** The composition root of one set of definitions over the past: a judge, and the store if it looks back. */

const { config, set } = workerData as PlayerSetup;
const main = parentPort as MessagePort;
const say = (message: FromPlayer) => main.postMessage(message);

/** What waits in a server for the store is not known here. */
const NO_TAILS: TailSource = { tails: (records) => Promise.resolve(records.map(() => undefined)) };

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

await using store = openStore(config.store, {
  rrdDirs: rrdDirsOf(config),
  dataDir: config.dataDir,
  workers: 1,
  onCount: () => undefined,
});
const past = new PlayPast((request) => readPast(store, request));
const played = await play({ ...set, past, progress: (share) => say({ kind: 'progress', share }) });
say({ kind: 'done', played });
