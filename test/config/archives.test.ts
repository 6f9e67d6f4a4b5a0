import { expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

/** The archives of a configuration, or its faults. */
function archivesOf(text: string): unknown {
  const muster = `store: { rrd: { archives: ${text} } }\n`;
  using folder = folderWith({ 'muster.yaml': muster, 'checks/a.yaml': 'services: []\n' });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  if (!loaded.ok) return loaded.errors.map(formatConfigError);
  const { store } = loaded.config;
  return store.type === 'rrd' ? store.archives : undefined;
}

const hour = { cf: 'AVERAGE', stepMs: 10_000, keepMs: 3_600_000 };
const everything = (use: unknown) => [{ match: '.*', use }];

test.for([
  { name: 'a set', text: 'collectd', is: everything('collectd') },
  { name: 'a list', text: '[{ cf: AVERAGE, step: 10s, keep: 1h }]', is: everything([hour]) },
  {
    name: 'rules, a set and a list among them',
    text: '[{ match: "df-.*", use: gmetad }, { match: x, use: [{ cf: AVERAGE, step: 10s, keep: 1h }] }]',
    is: [
      { match: 'df-.*', use: 'gmetad' },
      { match: 'x', use: [hour] },
    ],
  },
])('archives: $name', ({ text, is }) => {
  expect(archivesOf(text)).toEqual(is);
});

test.for([
  { name: 'no such set', text: 'rrdtool', fault: /"rrdtool"/ },
  { name: 'no such consolidation', text: '[{ cf: SUM, step: 1s, keep: 1d }]', fault: /AVERAGE/ },
  { name: 'no step', text: '[{ cf: AVERAGE, keep: 1d }]', fault: /step/ },
  { name: 'a rule without archives', text: '[{ match: x }]', fault: /use/ },
  { name: 'a pattern that is none', text: '[{ match: "(", use: default }]', fault: /muster\.yaml:1:37/ },
  {
    name: 'a list without AVERAGE',
    text: '[{ cf: MIN, step: 10s, keep: 1d }, { cf: MAX, step: 10s, keep: 1d }]',
    fault: /muster\.yaml:1:27: no archive of AVERAGE is in the list \(expected one of AVERAGE/,
  },
  {
    name: 'a rule with a list without AVERAGE',
    text: '[{ match: x, use: [{ cf: LAST, step: 10s, keep: 1d }] }]',
    fault: /muster\.yaml:1:45: no archive of AVERAGE/,
  },
  { name: 'an empty list', text: '[]', fault: /muster\.yaml:1:27/ },
])('refused: $name', ({ text, fault }) => {
  expect(archivesOf(text)).toEqual([expect.stringMatching(fault)]);
});
