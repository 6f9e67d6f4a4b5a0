import { expect, test } from 'vitest';
import { RRD_LAYOUT_KEPT_MS } from '../../../src/limits.ts';
import { defaultArchives } from '../../../src/store/rrd/archives.ts';
import { Layouts } from '../../../src/store/rrd/layouts.ts';
import { KIND } from '../../../src/model/kind.ts';
import { describe, source } from '../batch.ts';

function make() {
  const clock = { ms: 0 };
  const layouts = new Layouts(() => clock.ms);
  const layout = {
    path: '/a.rrd',
    names: ['sum'],
    stepS: 10,
    archives: defaultArchives(10),
    lastS: 1000,
    remembered: false,
  };
  layouts.keep(describe(), layout);
  return { clock, layouts, layout };
}

test('what is remembered may have been written since', () => {
  const { clock, layouts, layout } = make();
  clock.ms = 5000;
  expect(layouts.recall(describe())).toEqual({ ...layout, lastS: 1005, remembered: true });
});

test.for([
  { name: 'another record', record: describe({ host: 'web-2' }), ms: 0 },
  {
    name: 'the record with other data sources',
    record: describe({ sources: [source('value', KIND.gauge), source('more', KIND.gauge)] }),
    ms: 0,
  },
  { name: 'one asked for long ago', record: describe(), ms: RRD_LAYOUT_KEPT_MS + 1 },
  { name: 'one asked for in the future', record: describe(), ms: -1 },
])('not remembered: $name', ({ record, ms }) => {
  const { clock, layouts } = make();
  clock.ms = ms;
  expect(layouts.recall(record)).toBeUndefined();
});

test('what is forgotten is gone', () => {
  const { layouts } = make();
  layouts.forget(describe());
  expect(layouts.recall(describe())).toBeUndefined();
});

test('files of equal archives share one list', () => {
  const { layouts, layout } = make();
  const other = describe({ host: 'web-2' });
  layouts.keep(other, { ...layout, archives: defaultArchives(10) });
  expect(layouts.recall(other)?.archives).toBe(layouts.recall(describe())?.archives);
});
