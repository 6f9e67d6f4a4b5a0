import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderExposition } from '../../src/ops/exposition.ts';
import { renderSelfMetrics } from '../../src/ops/metrics.ts';
import { selfFigures } from './figures.ts';

describe('renderExposition', () => {
  test.for([
    { name: 'no labels', labels: [], value: 1, line: 'm 1' },
    {
      name: 'labels',
      labels: [
        ['a', 'x'],
        ['b', 'y'],
      ],
      value: 1.5,
      line: 'm{a="x",b="y"} 1.5',
    },
    {
      name: 'a quote, a backslash and a line end',
      labels: [['a', '"\\\n']],
      value: 1,
      line: 'm{a="\\"\\\\\\n"} 1',
    },
    { name: 'not a number', labels: [], value: NaN, line: 'm NaN' },
    { name: 'infinity', labels: [], value: -Infinity, line: 'm -Inf' },
    { name: 'a great number', labels: [], value: 1e21, line: 'm 1e+21' },
  ] as const)('$name', ({ labels, value, line }) => {
    const text = renderExposition([
      { name: 'm', type: 'gauge', help: 'A\\b\nc.', samples: [{ labels, value }] },
    ]);
    expect(text).toBe(`# HELP m A\\\\b\\nc.\n# TYPE m gauge\n${line}\n`);
  });

  test('a family without samples is left out', () => {
    expect(renderExposition([{ name: 'm', type: 'gauge', help: '', samples: [] }])).toBe('');
  });

  test('whatever a label says, it stays on its line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const labels = [['a', text]] as const;
        const lines = renderExposition([
          { name: 'm', type: 'gauge', help: '', samples: [{ labels, value: 1 }] },
        ]).split('\n');
        expect(lines).toHaveLength(4);
        expect(lines[2]).toMatch(/^m\{a="(?:[^"\\]|\\["\\n])*"\} 1$/u);
      }),
    );
  });
});

describe('renderSelfMetrics', () => {
  const text = renderSelfMetrics(selfFigures());

  test.for([
    'muster_packets_received_total{group="web",protocol="collectd"} 7',
    'muster_packets_rejected_total{group="web",protocol="collectd",reason="truncated"} 2',
    'muster_values_received_total{group="web",protocol="collectd"} 70',
    'muster_plugin_runs_total{end="timeout"} 6',
    'muster_plugin_running 3',
    'muster_plugin_latency_seconds_total 1.5',
    'muster_plugin_longest_wait_seconds 0.25',
    'muster_passive_results_total{door="nsca"} 7',
    'muster_passive_connections{door="nsca"} 1',
    'muster_passive_rejected_total{door="nsca",reason="bad-crc"} 5',
    'muster_store_errors_total{store="rrd",reason="illegal-update"} 6',
    'muster_values_rejected_total{group="web",reason="kind_changed"} 3',
    'muster_kernel_drops_total{group="web"} 1',
    'muster_sources{group="web"} 3',
    'muster_values_stored_total{store="rrd"} 50',
    'muster_values_coalesced_total 5',
    'muster_values_lost_total{reason="late"} 2',
    'muster_values_pending 10',
    'muster_points_per_write 30.5',
    'muster_series 12',
    'muster_hosts{cluster="web",state="UP"} 2',
    'muster_reconciler_reads_total{reconciler="cloud",outcome="changed"} 4',
    'muster_reconciler_held{reconciler="cloud"} 61',
    'muster_reconciler_held{reconciler="chef"} 0',
    'muster_reconciler_read_seconds{reconciler="cloud"} 12.5',
    'muster_check_evaluations_total 99',
    'muster_check_lag_seconds 0.25',
    'muster_check_turn_seconds 0.004',
    'muster_services{state="OK"} 5',
    'muster_notifications_total{receiver="ops",outcome="delivered"} 4',
    'muster_notifications_pending{receiver="ops"} 2',
    'muster_receiver_failing{receiver="ops"} 1',
    'muster_notification_seconds_sum{receiver="ops"} 1.5',
    'muster_notification_seconds_count{receiver="ops"} 4',
    'muster_handlers_total{handler="restart",outcome="done"} 3',
    'muster_live_clients 1',
    'muster_disk_free_bytes{directory="data_dir"} 123',
    'muster_retired_trees_removed_total 4',
    'muster_files_set_aside_total 2',
    'muster_gc_pause_seconds{worker="0",quantile="0.5"} 0.0005',
    'muster_gc_pause_seconds{worker="0",quantile="0.99"} 0.004',
    'muster_gc_pause_seconds{worker="0",quantile="1"} 0.012',
    'process_open_fds 20',
    'process_start_time_seconds 1700000000',
  ])('has %s', (line) => {
    expect(text.split('\n')).toContain(line);
  });

  test('every family has its HELP and TYPE once, before its samples', () => {
    const described = [...text.matchAll(/^# TYPE (\S+) (?:counter|gauge|summary)$/gmu)].map(
      ([, name]) => name,
    );
    expect(new Set(described).size).toBe(described.length);
    for (const [, name = ''] of text.matchAll(/^([a-z_]+)[ {]/gmu)) {
      expect(described).toContain(name.replace(/^(muster_notification_seconds)_(?:sum|count)$/u, '$1'));
    }
    for (const name of described) expect(text).toContain(`# HELP ${name} `);
  });
});
