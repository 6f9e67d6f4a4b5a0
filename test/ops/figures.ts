import type { SelfFigures, ServerStats } from '../../src/contract/stats.ts';

export function serverStats(given: Partial<ServerStats> = {}): ServerStats {
  return {
    groups: [
      {
        name: 'web',
        port: 8630,
        kernelDrops: 1,
        sources: 3,
        protocols: [
          {
            protocol: 'collectd',
            packets: 7,
            values: 70,
            packetsRejected: [{ reason: 'truncated', count: 2 }],
          },
        ],
        valuesRejected: [{ reason: 'kind_changed', count: 3 }],
      },
    ],
    write: {
      store: 'rrd',
      valuesStored: 50,
      valuesCoalesced: 5,
      valuesLost: [{ reason: 'late', count: 2 }],
      storeErrors: [{ reason: 'illegal-update', count: 6 }],
      valuesPending: 10,
      pointsPerWrite: 30.5,
      journal: {
        bytes: 4096,
        maxBytes: 1_048_576,
        bytesPerSecond: 64,
        backlogValues: 7,
        replaying: false,
        unsyncedMs: 500,
        fault: '',
        setAside: [],
      },
      oldestUnwrittenMs: 1500,
    },
    expired: { hosts: 8, records: 9 },
    fleet: {
      instances: [
        { cluster: 'web', standing: 'here', count: 3 },
        { cluster: 'web', standing: 'left', count: 2 },
      ],
      registrations: [{ cluster: 'web', outcome: 'new', count: 5 }],
    },
    lists: [
      { name: 'cloud', reads: [{ reason: 'changed', count: 4 }], held: 61, ageS: 12.5 },
      { name: 'chef', reads: [{ reason: 'failed', count: 2 }], held: 0, ageS: null },
    ],
    judge: {
      evaluations: 99,
      lagS: 0.25,
      turnS: 0.004,
      notifications: [{ receiver: 'ops', outcome: 'delivered', count: 4 }],
      targets: [{ receiver: 'ops', pending: 2, failing: true, delivered: 4, seconds: 1.5 }],
      handlers: [{ handler: 'restart', outcome: 'done', count: 3 }],
    },
    runner: {
      running: 3,
      waiting: 2,
      runs: [{ reason: 'timeout', count: 6 }],
      waitedMs: 1500,
      executionMs: 2500,
      longestWaitMs: 250,
      doors: [
        {
          door: 'nsca',
          accepted: 7,
          connections: 1,
          refused: [
            { reason: 'bad-crc', from: '10.0.0.1', about: '', count: 2, lastMs: 0 },
            { reason: 'bad-crc', from: '10.0.0.2', about: '', count: 3, lastMs: 0 },
          ],
        },
      ],
    },
    process: { startedMs: 1_700_000_000_000, cpuS: 1.5, residentBytes: 1e8, heapBytes: 5e7, openFiles: 20 },
    gcPauses: [{ p50Ms: 0.5, p99Ms: 4, maxMs: 12 }],
    disk: { free: [{ directory: 'data_dir', bytes: 123 }], treesRemoved: 4, filesSetAside: 2 },
    notes: ['the receive buffer is clamped'],
    ...given,
  };
}

export function selfFigures(): SelfFigures {
  return {
    stats: serverStats(),
    series: 12,
    hosts: [{ cluster: 'web', state: 'UP', count: 2 }],
    services: [{ state: 'OK', count: 5 }],
    liveClients: 1,
  };
}
