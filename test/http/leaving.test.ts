import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { SERIES_PER_ANSWER_MAX } from '../../src/limits.ts';
import { QueryHandle } from '../../src/threads/query-handle.ts';
import { temporaryDirectory } from '../store/rrd/directory.ts';
import { stand } from './stand.ts';

/**
 * In place of rrdtool: writes down each command, answers none before there is a file `gate`, and knows no files
 * of records.
 */
const SLOW = String.raw`#!/bin/sh
cd "$(dirname "$0")"
while read -r line; do
  echo "$line" >> commands
  until [ -e gate ]; do sleep 0.01; done
  echo "ERROR: opening 'it': No such file or directory"
done
`;

const PATIENT = { timeout: 10_000 };

test('when the client leaves, what its read has not asked rrdtool yet is not asked', async () => {
  await using dir = await temporaryDirectory();
  const program = join(dir.path, 'rrdtool');
  await writeFile(program, SLOW);
  await chmod(program, 0o755);
  const commands = async () =>
    (await readFile(join(dir.path, 'commands'), 'utf8').catch(() => '')).split('\n').slice(0, -1);

  const { PATH } = process.env;
  process.env['PATH'] = `${dir.path}${delimiter}${PATH}`;
  const worker = new QueryHandle(
    {
      store: { type: 'rrd', dir: join(dir.path, 'rrd'), workers: 1, archives: [], summaryInfo: false },
      rrdDirs: new Map(),
      dataDir: dir.path,
      ingest: [],
      judge: new MessageChannel().port1,
    },
    { log: () => {}, failed: (error) => expect.fail(error.message) },
  );
  process.env['PATH'] = PATH;

  const signals: AbortSignal[] = [];
  await using server = stand({
    history: {
      read: (request, signal) => {
        signals.push(signal);
        return worker.read(request, signal);
      },
    },
  });
  for (let host = 0; host < SERIES_PER_ANSWER_MAX; host += 1) {
    server.fleet.record('web', `web-${host}`, 'load_one');
  }
  server.fleet.record('db', 'last', 'load_one');
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const leaving = new AbortController();
  const gone = fetch(`${address}/api/v1/series?cluster=web`, { signal: leaving.signal }).catch(() => 'gone');
  await expect.poll(commands, PATIENT).toHaveLength(1);
  leaving.abort();
  expect(await gone).toBe('gone');
  await expect.poll(() => signals[0]?.aborted).toBe(true);

  await writeFile(join(dir.path, 'gate'), '');
  const next = await fetch(`${address}/api/v1/series?cluster=db`);
  expect(next.status).toBe(200);
  const asked = await commands();
  // What rrdtool had been given before is a part or two of the read.
  expect(asked.length).toBeLessThan(SERIES_PER_ANSWER_MAX / 5);
  expect(asked.at(-1)).toContain('db/last');
  await worker.stop();
});
