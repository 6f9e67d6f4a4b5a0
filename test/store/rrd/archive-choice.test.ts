import { expect, test } from 'vitest';
import { ArchiveChoice } from '../../../src/store/rrd/archive-choice.ts';
import { KIND } from '../../../src/model/kind.ts';
import { sumsRecord } from '../../../src/store/sums.ts';
import { describe } from '../batch.ts';
import type { ArchiveRule } from '../../../src/contract/config.ts';

const list = [{ cf: 'AVERAGE', stepMs: 10_000, keepMs: 60_000 }] as const;
const rules: readonly ArchiveRule[] = [
  { match: 'df-.*', use: list },
  { match: 'cpu.*', use: 'collectd' },
  { match: 'cpu_idle', use: 'gmetad' },
];

test.for([
  { name: 'the first rule that matches', metric: 'cpu_idle', use: 'collectd' },
  { name: 'only whole names match', metric: 'my df-root', use: 'default' },
  { name: 'a list', metric: 'df-root/df_complex', use: list },
  { name: 'no rule', metric: 'load_one', use: 'default' },
  { name: 'no rule, a tree of gmetad', metric: 'load_one', adopted: true, use: 'gmetad' },
  {
    name: 'no rule, a tree of collectd',
    metric: 'load/load',
    protocol: 'collectd',
    adopted: true,
    use: 'collectd',
  },
  { name: 'no rule, none of theirs', metric: 'a.b', protocol: 'statsd', adopted: true, use: 'default' },
  { name: 'a rule, in an adopted tree', metric: 'df-root', adopted: true, use: list },
] as const)('$name', ({ metric, use, ...rest }) => {
  const protocol = 'protocol' in rest ? rest.protocol : 'ganglia';
  const choice = new ArchiveChoice(rules);
  expect(choice.of(sumsRecord('web', metric, KIND.gauge), false)).toBe('gmetad');
  const ask = () => choice.of(describe({ metric, protocol }), 'adopted' in rest);
  expect([ask(), ask()]).toEqual([use, use]);
});
