import { expect, test } from 'vitest';
import { isShort, removalsOf } from '../../../src/store/rrd/retired.ts';
import type { SilentTree } from '../../../src/store/rrd/retired.ts';

function tree(host: string, heardMs: number, cluster = 'web'): SilentTree {
  return { path: `/rrd/${cluster}/${host}`, cluster, host, heardMs, bytes: 1 };
}

const TREES = [tree('c', 300), tree('a', 100), tree('b', 200), tree('slow', 150, 'batch')];
const RULE = {
  retiredBeforeMs: 150,
  short: false,
  goneBeforeMs: (cluster: string): number => (cluster === 'batch' ? 0 : 250),
};

test.for<{ name: string; rule: Partial<typeof RULE>; goes: string }>([
  { name: 'what has outlived its time', rule: {}, goes: 'a:retired' },
  {
    name: 'for want of room the longest silent first, each by its group',
    rule: { short: true },
    goes: 'a:retired b:no-room',
  },
  {
    name: 'nothing while not enough was watched',
    rule: { retiredBeforeMs: Number.NEGATIVE_INFINITY },
    goes: '',
  },
  {
    name: 'nor for want of room',
    rule: {
      short: true,
      retiredBeforeMs: Number.NEGATIVE_INFINITY,
      goneBeforeMs: () => Number.NEGATIVE_INFINITY,
    },
    goes: '',
  },
])('$name', ({ rule, goes }) => {
  const removals = removalsOf(TREES, { ...RULE, ...rule });
  expect(removals.map(({ tree: { host }, why }) => `${host}:${why}`).join(' ')).toBe(goes);
});

test.for([
  { name: 'above the watermark', was: false, share: 0.051, short: false },
  { name: 'below it', was: false, share: 0.049, short: true },
  { name: 'not yet regained', was: true, share: 0.054, short: true },
  { name: 'regained', was: true, share: 0.056, short: false },
])('$name', ({ was, share, short }) => {
  expect(isShort(was, { share, minimum: 0.05 })).toBe(short);
});
