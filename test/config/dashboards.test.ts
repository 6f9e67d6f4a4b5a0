import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDashboards } from '../../src/config/dashboards.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { DashboardView } from '../../src/contract/dashboard.ts';
import { DASHBOARD_BYTES_MAX, DASHBOARD_PANELS_MAX, PANEL_SERIES_MAX } from '../../src/limits.ts';
import { Check } from 'typebox/value';
import { folderWith } from './folder.ts';

function load(files: Record<string, string>) {
  using folder = folderWith(files);
  const prefix = `${folder.path}/`;
  const paths = Object.keys(files).map((name) => join(folder.path, name));
  const { dashboards, errors } = loadDashboards(paths, (path) => path.replace(prefix, ''));
  return { dashboards, errors: errors.map(formatConfigError) };
}

const common = { width: 6, height: 'normal' };
const everything = { cluster: '.*', host: '.*', facts: [] };
const plain = { aggregate: null, by: null, label: '', scale: 1 };

test('the least there can be, and every default', () => {
  const { dashboards, errors } = load({
    'my-board.yaml': 'panels:\n  - { graph: Load, metric: load_one }\n',
  });
  expect(errors).toEqual([]);
  expect(dashboards).toEqual([
    {
      name: 'my-board',
      title: 'my-board',
      description: '',
      fault: null,
      range: '1h',
      variables: [],
      panels: [
        {
          type: 'graph',
          title: 'Load',
          ...common,
          series: [{ ...everything, metric: 'load_one', ...plain }],
          units: '',
          warning: '',
          critical: '',
        },
      ],
    },
  ]);
});

describe('one panel', () => {
  const chosen = { cluster: '$cluster', host: '$host', facts: [] };
  test.for<{ name: string; panel: string; read: object }>([
    {
      name: 'a graph of several series takes from its panel what they leave out',
      panel:
        '{ graph: Net, aggregate: sum, by: host, scale: 8, host: "a|b", width: 12, height: tall, units: bit/s, ' +
        'warning: 4, critical: "~:10", ' +
        'series: [bytes_in, { metric: bytes_out, label: out, scale: -8, cluster: x, aggregate: max, by: metric }] }',
      read: {
        type: 'graph',
        title: 'Net',
        width: 12,
        height: 'tall',
        series: [
          {
            cluster: '$cluster',
            host: 'a|b',
            facts: [],
            metric: 'bytes_in',
            aggregate: 'sum',
            by: 'host',
            label: '',
            scale: 8,
          },
          {
            cluster: 'x',
            host: 'a|b',
            facts: [],
            metric: 'bytes_out',
            aggregate: 'max',
            by: 'metric',
            label: 'out',
            scale: -8,
          },
        ],
        units: 'bit/s',
        warning: '4',
        critical: '~:10',
      },
    },
    {
      name: 'a stacked graph of one',
      panel: '{ stacked: CPU, metric: cpu_.*, label: all, aggregate: p95 }',
      read: {
        type: 'stacked',
        title: 'CPU',
        ...common,
        series: [{ ...chosen, metric: 'cpu_.*', ...plain, aggregate: 'p95', label: 'all' }],
        units: '',
        warning: '',
        critical: '',
      },
    },
    {
      name: 'a heat map',
      panel: '{ heatmap: Load, metric: load_one, over: cpu_num, host: "$host-x" }',
      read: {
        type: 'heatmap',
        title: 'Load',
        ...common,
        cluster: '$cluster',
        host: '$host-x',
        facts: [],
        metric: 'load_one',
        over: 'cpu_num',
      },
    },
    {
      name: 'a value',
      panel: '{ value: Load, metric: load_one, warning: 4 }',
      read: {
        type: 'value',
        title: 'Load',
        width: 3,
        height: 'small',
        ...chosen,
        metric: 'load_one',
        aggregate: 'avg',
        units: '',
        warning: '4',
        critical: '',
      },
    },
    {
      name: 'a table, sorted by the label of a column',
      panel:
        '{ table: Hosts, columns: [load_one, { metric: m, label: n, units: "%", aggregate: max }], sort: n }',
      read: {
        type: 'table',
        title: 'Hosts',
        ...common,
        width: 12,
        ...chosen,
        columns: [
          { metric: 'load_one', label: 'load_one', units: '', aggregate: 'avg' },
          { metric: 'm', label: 'n', units: '%', aggregate: 'max' },
        ],
        sort: 1,
        limit: 20,
      },
    },
    {
      name: 'a table, the worst first',
      panel: '{ table: Hosts, columns: [m], sort: state, limit: 5 }',
      read: {
        type: 'table',
        title: 'Hosts',
        ...common,
        width: 12,
        ...chosen,
        columns: [{ metric: 'm', label: 'm', units: '', aggregate: 'avg' }],
        sort: -1,
        limit: 5,
      },
    },
    {
      name: 'states',
      panel: '{ states: Wrong, service: "disk.*" }',
      read: { type: 'states', title: 'Wrong', ...common, ...chosen, service: 'disk.*', problem: true },
    },
    {
      name: 'a text keeps what looks like the environment',
      panel: '{ text: "See ${HOME} and $x", title: Read }',
      read: { type: 'text', ...common, width: 12, title: 'Read', text: 'See ${HOME} and $x' },
    },
    {
      name: 'the type need not be first',
      panel: '{ metric: load_one, value: Load }',
      read: { type: 'value', metric: 'load_one' },
    },
  ])('$name', ({ panel, read }) => {
    const { dashboards, errors } = load({ 'a.yaml': `variables: [host, cluster]\npanels: [${panel}]\n` });
    expect(errors).toEqual([]);
    expect(dashboards[0]?.panels).toMatchObject([read]);
    expect(Check(DashboardView, dashboards[0])).toBe(true);
  });

  test('has the keys of the contract and no others', () => {
    const panel = '{ value: Load, metric: load_one }';
    const read = load({ 'a.yaml': `panels: [${panel}]` }).dashboards[0]?.panels[0];
    expect(Object.keys(read ?? {}).toSorted()).toEqual([
      'aggregate',
      'cluster',
      'critical',
      'facts',
      'height',
      'host',
      'metric',
      'title',
      'type',
      'units',
      'warning',
      'width',
    ]);
  });
});

