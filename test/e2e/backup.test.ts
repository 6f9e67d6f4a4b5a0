import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Agents } from './agents.ts';
import {
  configure,
  freeTcpPort,
  freeUdpPort,
  imbalance,
  Program,
  ROOT,
  run,
  scratch,
  Server,
  until,
} from './server.ts';
import type { Ended } from './server.ts';
import type { SeriesAnswer } from '../../src/contract/api.ts';

const HOSTS = 20;
const STEP_S = 10;
const ROUND_MS = 25;

interface Setting {
  readonly http: number;
  readonly udp: number;
  readonly file: string;
}

/** `maxAge`: when points are written without being asked for. */
async function setting(dir: string, name: string, maxAge = '2s'): Promise<Setting> {
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  const file = configure(
    dir,
    `data_dir: ./${name}
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp}, timestamps: { past: 1d, future: 60s, outside: refuse } }]
ingest: { workers: 2 }
cache: { max_age: ${maxAge}, jitter: 0s }
checks: []
`,
    `${name}.yaml`,
  );
  return { http, udp, file };
}

function muster(...args: string[]): Promise<Ended> {
  return run(join(ROOT, 'script/muster'), args);
}

/** Every host's gauge, a step each round: round r is worth r at firstS + r × step. */
class Load {
  rounds = 0;
  readonly firstS = Math.floor((Date.now() / 1000 - 7200) / STEP_S) * STEP_S;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  readonly #agents: Agents;

  constructor(agents: Agents) {
    this.#agents = agents;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const timeS = this.firstS + this.rounds * STEP_S;
      for (let host = 0; host < HOSTS; host += 1) {
        this.#agents.collectd(`web-${host}`, 'load', [[timeS, this.rounds]]);
      }
      this.rounds += 1;
      await delay(ROUND_MS);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }
}

/** Of each host, the rounds whose value is there and right. */
async function roundsOf(server: Server, load: Load): Promise<Map<string, Set<number>>> {
  const toS = load.firstS + load.rounds * STEP_S;
  const query = `host=.*&metric=load/gauge&from=${load.firstS - STEP_S}&to=${toS}&points=10000`;
  const answer = await server.get<SeriesAnswer>(`/api/v1/series?${query}`);
  return new Map(
    answer.series.map(({ host, values }) => {
      const rounds = answer.times.flatMap((timeS, i) => {
        const round = (timeS - load.firstS) / STEP_S;
        return values[i] === round ? [round] : [];
      });
      return [host, new Set(rounds)];
    }),
  );
}

describe('backup and restore', () => {
  test('under load: what was accepted before the backup is there after a restore', async () => {
    using place = scratch();
    const first = await setting(place.dir, 'first');
    const copy = join(place.dir, 'copy');
    await using server = await Server.start(first.file, first.http);
    using agents = await Agents.on(first.udp);
    const load = new Load(agents);
    await until('points in files', async () =>
      (await server.metric('muster_values_stored_total')) > 500 ? true : undefined,
    );
    const accepted = Math.floor((await server.metric('muster_values_received_total')) / HOSTS) - 1;
    const outcome = await muster('backup', copy, '--config', first.file, '--json');
    expect(outcome).toMatchObject({ code: 0 });
    expect(JSON.parse(outcome.out)).toMatchObject({ dir: copy, warnings: [] });
    expect((JSON.parse(outcome.out) as { held_ms: number }).held_ms).toBeGreaterThan(0);
    // The store is written again.
    const stored = await server.metric('muster_values_stored_total');
    await until('the release', async () =>
      (await server.metric('muster_values_stored_total')) > stored + HOSTS ? true : undefined,
    );
    expect(await server.metric('muster_values_lost_total')).toBe(0);
    await load.stop();
    await server.program.end('SIGKILL');

    const second = await setting(place.dir, 'second');
    expect(await muster('restore', copy, '--config', second.file)).toMatchObject({ code: 0 });
    await using restored = await Server.start(second.file, second.http);
    const rounds = await roundsOf(restored, load);
    expect(rounds.size).toBe(HOSTS);
    for (const found of rounds.values()) {
      const missing = Array.from({ length: accepted }, (_, r) => r).filter((r) => !found.has(r));
      expect(missing).toEqual([]);
    }
    expect(accepted).toBeGreaterThan(30);
    const { code, books } = await restored.stop();
    expect({ code, lost: books.lost, imbalance: imbalance(books) }).toEqual({
      code: 0,
      lost: 0,
      imbalance: 0,
    });

    // Back to where it came from: what was there is set aside.
    expect(await muster('restore', copy, '--config', first.file)).toMatchObject({ code: 0 });
    const aside = readdirSync(join(place.dir, 'first')).filter((name) => name.startsWith('before-restore-'));
    expect(aside).toHaveLength(1);
    expect(existsSync(join(place.dir, 'first', String(aside[0]), 'rrd/web/web-0/load/gauge.rrd'))).toBe(true);
  });

  test('a backup that is killed lets the store go, and is not taken for one', async () => {
    using place = scratch();
    const { file, http, udp } = await setting(place.dir, 'data');
    const copy = join(place.dir, 'copy');
    await using server = await Server.start(file, http);
    using agents = await Agents.on(udp);
    const load = new Load(agents);
    await until('points in files', async () =>
      (await server.metric('muster_values_stored_total')) > 500 ? true : undefined,
    );
    const backup = new Program(join(ROOT, 'script/muster'), ['backup', copy, '--config', file]);
    const ended = await backup.endAt('holds its store');
    const stored = await server.metric('muster_values_stored_total');
    await until('the release', async () =>
      (await server.metric('muster_values_stored_total')) > stored + HOSTS ? true : undefined,
    );
    await load.stop();
    expect(ended.code).toBe(null);
    const restore = await muster('restore', copy, '--config', file);
    expect(restore.code).toBe(1);
    expect(restore.err).toMatch(/was broken off|is no backup/u);
  });
});

describe('flush', () => {
  const lastUpdate = async (file: string) =>
    (await run('rrdtool', ['lastupdate', file])).out.trim().split('\n').at(-1);

  test.for<{ name: string; flush: (server: Server, file: string) => Promise<unknown> }>([
    {
      name: 'by the API',
      flush: async (server) => {
        const answer = await fetch(`${server.url}/api/v1/flush`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ host: 'web-.*', metric: 'load/.*' }),
        });
        return answer.json();
      },
    },
    {
      name: 'by the command',
      flush: async (_server, file) => {
        const { out, err } = await muster('flush', '--host', 'web-.*', '--config', file, '--json');
        return err === '' ? (JSON.parse(out) as unknown) : err;
      },
    },
  ])('$name: rrdtool sees the newest value at once', async ({ flush }) => {
    using place = scratch();
    const { file, http, udp } = await setting(place.dir, 'data', '1h');
    await using server = await Server.start(file, http);
    using agents = await Agents.on(udp);
    const record = join(place.dir, 'data/rrd/web/web-1/load/gauge.rrd');
    for (const value of [3, 4]) {
      const before = await server.metric('muster_values_received_total');
      const nowS = Math.floor(Date.now() / 1000);
      agents.collectd('web-1', 'load', [[nowS, value]]);
      await until('the value', async () =>
        (await server.metric('muster_values_received_total')) > before ? true : undefined,
      );
      await until('the series', async () =>
        (await server.get<unknown[]>('/api/v1/hosts')).length > 0 ? true : undefined,
      );
      expect(await flush(server, file)).toEqual({ records: 1, points: 1, left: 0 });
      expect(await lastUpdate(record)).toBe(`${nowS}: ${value}`);
      await delay(1100);
    }
  });
});
