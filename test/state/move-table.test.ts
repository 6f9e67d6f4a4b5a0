import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CatalogueRepository } from '../../src/state/catalogue-repository.ts';
import { describe as record } from '../store/batch.ts';
import { temporaryFolder } from './folder.ts';

const kept = (name: string, lastSeenMs = 1000) => {
  return {
    cluster: 'web',
    name,
    address: '10.0.0.1',
    agent: 'gmond',
    facts: [],
    lastSeenMs,
    intervalMs: 0,
    gapMs: 0,
  };
};
const ofHost = (host: string) =>
  ['load_one', 'mem'].map((metric) => record({ cluster: 'web', host, metric }));
const ASIDE = { cluster: 'web', from: 'web-1', to: 'web-1~a' };
const MOVED = { ...ASIDE, movedMs: 2000, reason: 'replaced by b' };

function setUp() {
  const file = join(temporaryFolder(), 'catalogue.db');
  const open = () => new CatalogueRepository(file);
  const repository = open();
  repository.saveHosts([kept('web-1')]);
  repository.saveRecords(ofHost('web-1'));
  const every = { literal: null, matches: () => true };
  const gone = () =>
    repository.retired
      .records({ fromMs: 0, cluster: every, host: every, metric: every })
      .records.map(({ host, metric }) => `${host}/${metric}`)
      .toSorted();
  const there = () => repository.load(['web']).map(({ name, records }) => `${name} ${records.length}`);
  return { repository, moves: repository.moves, gone, there, open };
}

describe('a host that gets another name', () => {
  test('is found by it as one that has left, with its records and the reason', () => {
    const { repository, moves, gone, there } = setUp();
    moves.begin(MOVED, ASIDE.to);
    expect(repository.retired.host('web', 'web-1')).toBeUndefined();
    expect(repository.retired.host('web', 'web-1~a')).toMatchObject({
      reason: 'replaced by b',
      retiredMs: 2000,
      lastSeenMs: 1000,
      records: 2,
    });
    expect([gone(), there()]).toEqual([['web-1~a/load_one', 'web-1~a/mem'], []]);
  });

  test('keeps the time at which it had left', () => {
    const { repository, moves } = setUp();
    repository.retired.retireHosts([{ cluster: 'web', name: 'web-1', lastSeenMs: 900, reason: 'gone' }], 950);
    moves.begin(MOVED, ASIDE.to);
    expect(repository.retired.host('web', 'web-1~a')).toMatchObject({ retiredMs: 950, lastSeenMs: 900 });
  });

  test('leaves its old name to one that begins anew', () => {
    const { repository, moves, gone, there } = setUp();
    moves.begin(MOVED, ASIDE.to);
    repository.saveHosts([kept('web-1', 3000)]);
    repository.saveRecords(ofHost('web-1').slice(0, 1));
    expect([gone(), there()]).toEqual([['web-1~a/load_one', 'web-1~a/mem'], ['web-1 1']]);
  });

  test('takes no name that is there: nothing has changed', () => {
    const { repository, moves, there } = setUp();
    repository.saveHosts([kept('web-1~a')]);
    expect(() => moves.begin(MOVED, ASIDE.to)).toThrow(/UNIQUE/);
    expect(there()).toEqual(['web-1 2', 'web-1~a 0']);
    expect(moves.open()).toEqual([]);
  });

  test('is remembered though nothing is known of it', () => {
    const { moves } = setUp();
    moves.begin({ ...MOVED, from: 'web-7' }, 'web-1~a');
    expect(moves.moved(['web', 'db'])).toEqual([
      { cluster: 'web', from: 'web-7', to: 'web-1~a', movedMs: 2000 },
    ]);
  });
});

describe('a move', () => {
  test('that was begun is found at the next start, until it is finished', () => {
    const { repository, moves, open } = setUp();
    const id = moves.begin(MOVED, ASIDE.to);
    repository[Symbol.dispose]();
    {
      using again = open();
      expect(again.moves.open()).toEqual([{ id, ...ASIDE }]);
      again.moves.finish(id);
    }
    using third = open();
    expect(third.moves.open()).toEqual([]);
    expect(third.moves.moved(['web'])).toHaveLength(1);
  });

  test('that is undone gives the name back', () => {
    const { moves, repository, gone } = setUp();
    moves.undo({ id: moves.begin(MOVED, ASIDE.to), ...ASIDE });
    expect(repository.retired.host('web', 'web-1')).toMatchObject({ records: 2 });
    expect(gone()).toEqual(['web-1/load_one', 'web-1/mem']);
    expect([moves.open(), moves.moved(['web'])]).toEqual([[], []]);
  });

  test('that is undone takes the name from nobody', () => {
    const { moves, repository, there } = setUp();
    const id = moves.begin(MOVED, ASIDE.to);
    repository.saveHosts([kept('web-1')]);
    moves.undo({ id, ...ASIDE });
    expect(there()).toEqual(['web-1 0']);
    expect(repository.retired.host('web', 'web-1~a')).toMatchObject({ records: 2 });
  });

  test.for([
    { name: 'the same again', since: [], asked: ASIDE, is: true },
    {
      name: 'it was given another name than it wanted',
      since: [],
      asked: { ...ASIDE, to: 'web-1~a~2' },
      is: false,
    },
    {
      name: 'somebody else had the name since',
      since: [{ ...MOVED, to: 'web-1~b' }],
      asked: ASIDE,
      is: false,
    },
    {
      name: 'it came back since',
      since: [{ ...MOVED, from: 'web-1~a', to: 'web-1' }],
      asked: ASIDE,
      is: false,
    },
    { name: 'another one', since: [], asked: { ...ASIDE, from: 'web-2', to: 'web-2~c' }, is: false },
  ])('is known when it is asked for again: $name', ({ since, asked, is }) => {
    const { moves } = setUp();
    moves.begin(MOVED, MOVED.to);
    for (const move of since) moves.begin(move, move.to);
    expect(moves.isRepeated(asked)).toBe(is);
  });
});