describe('one error', () => {
  const TYPES = 'expected one of graph, stacked, heatmap, value, table, states, text';
  test.for<{ name: string; text: string; error: string | RegExp }>([
    { name: 'an empty file', text: '', error: /^a\.yaml:1:1: "panels" is missing \(expected a list, / },
    {
      name: 'a list',
      text: '- a',
      error: /^a\.yaml:1:1: a list stands here \(expected a mapping with title, /,
    },
    { name: 'no panel', text: 'panels: []', error: /^a\.yaml:1:9: an empty list / },
    { name: 'broken YAML', text: 'panels: [\n  {', error: /^a\.yaml:2:/ },
    { name: 'a tab', text: 'panels:\n\t- text: x', error: /^a\.yaml:2:1: a tab in the indentation/ },
    {
      name: 'a key twice',
      text: 'title: a\ntitle: b\npanels: [text: x]',
      error: /^a\.yaml:2:1: "title" is written twice/,
    },
    {
      name: 'two documents',
      text: 'panels: [text: x]\n---\n',
      error: /^a\.yaml:2:1: a second YAML document/,
    },
    {
      name: 'an unknown key',
      text: 'titel: A\npanels: [text: x]',
      error: /^a\.yaml:1:1: unknown key "titel" .*did you mean "title"\?\)$/,
    },
    {
      name: 'an unknown type',
      text: 'panels:\n  - grpah: Load',
      error: `a.yaml:2:5: unknown key "grpah" (${TYPES}; did you mean "graph"?)`,
    },
    {
      name: 'no type',
      text: 'panels:\n  - metric: a',
      error: `a.yaml:2:5: a panel without a type (${TYPES})`,
    },
    {
      name: 'text for a panel',
      text: 'panels: [load]',
      error: /^a\.yaml:1:10: text stands here \(expected a mapping that begins /,
    },
    {
      name: 'two types',
      text: 'panels: [{ graph: A, metric: b, value: C }]',
      error:
        'a.yaml:1:33: a second type "value" in a panel that is a graph (expected a panel of its own for each)',
    },
    {
      name: 'no title',
      text: 'panels:\n  - graph:\n    metric: a',
      error: /^a\.yaml:2:11: nothing stands here \(expected text of at most 200/,
    },
    {
      name: 'a key of another type',
      text: 'panels: [{ text: a, metric: b }]',
      error: /^a\.yaml:1:21: unknown key "metric" \(expected one of text, /,
    },
    {
      name: 'a graph of nothing',
      text: 'panels: [graph: a]',
      error: /a graph of nothing \(expected metric, or series: a list of them\)$/,
    },
    {
      name: 'metric beside series',
      text: 'panels: [{ graph: a, metric: b, series: [c] }]',
      error: /^a\.yaml:1:30: "metric" beside "series"/,
    },
    {
      name: 'a wrong type',
      text: 'panels: [{ graph: a, metric: [b] }]',
      error: /^a\.yaml:1:30: a list stands here \(expected a regular expression/,
    },
    {
      name: 'a width',
      text: 'panels: [{ graph: a, metric: b, width: 13 }]',
      error: /^a\.yaml:1:40: "13" is out of range \(expected a whole number from 1 to 12\)$/,
    },
    {
      name: 'a scale of nothing',
      text: 'panels: [{ graph: a, metric: b, scale: 0 }]',
      error: /^a\.yaml:1:40: "0" makes nothing of everything/,
    },
    {
      name: 'by without aggregate',
      text: 'panels: [{ graph: a, metric: b, by: host }]',
      error: /^a\.yaml:1:37: "by" without "aggregate" \(expected aggregate: avg/,
    },
    {
      name: 'an aggregate',
      text: 'panels: [{ value: a, metric: b, aggregate: average }]',
      error: /^a\.yaml:1:44: "average" is not known here/,
    },
    {
      name: 'a range',
      text: 'range: 2h\npanels: [text: x]',
      error: /^a\.yaml:1:8: "2h" is not known here \(expected one of 10m, 1h, /,
    },
    {
      name: 'a threshold',
      text: 'panels: [{ value: a, metric: b, warning: x }]',
      error: /^a\.yaml:1:42: "x" is not a number \(expected a Nagios range/,
    },
    {
      name: 'a pattern',
      text: 'panels: [{ value: a, metric: "*b" }]',
      error: /^a\.yaml:1:30: "\*b" is not a regular expression: .*did you mean "\.\*b"\?/,
    },
    {
      name: 'a variable misspelt',
      text: 'variables: [cluster]\npanels: [{ value: a, metric: b, cluster: $clster }]',
      error: /^a\.yaml:2:42: "\$clster" is no variable of this dashboard .*did you mean "\$cluster"\?\)$/,
    },
    {
      name: 'a variable that is not there',
      text: 'variables: [cluster]\npanels: [{ value: a, metric: b, host: $host }]',
      error: /^a\.yaml:2:39: "\$host" is no variable of this dashboard/,
    },
    {
      name: 'an unknown variable blames no panel',
      text: 'variables: [clster]\npanels: [{ value: a, metric: $cluster }]',
      error: /^a\.yaml:1:13: "clster" .*did you mean "cluster"\?/,
    },
    {
      name: 'a misspelt variable blames no panel',
      text: 'variables: { clster: {} }\npanels: [{ value: a, metric: $cluster }]',
      error: /^a\.yaml:1:14: unknown key "clster"/,
    },
    {
      name: 'a variable in a variable',
      text: 'variables: { host: { pattern: "$cluster-.*" } }\npanels: [text: x]',
      error: /^a\.yaml:1:31: "\$cluster-\.\*" has "\$cluster" in it, which is no variable/,
    },
    {
      name: 'a default that cannot be chosen',
      text: 'variables: { host: { pattern: "web.*", default: db } }\npanels: [text: x]',
      error: /^a\.yaml:1:49: the default "db" does not match the pattern/,
    },
    {
      name: 'a fact that is no word',
      text: 'variables: [{ fact: "a:b" }]\npanels: [text: x]',
      error: /^a\.yaml:1:13: "a:b" is no name for the choice of a fact \(expected name: a word/,
    },
    {
      name: 'a fact named as the hosts are',
      text: 'variables: [{ fact: host }]\npanels: [text: x]',
      error: /^a\.yaml:1:13: "host" is no name for the choice of a fact/,
    },
    {
      name: 'a choice of nothing',
      text: 'variables: [{ label: Role }]\npanels: [text: x]',
      error: /^a\.yaml:1:13: "fact" is missing/,
    },
    {
      name: 'a fact twice',
      text: 'variables: [{ fact: a }, { fact: a, name: b }]\npanels: [text: x]',
      error: /^a\.yaml:1:26: a second choice of the fact "a"/,
    },
    {
      name: 'two facts of one name',
      text: 'variables: [{ fact: a }, { fact: b, name: a }]\npanels: [text: x]',
      error: /^a\.yaml:1:26: a second choice named "a"/,
    },
    {
      name: 'a fact’s pattern',
      text: 'panels: [{ value: a, metric: b, facts: { role: "*b" } }]',
      error: /^a\.yaml:1:48: "\*b" is not a regular expression/,
    },
    {
      name: 'a fact’s variable that is not there',
      text: 'panels: [{ value: a, metric: b, facts: { role: $role } }]',
      error: /^a\.yaml:1:48: "\$role" is no variable of this dashboard/,
    },
    {
      name: 'too many facts, the chosen ones included',
      text:
        'variables: [{ fact: x }]\npanels: [{ value: a, metric: b, ' +
        'facts: { a: a, b: b, c: c, d: d, e: e, f: f, g: g, h: h } }]',
      error: /^a\.yaml:2:40: 9 facts \(expected at most 8, those of the variables included\)/,
    },
    {
      name: 'a column that is not there',
      text: 'panels: [{ table: a, columns: [load], sort: laod }]',
      error: /^a\.yaml:1:45: no column "laod" to sort by .*did you mean "load"\?/,
    },
    {
      name: 'no columns',
      text: 'panels: [{ table: a, columns: [] }]',
      error: /^a\.yaml:1:31: an empty list/,
    },
    {
      name: 'too many series',
      text: `panels: [{ graph: a, series: [${'b,'.repeat(PANEL_SERIES_MAX + 1)}] }]`,
      error: /21 items \(expected at most 20\)$/,
    },
    {
      name: 'too many panels',
      text: `panels: [${'text: x,'.repeat(DASHBOARD_PANELS_MAX + 1)}]`,
      error: /61 items \(expected at most 60\)$/,
    },
    {
      name: 'too long a text',
      text: `panels: [text: ${'x'.repeat(10_001)}]`,
      error: /is too long \(expected text of at most 10000 characters\)$/,
    },
    {
      name: 'a huge file',
      text: `#${'x'.repeat(DASHBOARD_BYTES_MAX)}`,
      error: 'a.yaml: has 65537 bytes (expected at most 65536)',
    },
    { name: 'an anchor that is not there', text: 'panels: *a', error: /^a\.yaml:1:9: / },
  ])('$name', ({ text, error }) => {
    const { dashboards, errors } = load({ 'a.yaml': text });
    expect(errors).toEqual([expect.stringMatching(error instanceof RegExp ? error : escaped(error))]);
    expect(dashboards).toEqual([]);
  });
});

function escaped(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`)}$`);
}

test('everything wrong is told at once, each with its place', () => {
  const { errors } = load({
    'a.yaml': 'range: x\npanels:\n  - graf: a\n  - { value: b, metric: "(" }\n',
    'b.yaml': 'panel: []',
  });
  expect(errors.map((error) => error.replace(/: .*/, ''))).toEqual([
    'a.yaml:1:8',
    'a.yaml:3:5',
    'a.yaml:4:25',
    'b.yaml:1:1',
    'b.yaml:1:1',
  ]);
});
