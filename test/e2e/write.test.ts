import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeInflux } from '../../src/wire/influx/decode.ts';
import { emptyInfluxLine } from '../../src/wire/influx/line.ts';
import { Influx } from './influx.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, run, scratch, Server, until } from './server.ts';
import type { HostView, SeriesAnswer } from '../../src/contract/api.ts';

const ran = promisify(execFile);

/** A new token. */
async function made(file: string, ...flags: readonly string[]): Promise<string> {
  const { out } = await run('script/muster', ['token', 'create', '--config', file, ...flags]);
  return /muster_\w+_[\w-]+/u.exec(out)?.[0] ?? '';
}

describe('the line protocol', () => {
  const place = scratch();
  let server: Server;
  let token: string;
  let viewer: string;

  beforeAll(async () => {
    const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
    const file = configure(
      place.dir,
      `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
auth: { mode: users }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp} }]
cache: { max_age: 4s, jitter: 2s }
checks: []
`,
    );
    server = await Server.start(file, http);
    token = await made(file, '--role', 'enrol', '--group', 'web');
    viewer = await made(file, '--role', 'viewer');
  });

  afterAll(async () => {
    const { code, books } = await server.stop();
    await server[Symbol.asyncDispose]();
    place[Symbol.dispose]();
    expect(code).toBe(0);
    expect(imbalance(books)).toBe(0);
    expect(books.lost).toBe(0);
  });

  async function get<T>(path: string): Promise<T> {
    const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${viewer}` } });
    return (await answer.json()) as T;
  }

  test('one line of shell', async () => {
    const url = `${server.url}/api/v2/write?precision=s`;
    const { stdout } = await ran('curl', [
      '-sS',
      '-H',
      `Authorization: Token ${token}`,
      url,
      '--data-binary',
      'jobs,host=shell done=7i',
    ]);
    expect(stdout).toBe('');
    const view = await until('the host', () =>
      get<HostView>('/api/v1/hosts/web/shell').then((v) => (v.name === 'shell' ? v : undefined)),
    );
    expect(view.agent).toBe('influx');
  });

  test('what Telegraf’s outputs.influxdb sends, at its start and then', async () => {
    const authorization = `Basic ${Buffer.from(`telegraf:${token}`).toString('base64')}`;
    const post = (path: string, type: string, body: string) =>
      fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { authorization, 'content-type': type },
        body,
      });
    const database = await post(
      '/query',
      'application/x-www-form-urlencoded',
      'q=CREATE+DATABASE+%22telegraf%22',
    );
    expect([database.status, await database.json()]).toEqual([200, { results: [{ statement_id: 0 }] }]);
    const nowS = Math.floor(Date.now() / 1000);
    const lines = Array.from(
      { length: 5000 },
      (_, i) =>
        `cpu,cpu=cpu${i % 100},host=telegraf-${Math.floor(i / 100)} usage_idle=${i},usage_user=1 ${nowS}000000000\n`,
    );
    const written = await post('/write?db=telegraf', 'text/plain; charset=utf-8', lines.join(''));
    expect(written.status).toBe(204);
    const path =
      '/api/v1/series?cluster=web&host=telegraf-49&metric=influx/cpu,cpu=cpu99:usage_idle&from=-60s';
    const answer = await until('its newest value', async () => {
      const found = await get<SeriesAnswer>(path);
      return found.series[0]?.values.some((v) => v !== null) ? found : undefined;
    });
    expect(answer.series[0]?.values.findLast((v) => v !== null)).toBe(4999);
  });

  test('a batch with bad lines keeps the good ones and names the others', async () => {
    const headers = { authorization: `Token ${token}` };
    const body = 'm,host=mixed good=1\nm,host=mixed bad=one\nm,host=mixed good2=2\n';
    const answer = await fetch(`${server.url}/write`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: string };
    expect(error).toContain('partial write: 1 of 3 lines were refused: line 2, column 18: bad-number');
    const view = await until('the others', () =>
      get<HostView>('/api/v1/hosts/web/mixed').then((v) => (v.metrics === 2 ? v : undefined)),
    );
    expect(view.name).toBe('mixed');
  });
});

/** What both take, or both refuse: decided by InfluxDB 1.6 itself. */
const LINES = [
  'm v=1',
  'm v=1 5',
  'm v=1.',
  'm v=.5',
  'm v=-.5',
  'm v=1e3',
  'm v=1E+3',
  'm v=1e',
  'm v=-',
  'm v=1.2.3',
  'm v=0x1',
  'm v=NaN',
  'm v=inf',
  'm v=1e999',
  'm v=1i',
  'm v=-1i',
  'm v=i',
  'm v=1.5i',
  'm v=1e3i',
  'm v=9223372036854775807i',
  'm v=99999999999999999999i',
  'm v=01i',
  'm v=00.5',
  'm v=t',
  'm v=T',
  'm v=true',
  'm v=True',
  'm v=TRUE',
  'm v=tRUE',
  'm v=f',
  'm v=F',
  'm v=false',
  'm v=no',
  'm v=truex',
  'm v="a"',
  'm v=""',
  'm v="a',
  'm v=a"',
  'm v="a\\"b"',
  'm v="a\\\\"',
  'm v="a\\b"',
  'm v="a\nb"',
  'm v="a,b c=d"',
  'm v="a"b',
  `m v='a'`,
  'm v="a" 5',
  'm v="a",w=1',
  'm',
  'm ',
  'm  v=1',
  ' m v=1',
  'm v',
  'm v=',
  'm =1',
  'm v=1,',
  'm v=1,w',
  'm v=1,,w=2',
  'm v=1, w=2',
  'm v= 1',
  'm v =1',
  'm,t=a v=1',
  'm,t=a',
  'm,t= v=1',
  'm,t v=1',
  'm,=a v=1',
  'm,t=a, v=1',
  'm,,t=a v=1',
  'm,t=a=b v=1',
  'm,t=a,t=b v=1',
  ',t=a v=1',
  'm, v=1',
  'm\\ x v=1',
  'm\\,x v=1',
  'm\\=x v=1',
  'm=x v=1',
  'm,t\\ k=a v=1',
  'm,t=a\\ b v=1',
  'm,t=a\\,b v=1',
  'm,t\\=k=a v=1',
  'm,t=a\\=b v=1',
  'm,t=a\\ v=1',
  'm,t=a\\\\ v=1',
  'm\\ v=1',
  'm f\\ k=1',
  'm f\\,k=1',
  'm f\\=k=1',
  '"m" v=1',
  'm,"t"="a" "v"=1',
  'm,t=a\\b v=1',
  'm v=1 -5',
  'm v=1 5 ',
  'm v=1 5 6',
  'm v=1 now',
  'm v=1 1.5',
  'm v=1 5i',
  'm v=1 1e9',
  'm v=1\r',
  'm v=1 5\r',
  '# comment',
  '',
  '   ',
  '#',
  'm v=1 #x',
  'größe,höhe=ä wert=1',
];

/** Where Muster means to differ: the line, and whether InfluxDB 1.6 takes it. */
const DIFFERENT = new Map<string, boolean>([
  // It takes the string and forgets what stands behind it.
  ['m v="a"b', true],
  // The decoder leaves tags together; the intake refuses them, as InfluxDB does.
  ['m,t=a,t=b v=1', false],
  // InfluxDB 2 takes Windows' line ends.
  ['m v=1\r', false],
  ['m v=1 5\r', false],
]);

test('odd lines are judged as InfluxDB judges them', async () => {
  using place = scratch();
  await using influx = await Influx.start(place.dir);
  await influx.tell('CREATE DATABASE odd');
  const judged: string[] = [];
  for (const [i, line] of LINES.entries()) {
    const bytes = Buffer.from(line);
    let takes = true;
    decodeInflux(bytes, { start: 0, end: bytes.length }, emptyInfluxLine(), {
      line: () => undefined,
      refused: () => {
        takes = false;
      },
    });
    // A measurement of its own: the kind of a field must not depend on the line before.
    const body = line.replace(/^( *"?)m/u, `$1m${i}`);
    const { status } = await fetch(`${influx.url}/write?db=odd`, { method: 'POST', body });
    const theirs = status < 300;
    if (theirs !== takes && DIFFERENT.get(line) !== theirs) {
      judged.push(`${JSON.stringify(line)}: InfluxDB ${status}, Muster ${takes ? 'takes it' : 'refuses it'}`);
    }
  }
  expect(judged).toEqual([]);
});
