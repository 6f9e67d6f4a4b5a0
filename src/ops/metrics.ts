import { renderExposition } from './exposition.ts';
import type {
  DoorRefusal,
  FleetFigures,
  GcPauses,
  GroupStats,
  ListFigures,
  ReasonCount,
  RunnerFigures,
  SelfFigures,
  TargetStats,
} from '../contract/stats.ts';
import type { MetricFamily, MetricSample } from './exposition.ts';

/** The body of `/metrics`. */
export function renderSelfMetrics(figures: SelfFigures): string {
  const { stats } = figures;
  return renderExposition([
    ...receivedFamilies(stats.groups),
    ...writeFamilies(figures),
    ...fleetFamilies(figures),
    ...judgeFamilies(figures),
    ...pluginFamilies(stats.runner),
    ...passiveFamilies(stats.runner),
    ...diskFamilies(figures),
    ...processFamilies(figures),
  ]);
}

type Labels = MetricSample['labels'];

function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: 'counter', help, samples };
}

function gauge(name: string, help: string, value: number | null): MetricFamily {
  return { name, type: 'gauge', help, samples: value === null ? [] : [sample([], value)] };
}

function sample(labels: Labels, value: number): MetricSample {
  return { labels, value };
}

function byReason(labels: Labels, counts: readonly ReasonCount[]): MetricSample[] {
  return counts.map(({ reason, count }) => sample([...labels, ['reason', reason]], count));
}

function receivedFamilies(groups: readonly GroupStats[]): MetricFamily[] {
  const protocols = groups.flatMap(({ name, protocols: list }) =>
    list.map((stats) => ({
      stats,
      labels: [
        ['group', name],
        ['protocol', stats.protocol],
      ] as const,
    })),
  );
  return [
    counter(
      'muster_packets_received_total',
      'Datagrams received.',
      protocols.map(({ labels, stats }) => sample(labels, stats.packets)),
    ),
    counter(
      'muster_packets_rejected_total',
      'Datagrams, or the rest of one, refused by the decoder.',
      protocols.flatMap(({ labels, stats }) => byReason(labels, stats.packetsRejected)),
    ),
    counter(
      'muster_agent_notifications_total',
      "What agents had to say (collectd's notifications), taken as events.",
      protocols.flatMap(({ stats: { notifications }, labels: [group] }) =>
        notifications === undefined ? [] : [sample([group], notifications)],
      ),
    ),
    counter(
      'muster_statsd_samples_total',
      'Samples of statsd, which are put together into values every flush interval.',
      protocols.flatMap(({ stats: { samples = [] }, labels: [group] }) =>
        samples.map(({ type, count }) => sample([group, ['type', type]], count)),
      ),
    ),
    counter(
      'muster_values_received_total',
      'Values decoded.',
      protocols.map(({ labels, stats }) => sample(labels, stats.values)),
    ),
    counter(
      'muster_values_rejected_total',
      'Values refused after decoding.',
      groups.flatMap(({ name, valuesRejected }) => byReason([['group', name]], valuesRejected)),
    ),
    counter(
      'muster_kernel_drops_total',
      'Datagrams the kernel dropped because a receive buffer was full.',
      groups.map(({ name, kernelDrops }) => sample([['group', name]], kernelDrops)),
    ),
    {
      name: 'muster_sources',
      type: 'gauge',
      help: 'Addresses that send, as far as they are remembered.',
      samples: groups.map(({ name, sources }) => sample([['group', name]], sources)),
    },
  ];
}

function writeFamilies({ stats: { write } }: SelfFigures): MetricFamily[] {
  return [
    counter('muster_values_stored_total', 'Values the store has taken.', [
      sample([['store', write.store]], write.valuesStored),
    ]),
    counter('muster_values_coalesced_total', 'Values replaced by a later one of the same second.', [
      sample([], write.valuesCoalesced),
    ]),
    counter('muster_values_lost_total', 'Values accepted and not stored.', byReason([], write.valuesLost)),
    counter(
      'muster_store_errors_total',
      'Writes the store refused or could not do.',
      byReason([['store', write.store]], write.storeErrors),
    ),
    gauge('muster_values_pending', 'Values that wait to be written.', write.valuesPending),
    gauge('muster_points_per_write', 'Points a write to the store carries.', write.pointsPerWrite),
    gauge(
      'muster_oldest_unwritten_seconds',
      'Age of the oldest point that waits to be written.',
      write.oldestUnwrittenMs / 1000,
    ),
    gauge('muster_journal_bytes', 'Size of the journal.', write.journal.bytes),
    gauge(
      'muster_journal_max_bytes',
      'Size beyond which the oldest points go first.',
      write.journal.maxBytes,
    ),
    gauge(
      'muster_journal_bytes_per_second',
      'What is appended to the journal a second.',
      write.journal.bytesPerSecond,
    ),
    gauge(
      'muster_journal_backlog_values',
      'Values that only the journal has, earlier runs included.',
      write.journal.backlogValues,
    ),
    gauge(
      'muster_journal_unsynced_seconds',
      'Age of the oldest value that a loss of power would take.',
      write.journal.unsyncedMs / 1000,
    ),
  ];
}

