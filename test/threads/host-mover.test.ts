import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CatalogueKeeper } from '../../src/threads/catalogue-keeper.ts';
import { CatalogueRepository } from '../../src/state/catalogue-repository.ts';
import { hostPath } from '../../src/store/rrd/tree.ts';
import { HostMover } from '../../src/threads/host-mover.ts';
import { moveTree } from '../../src/store/rrd/move-tree.ts';
import { TestFleet } from '../live/fleet.ts';
import { temporaryFolder } from '../state/folder.ts';
import type { HistoryMove } from '../../src/model/instance.ts';
import type { HostMoverOptions } from '../../src/threads/host-mover.ts';

const NOW_MS = 50_000;
const LEFT_MS = 49_000;
const ASIDE = { cluster: 'web', from: 'web-1', to: 'web-1~i-a' };

/** A server's main thread over a disk of its own; what its worker does is told, and may fail. */
class Stage {
  readonly dir: string;
  readonly fleet = new TestFleet();
  readonly repository: CatalogueRepository;
  readonly keeper: CatalogueKeeper;
  readonly mover: HostMover;
  readonly told: string[] = [];
  readonly logged: string[] = [];
  readonly crew = { held: undefined as Promise<void> | undefined, isRunning: true, departs: '', renames: '' };
  readonly reasons = new Map<string, string>();
  readonly #roots: { dir: string; rrdDirs: ReadonlyMap<string, string> };

  constructor({ dir = temporaryFolder(), adopted = [] as string[], type = 'rrd' } = {}) {
    this.dir = dir;
    this.repository = new CatalogueRepository(join(dir, 'catalogue.db'));
    onTestFinished(() => this.repository[Symbol.dispose]());
    this.#roots = {
      dir: join(dir, 'rrd'),
      rrdDirs: new Map(adopted.map((name) => [name, join(dir, 'adopted')])),
    };
    this.keeper = new CatalogueKeeper(this.fleet.catalogue, this.repository, () => undefined);
    this.mover = new HostMover({
      store: { type, dir: this.#roots.dir } as HostMoverOptions['store'],
      rrdDirs: this.#roots.rrdDirs,
      catalogue: this.fleet.catalogue,
      moves: this.repository.moves,
      keeper: this.keeper,
      crew: this.#crew(),
      reasonOf: (_cluster, host) => this.reasons.get(host),
      log: { error: (detail, message) => void this.logged.push(`${message} ${JSON.stringify(detail)}`) },
      nowMs: () => NOW_MS,
    });
  }

  #crew(): HostMoverOptions['crew'] {
    const { crew, told, fleet } = this;
    return {
      get held() {
        return crew.held;
      },
      hasGroup: () => crew.isRunning,
      depart: (cluster, host) => {
        told.push(`depart ${host}`);
        if (crew.departs !== '') return Promise.resolve({ ok: false, fault: crew.departs });
        if (fleet.catalogue.host(cluster, host)) fleet.hostGone(cluster, host);
        return Promise.resolve(crew.isRunning ? { ok: true, leftMs: LEFT_MS } : undefined);
      },
      rename: (move) => {
        told.push(`rename ${move.from} ${move.to}`);
        return crew.renames === '' ? moveTree(move, this.#roots) : Promise.resolve(crew.renames);
      },
      resume: (_cluster, host) => void told.push(`resume ${host}`),
    };
  }

  /** A host that was kept, with a file that tells whose it is. */
  async host(name: string, whose: string, cluster = 'web'): Promise<void> {
    this.row(name, cluster);
    await this.tree(name, whose, cluster);
  }

  row(name: string, cluster = 'web'): void {
    const pulse = { lastSeenMs: 1000, intervalMs: 0, gapMs: 0 };
    this.repository.saveHosts([{ cluster, name, address: '', agent: '', facts: [], ...pulse }]);
  }

