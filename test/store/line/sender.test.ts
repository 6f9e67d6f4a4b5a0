import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createSender } from '../../../src/store/line/sender.ts';
import { FakeDatabase } from './fake-database.ts';
import type { ServerResponse } from 'node:http';
import type { VictoriaStoreConfig } from '../../../src/contract/config.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536, 'x');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

test.for<{ name: string; answer: (response: ServerResponse) => void; detail: RegExp }>([
  {
    name: 'words without an end',
    answer: (response) => endless(response.writeHead(500, JSON_TYPE)),
    detail: /its answer is longer than 65536 bytes/,
  },
  {
    name: 'a refusal without an end',
    answer: (response) => endless(response.writeHead(400, JSON_TYPE)),
    detail: /its answer is longer than 65536 bytes/,
  },
  {
    name: 'a packed answer, which is not unpacked',
    answer: (response) => {
      const packed = gzipSync(Buffer.alloc(50_000_000));
      response.writeHead(500, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(packed);
    },
    detail: /^500|longer than/,
  },
])('$name: the database is down, and no more than a bound is read', async ({ answer, detail }) => {
  await using database = await FakeDatabase.start();
  database.answer = answer;
  const config: VictoriaStoreConfig = {
    type: 'victoriametrics',
    url: database.url,
    readUrl: database.url,
    multivalue: 'split',
    integers: 'float',
  };
  using sender = createSender({ config, now: () => 0, withinMs: 10_000 });
  const beforeBytes = process.memoryUsage.rss();
  const said = await sender.send('a value=1 1\n', new AbortController().signal);
  expect(said).toMatchObject({ kind: 'down', detail: expect.stringMatching(detail) });
  expect(process.memoryUsage.rss() - beforeBytes).toBeLessThan(200_000_000);
});