function fleetFamilies(figures: SelfFigures): MetricFamily[] {
  return [
    gauge('muster_series', 'Series known.', figures.series),
    {
      name: 'muster_hosts',
      type: 'gauge',
      help: 'Hosts by state.',
      samples: figures.hosts.map(({ cluster, state, count }) =>
        sample(
          [
            ['cluster', cluster],
            ['state', state],
          ],
          count,
        ),
      ),
    },
    ...instanceFamilies(figures.stats.fleet),
    ...listFamilies(figures.stats.lists),
    counter('muster_hosts_expired_total', 'Hosts that left after host_dmax of being down.', [
      sample([], figures.stats.expired.hosts),
    ]),
    counter(
      'muster_records_expired_total',
      'Metrics that left a host which goes on, silent for their dmax.',
      [sample([], figures.stats.expired.records)],
    ),
    gauge('muster_live_clients', 'Websocket clients.', figures.liveClients),
  ];
}

function instanceFamilies({ instances, registrations }: FleetFigures): MetricFamily[] {
  return [
    {
      name: 'muster_instances',
      type: 'gauge',
      help: 'Instances that registered or that a list names, by whether they are here.',
      samples: instances.map(({ cluster, standing, count }) =>
        sample(
          [
            ['cluster', cluster],
            ['standing', standing],
          ],
          count,
        ),
      ),
    },
    counter(
      'muster_registrations_total',
      'Registrations: new ones, those of instances known before (again), and refused ones by reason.',
      registrations.map(({ cluster, outcome, count }) =>
        sample(
          [
            ['cluster', cluster],
            ['outcome', outcome],
          ],
          count,
        ),
      ),
    ),
  ];
}

function listFamilies(lists: readonly ListFigures[]): MetricFamily[] {
  return [
    counter(
      'muster_reconciler_reads_total',
      'Readings of lists of instances, by what came of them.',
      lists.flatMap(({ name, reads }) =>
        reads.map(({ reason, count }) =>
          sample(
            [
              ['reconciler', name],
              ['outcome', reason],
            ],
            count,
          ),
        ),
      ),
    ),
    {
      name: 'muster_reconciler_held',
      type: 'gauge',
      help: 'Instances that a list would retire and that wait to be confirmed.',
      samples: lists.map(({ name, held }) => sample([['reconciler', name]], held)),
    },
    {
      name: 'muster_reconciler_read_seconds',
      type: 'gauge',
      help: 'Time since a list was last read well.',
      samples: lists.flatMap(({ name, ageS }) =>
        ageS === null ? [] : [sample([['reconciler', name]], ageS)],
      ),
    },
  ];
}

function judgeFamilies({ stats: { judge }, services }: SelfFigures): MetricFamily[] {
  return [
    {
      name: 'muster_services',
      type: 'gauge',
      help: 'Services by state.',
      samples: services.map(({ state, count }) => sample([['state', state]], count)),
    },
    counter('muster_check_evaluations_total', 'Service checks evaluated.', [sample([], judge.evaluations)]),
    gauge('muster_check_lag_seconds', 'Time from a sample to its evaluation.', judge.lagS),
    gauge('muster_check_turn_seconds', 'How long the latest turn of the checks took.', judge.turnS),
    counter(
      'muster_notifications_total',
      'Notifications by receiver and outcome.',
      judge.notifications.map(({ receiver, outcome, count }) =>
        sample(
          [
            ['receiver', receiver],
            ['outcome', outcome],
          ],
          count,
        ),
      ),
    ),
    ...targetFamilies(judge.targets),
    counter(
      'muster_handlers_total',
      'Event handlers by what came of them.',
      judge.handlers.map(({ handler, outcome, count }) =>
        sample(
          [
            ['handler', handler],
            ['outcome', outcome],
          ],
          count,
        ),
      ),
    ),
  ];
}