  async tree(name: string, whose: string, cluster = 'web'): Promise<void> {
    const path = await hostPath({ cluster, host: name }, this.#roots);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'load.rrd'), whose);
  }

  /** Whose files are under a name. */
  async whose(name: string, cluster = 'web'): Promise<string | undefined> {
    const file = join(await hostPath({ cluster, host: name }, this.#roots), 'load.rrd');
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  left(name: string) {
    return this.repository.retired.host('web', name)?.reason;
  }

  start(asks: readonly HistoryMove[] = []): Promise<void> {
    return this.mover.start(() => asks.forEach((move) => void this.mover.rename(move)));
  }
}

async function running(options: ConstructorParameters<typeof Stage>[0] = {}): Promise<Stage> {
  const stage = new Stage(options);
  await stage.start();
  return stage;
}

describe('a history gets another name', () => {
  test('after its worker let it go: rows and files, and what has the name next waits until then', async () => {
    const stage = await running();
    await stage.host('web-1', 'a');
    stage.reasons.set(ASIDE.to, 'replaced by i-b');
    const version = stage.keeper.retiredVersion;
    expect(await stage.mover.rename(ASIDE)).toBeUndefined();
    expect(stage.told).toEqual(['depart web-1', 'rename web-1 web-1~i-a', 'resume web-1']);
    expect([await stage.whose('web-1~i-a'), await stage.whose('web-1')]).toEqual(['a', undefined]);
    expect([stage.left('web-1~i-a'), stage.left('web-1')]).toEqual(['replaced by i-b', undefined]);
    expect(stage.keeper.retiredVersion).toBeGreaterThan(version);
    expect(stage.repository.moves.open()).toEqual([]);
    expect(stage.repository.moves.moved(['web'])).toEqual([{ ...ASIDE, movedMs: LEFT_MS }]);
  });

  test('and what was said of it last is kept first', async () => {
    const stage = await running();
    stage.fleet.host('web', 'web-1', 1000);
    const said = { hostRow: 0, generation: 0, cluster: 'web', name: 'web-1', address: '', agent: '' };
    stage.keeper.note({ worker: 0, announcements: [{ kind: 'host', ...said }] });
    await stage.mover.rename(ASIDE);
    expect(stage.repository.retired.host('web', ASIDE.to)).toMatchObject({ address: '10.0.0.1' });
  });

  test('back from aside, though its instance has long left', async () => {
    const stage = await running();
    await stage.host('web-1~i-a', 'a');
    expect(await stage.mover.rename({ cluster: 'web', from: 'web-1~i-a', to: 'web-9' })).toBeUndefined();
    expect([await stage.whose('web-9'), stage.left('web-9')]).toEqual(['a', 'renamed']);
  });

  test.for([
    { name: 'by its rows', row: true, tree: false },
    { name: 'by its files', row: false, tree: true },
  ])('set aside once more under a number, where the name is taken $name', async ({ row, tree }) => {
    const stage = await running();
    await stage.host('web-1', 'a');
    if (row) stage.row(ASIDE.to);
    if (tree) await stage.tree(ASIDE.to, 'older');
    expect(await stage.mover.rename(ASIDE)).toBeUndefined();
    expect([await stage.whose(`${ASIDE.to}~2`), stage.left(`${ASIDE.to}~2`)]).toEqual(['a', 'renamed']);
    expect(await stage.whose(ASIDE.to)).toBe(tree ? 'older' : undefined);
  });

  test('never that of a host that has one', async () => {
    const stage = await running();
    await stage.host('web-1~i-a', 'a');
    await stage.host('web-9', 'b');
    const move = { cluster: 'web', from: 'web-1~i-a', to: 'web-9' };
    expect(await stage.mover.rename(move)).toEqual({
      words: 'web-9 has a history of its own',
      isPassing: false,
    });
    expect([await stage.whose('web-9'), stage.told]).toEqual(['b', []]);
  });

  test('only where something is known of it', async () => {
    const stage = await running();
    expect(await stage.mover.rename(ASIDE)).toBeUndefined();
    expect([stage.told, stage.repository.moves.moved(['web'])]).toEqual([[], []]);
  });

  test('again and again, each time that it is asked for', async () => {
    const stage = await running();
    for (const whose of ['a', 'b', 'c']) {
      await stage.host('web-1', whose);
      await stage.mover.rename(ASIDE);
    }
    const names = ['web-1~i-a', 'web-1~i-a~2', 'web-1~i-a~3'];
    expect(await Promise.all(names.map((name) => stage.whose(name)))).toEqual(['a', 'b', 'c']);
  });
});

describe('what cannot be moved stays where it was, and it is told why', () => {
  test('the worker cannot let it go', async () => {
    const stage = await running();
    await stage.host('web-1', 'a');
    stage.crew.departs = 'the store has not taken the points of 7 metrics';
    expect(await stage.mover.rename(ASIDE)).toEqual({ words: stage.crew.departs, isPassing: true });
    expect([await stage.whose('web-1'), stage.repository.moves.isNamed('web', 'web-1')]).toEqual(['a', true]);
  });

  test('the files cannot follow: the rows have their name again', async () => {
    const stage = await running();
    await stage.host('web-1', 'a');
    stage.crew.renames = 'their disk is mounted read-only';
    expect(await stage.mover.rename(ASIDE)).toEqual({ words: stage.crew.renames, isPassing: true });
    expect([stage.repository.moves.isNamed('web', 'web-1'), stage.repository.moves.open()]).toEqual([
      true,
      [],
    ]);
    expect(stage.told.at(-1)).toBe('resume web-1');
  });

  test('catalogue.db cannot be written: the files are not touched, and the worker goes on', async () => {
    const stage = await running();
    await stage.host('web-1', 'a');
    Object.assign(stage.repository.moves, {
      begin: () => {
        throw new Error('database or disk is full');
      },
    });
    expect(await stage.mover.rename(ASIDE)).toEqual({ words: 'database or disk is full', isPassing: true });
    expect([await stage.whose('web-1'), stage.told]).toEqual(['a', ['depart web-1', 'resume web-1']]);
  });

  test.for([
    {
      name: 'that of another cluster in collectd’s tree',
      clusters: ['web', 'db'],
      other: 'web-1',
      cluster: 'db',
    },
    { name: 'one that differs in case, in gmetad’s tree', clusters: ['web'], other: 'WEB-1', cluster: 'web' },
  ])('its files are another host’s as well: $name', async ({ clusters, other, cluster }) => {
    const stage = await running({ adopted: clusters });
    if (clusters.length === 1) mkdirSync(join(stage.dir, 'adopted/web'), { recursive: true });
    await stage.host('web-1', 'both');
    stage.fleet.host(cluster, other, 1000);
    const words = `its files are those of ${cluster}/${other}, too`;
    expect(await stage.mover.rename(ASIDE)).toEqual({ words, isPassing: false });
    expect(stage.told).toEqual([]);
  });
});

test('in gmetad’s tree of several clusters, hosts of one name have files of their own', async () => {
  const stage = await running({ adopted: ['web', 'db'] });
  for (const cluster of ['web', 'db']) mkdirSync(join(stage.dir, 'adopted', cluster), { recursive: true });
  await stage.host('web-1', 'a');
  await stage.host('web-1', 'other', 'db');
  stage.fleet.host('db', 'web-1', 1000);
  expect(await stage.mover.rename(ASIDE)).toBeUndefined();
  expect([await stage.whose('web-1~i-a'), await stage.whose('web-1', 'db')]).toEqual(['a', 'other']);
});

test('a database of others renames nothing: the host is written and forgotten', async () => {
  const stage = await running({ type: 'influxdb' });
  stage.row('web-1');
  expect(await stage.mover.rename(ASIDE)).toBeUndefined();
  expect(stage.told).toEqual(['depart web-1', 'resume web-1']);
  expect(stage.repository.moves.isNamed('web', 'web-1')).toBe(true);
});

test('while a backup has the files, they keep their names', async () => {
  const stage = await running();
  await stage.host('web-1', 'a');
  const { promise, resolve } = Promise.withResolvers<void>();
  stage.crew.held = promise;
  const renamed = stage.mover.rename(ASIDE);
  await new Promise((resolve) => setImmediate(resolve));
  expect(stage.told).toEqual([]);
  stage.crew.held = undefined;
  resolve();
  expect(await renamed).toBeUndefined();
  expect(await stage.whose('web-1~i-a')).toBe('a');
});

describe('a start after a crash', () => {
  /** What an earlier run left when it was killed before the files followed, or just after. */
  async function killed(when: 'before' | 'after'): Promise<string> {
    const stage = await running();
    await stage.host('web-1', 'a');
    if (when === 'after') await moveTree(ASIDE, { dir: join(stage.dir, 'rrd'), rrdDirs: new Map() });
    stage.repository.moves.begin({ ...ASIDE, movedMs: NOW_MS, reason: 'replaced by i-b' }, ASIDE.to);
    if (when === 'after') await stage.host('web-1', 'b');
    return stage.dir;
  }

  test.for([
    { name: 'before the files followed: they follow', when: 'before', old: undefined },
    { name: 'after: what has the name now keeps its own', when: 'after', old: 'b' },
  ] as const)('$name', async ({ when, old }) => {
    const stage = new Stage({ dir: await killed(when) });
    stage.crew.isRunning = false;
    // Whoever asked has had no answer.
    await stage.start([ASIDE]);
    expect([await stage.whose(ASIDE.to), await stage.whose('web-1')]).toEqual(['a', old]);
    expect([stage.left(ASIDE.to), stage.repository.moves.open()]).toEqual(['replaced by i-b', []]);
    expect(readdirSync(join(stage.dir, 'rrd/web'))).toHaveLength(old === undefined ? 1 : 2);
  });

  test('does what was asked for and not begun, without a worker', async () => {
    const stage = new Stage();
    await stage.host('web-1', 'a');
    stage.crew.isRunning = false;
    await stage.start([ASIDE, { cluster: 'web', from: 'web-3', to: 'web-3~i-c' }]);
    expect([await stage.whose(ASIDE.to), await stage.whose('web-1')]).toEqual(['a', undefined]);
    expect(stage.told).not.toContain('rename web-1 web-1~i-a');
  });
});
