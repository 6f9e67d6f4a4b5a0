import { AgentNotifications } from './collectd/agent-notifications.ts';
import { CollectdIntake } from './collectd/collectd-intake.ts';
import { GmondIntake } from './gmond/gmond-intake.ts';
import { GraphiteIntake } from './lines/graphite-intake.ts';
import { InfluxIntake } from './lines/influx-intake.ts';
import { NamedRecords } from './named-records.ts';
import { PerformanceIntake } from './performance-intake.ts';
import { StatsdIntake } from './statsd/statsd-intake.ts';
import { Succession } from './succession.ts';
import { TimedGauges } from './lines/timed-gauges.ts';
import type { Arrival } from './arrival.ts';
import type { Books, PacketProtocol } from './books.ts';
import type { DataSource } from '../model/record.ts';
import type { Group } from './group.ts';
import type { HostTable } from './host-table.ts';
import type { Journal } from './journal/port.ts';
import type { LiveWriter } from '../live/writer.ts';
import type { Recognised } from '../wire/recognise.ts';
import type { RecordTable } from './record-table.ts';
import type { Samples } from './samples.ts';
import type { Staging } from './staging.ts';

export interface IntakesOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly samples: Samples;
  readonly staging: Staging;
  readonly live: LiveWriter;
  readonly journal: Journal;
  /** types.db by type name. */
  readonly types: ReadonlyMap<string, readonly DataSource[]>;
  /** Two secret words. */
  readonly keys: readonly [number, number];
  readonly nowMs: () => number;
  readonly ticksMs: () => number;
  readonly random: () => number;
}

/** One intake a protocol: what turns messages into samples, facts and notifications. */
export class Intakes {
  readonly notifications = new AgentNotifications();
  readonly gmond: GmondIntake;
  readonly graphite: GraphiteIntake;
  readonly influx: InfluxIntake;
  readonly performance: PerformanceIntake;
  readonly statsd: StatsdIntake;
  readonly #collectd: CollectdIntake;
  readonly #books: Books;

  constructor(options: IntakesOptions) {
    const { notifications } = this;
    const { books, records, samples } = options;
    const named = new NamedRecords(options);
    const gauges = new TimedGauges(records, samples);
    this.#books = books;
    this.#collectd = new CollectdIntake({ ...options, succession: new Succession(), notifications });
    this.gmond = new GmondIntake({ ...options, succession: new Succession() });
    this.graphite = new GraphiteIntake({ ...options, gauges, named });
    this.influx = new InfluxIntake({ ...options, gauges, named });
    this.performance = new PerformanceIntake({ ...options, gauges, named });
    this.statsd = new StatsdIntake({ ...options, named });
  }

  /** Takes a datagram of that protocol, if the group accepts it. */
  accept(group: Group, index: number, protocol: Recognised, from: Arrival): void {
    const { accept } = group.rules;
    switch (protocol) {
      case 'collectd':
        if (accept.includes('collectd')) return this.#collectd.accept(group, index, from);
        return this.refuse(group, 'collectd', 'not-accepted');
      case 'ganglia':
        if (accept.includes('ganglia')) return this.gmond.accept(group, index, from);
        return this.refuse(group, 'ganglia', 'not-accepted');
      case 'ganglia-legacy':
        return this.refuse(group, 'ganglia', 'legacy');
      case 'ganglia-faulty':
        return this.refuse(group, 'ganglia', 'truncated');
      case 'statsd':
        if (accept.includes('statsd')) return this.statsd.accept(group, index, from);
        return this.refuse(group, 'statsd', 'not-accepted');
      case 'graphite':
        if (accept.includes('graphite')) return this.graphite.accept(group, index, from);
        return this.refuse(group, 'graphite', 'not-accepted');
      case 'unknown':
        return this.refuse(group, 'unknown', 'unrecognised');
    }
  }

  /** Books a datagram that is not taken. */
  refuse(group: Group, protocol: PacketProtocol, reason: string): void {
    group.tally.packets[protocol] += 1;
    this.#books.rejectPacket(group.rules.name, protocol, reason);
  }
}