function targetFamilies(targets: readonly TargetStats[]): MetricFamily[] {
  const of = (value: (target: TargetStats) => number) =>
    targets.map((target) => sample([['receiver', target.receiver]], value(target)));
  return [
    {
      name: 'muster_notifications_pending',
      type: 'gauge',
      help: 'Notifications that wait or are on their way.',
      samples: of(({ pending }) => pending),
    },
    {
      name: 'muster_receiver_failing',
      type: 'gauge',
      help: 'Whether a receiver takes no notifications: 1, else 0.',
      samples: of(({ failing }) => Number(failing)),
    },
    {
      name: 'muster_notification_seconds',
      type: 'summary',
      help: 'Time from the making of a notification to its receipt.',
      samples: targets.flatMap(({ receiver, delivered, seconds }) => [
        { ...sample([['receiver', receiver]], seconds), suffix: '_sum' },
        { ...sample([['receiver', receiver]], delivered), suffix: '_count' },
      ]),
    },
  ];
}

function pluginFamilies(runner: RunnerFigures): MetricFamily[] {
  return [
    counter(
      'muster_plugin_runs_total',
      'Plugins by how they ended.',
      runner.runs.map(({ reason, count }) => sample([['end', reason]], count)),
    ),
    gauge('muster_plugin_running', 'Plugins that run.', runner.running),
    gauge('muster_plugin_waiting', 'Plugins that wait for their time or for their turn.', runner.waiting),
    counter('muster_plugin_seconds_total', 'How long plugins took, all together.', [
      sample([], runner.executionMs / 1000),
    ]),
    counter('muster_plugin_latency_seconds_total', 'How long after their time they began, all together.', [
      sample([], runner.waitedMs / 1000),
    ]),
    gauge(
      'muster_plugin_longest_wait_seconds',
      'How long after its time the one that waits longest has not begun.',
      runner.longestWaitMs / 1000,
    ),
  ];
}

function passiveFamilies({ doors }: RunnerFigures): MetricFamily[] {
  return [
    counter(
      'muster_passive_results_total',
      'Results of checks that were taken, by the way they came in.',
      doors.map(({ door, accepted }) => sample([['door', door]], accepted)),
    ),
    {
      name: 'muster_passive_connections',
      type: 'gauge',
      help: 'Open connections that bring results of checks.',
      samples: doors
        .filter(({ door }) => door === 'nsca')
        .map(({ door, connections }) => sample([['door', door]], connections)),
    },
    counter(
      'muster_passive_rejected_total',
      'Results of checks that were not taken.',
      doors.flatMap(({ door, refused }) =>
        [...countsByReason(refused)].map(([reason, count]) =>
          sample(
            [
              ['door', door],
              ['reason', reason],
            ],
            count,
          ),
        ),
      ),
    ),
  ];
}

/** Senders aside: there may be thousands. */
function countsByReason(refused: readonly DoorRefusal[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { reason, count } of refused) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return counts;
}

function diskFamilies({ stats: { disk } }: SelfFigures): MetricFamily[] {
  return [
    {
      name: 'muster_disk_free_bytes',
      type: 'gauge',
      help: 'Room left on the disk of a directory.',
      samples: disk.free.map(({ directory, bytes }) => sample([['directory', directory]], bytes)),
    },
    counter('muster_retired_trees_removed_total', 'Histories of hosts that are gone, removed.', [
      sample([], disk.treesRemoved),
    ]),
    counter('muster_files_set_aside_total', 'Damaged databases and RRD files, set aside.', [
      sample([], disk.filesSetAside),
    ]),
  ];
}

function processFamilies({ stats: { process: own, gcPauses } }: SelfFigures): MetricFamily[] {
  return [
    {
      name: 'muster_gc_pause_seconds',
      type: 'gauge',
      help: 'How long the collection of garbage held up an ingest worker, over the last minute or two.',
      samples: gcPauses.flatMap((pauses, worker) => pauseSamples(String(worker), pauses)),
    },
    counter('process_cpu_seconds_total', 'User and system time spent.', [sample([], own.cpuS)]),
    gauge('process_resident_memory_bytes', 'Resident memory.', own.residentBytes),
    gauge('process_heap_bytes', 'JavaScript heap in use on the main thread.', own.heapBytes),
    gauge('process_open_fds', 'Open file descriptors.', own.openFiles),
    gauge('process_start_time_seconds', 'Start time since the epoch.', own.startedMs / 1000),
  ];
}

function pauseSamples(worker: string, { p50Ms, p99Ms, maxMs }: GcPauses): MetricSample[] {
  const of = (quantile: string, ms: number): MetricSample => {
    const labels = [
      ['worker', worker],
      ['quantile', quantile],
    ] as const;
    return sample(labels, ms / 1000);
  };
  return [of('0.5', p50Ms), of('0.99', p99Ms), of('1', maxMs)];
}
