import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AgentNotifications } from '../../src/ingest/collectd/agent-notifications.ts';
import { Books, GroupTally } from '../../src/ingest/books.ts';
import { CollectdDoors } from '../../src/ingest/collectd/collectd-door.ts';
import { CollectdIntake } from '../../src/ingest/collectd/collectd-intake.ts';
import { GmondIntake } from '../../src/ingest/gmond/gmond-intake.ts';
import { HostTable } from '../../src/ingest/host-table.ts';
import { noJournal } from '../../src/ingest/journal/no-journal.ts';
import { KeyTable } from '../../src/ingest/key-table.ts';
import { Members } from '../../src/ingest/members.ts';
import { RecordTable } from '../../src/ingest/record-table.ts';
import { Samples } from '../../src/ingest/samples.ts';
import { Source } from '../../src/ingest/senders/source.ts';
import { Staging } from '../../src/ingest/staging.ts';
import { Succession } from '../../src/ingest/succession.ts';
import { LiveWriter } from '../../src/live/writer.ts';
import { encodeValue } from '../../src/wire/gmond/encode.ts';
import { RULES, START_MS } from './harness.ts';
import { collectd, START_S } from './messages.ts';
import type { Arrival } from '../../src/ingest/arrival.ts';
import type { Group } from '../../src/ingest/group.ts';

describe('Succession', () => {
  test.for([
    { name: 'nothing is known', came: [], expected: -1 },
    { name: 'one sample says nothing', came: [4], expected: -1 },
    { name: 'a sequence comes again', came: [4, 7, 5, 4], expected: 7 },
    { name: 'the end is followed by the start', came: [4, 7, 5, 4, 7, 5], expected: 4 },
    { name: 'a change is learned at once', came: [4, 7, 5, 4, 5, 7, 4], expected: 5 },
    { name: 'one and the same again', came: [4, 4], expected: 4 },
  ])('$name', ({ came, expected }) => {
    const succession = new Succession();
    for (const record of came) {
      if (succession.expected(3) === record) succession.confirm(3, record);
      else succession.correct(3, record);
      succession.correct(2, record + 100);
    }
    expect(succession.expected(3)).toBe(expected);
  });

  test('of a host that was never heard nothing is expected', () => {
    expect(new Succession().expected(1_000_000)).toBe(-1);
  });
});

/** Never expects anything: every record is looked up. */
class NoSuccession extends Succession {
  override expected(): number {
    return -1;
  }
}

/**
 * Both intakes over tables of their own; `log` has what was kept, under which name. With a `source` the host
 * of a gmond datagram is guessed, too.
 */
function intakes(succession: () => Succession, source?: Source) {
  const log: string[] = [];
  const books = new Books();
  books.source = source;
  const live = new LiveWriter(() => undefined);
  const members = new Members();
  const hosts = new HostTable({ keys: new KeyTable(1, 2), live, announce: () => undefined, members });
  const records = new RecordTable(new KeyTable(1, 2));
  const staging = new Staging();
  const keep = (record: number, _group: string, timeS: number, _ms: number, words: Uint32Array) => {
    const { host = '', metric = '', sources = [] } = records.descriptions[record] ?? {};
    log.push([host, metric, timeS, ...words.subarray(0, 2 * sources.length)].join());
  };
  const announce = () => undefined;
  const samples = new Samples({ books, hosts, records, staging, live, announce, keep });
  const parts = { books, hosts, records, samples, staging, live };
  const notifications = new AgentNotifications();
  const rules = { ...RULES, outside: 'accept', maxSeriesPerHost: 500 } as const;
  const ofGroup = members.of('web');
  const door = new CollectdDoors({ ticksMs: () => 0 }).open('web', rules.collectd, ofGroup);
  const group: Group = { rules, tally: new GroupTally(), door, members: ofGroup, gone: undefined };
  const from: Arrival = {
    buffer: new Uint8Array(0),
    start: 0,
    end: 0,
    address: '10.0.0.1',
    arrivalMs: START_MS,
    name: undefined,
  };
  const collectdIntake = new CollectdIntake({
    ...parts,
    succession: succession(),
    notifications,
    types: new Map(),
  });
  const gmondIntake = new GmondIntake({
    ...parts,
    succession: succession(),
    journal: noJournal,
    keys: [1, 2],
  });
  const accept = (protocol: 'collectd' | 'gmond', buffer: Uint8Array) => {
    Object.assign(from, { buffer, start: 0, end: buffer.length });
    from.arrivalMs += 10;
    if (protocol === 'collectd') collectdIntake.accept(group, 0, from);
    else gmondIntake.accept(group, 0, from);
  };
  /** The host's records leave, as they do with their group; their numbers are given again. */
  const forget = (name: string) => {
    for (let record = 0; record < records.count; record += 1) {
      const { host, metric = '' } = records.descriptions[record] ?? {};
      if (host !== name || records.state[record] === 0) continue;
      hosts.hosts[records.host[record] as number]?.records.delete(metric);
      records.release(record);
    }
  };
  const told = () => ({ log, rejected: books.valuesRejected.entries(), received: books.received });
  return { accept, forget, told };
}

/** Few, so that lists differ in one part only; longer than four bytes, so that they differ behind the fourth. */
const name = fc.constantFrom('a', 'a/b', 'heartbeat', 'heartbeau');
const part = fc.constantFrom('', 'a', 'heartbeau');
const list = fc.record({
  host: fc.constantFrom('web-1', 'web-2'),
  plugin: name,
  pluginInstance: part,
  type: name,
  typeInstance: part,
  timeS: fc.integer({ min: START_S, max: START_S + 20 }),
  intervalS: fc.constantFrom(10, 60),
});
const shape = fc.constantFrom<readonly (0 | 1 | 2 | 3)[]>([1], [2], [1, 1]);
const values = fc.tuple(list, shape, fc.nat()).map(([said, kinds, value]) => ({
  ...said,
  kinds: [...kinds],
  values: kinds.map((kind) => (kind === 1 ? value : BigInt(value))),
}));
const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 2 });

/** A sequence as agents send it again and again, in other orders at times, with parts of it broken. */
const rounds = fc.array(values, { minLength: 1, maxLength: 12 }).chain((all) =>
  fc.array(
    fc.record({
      lists: fc.oneof(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: 1 }),
        fc.array(values, { minLength: 1, maxLength: 4 }),
      ),
      flips: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: flips }),
      forgets: fc.oneof(
        { weight: 6, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constant('web-1') },
      ),
      protocol: fc.constantFrom('collectd', 'gmond'),
    }),
    { minLength: 2, maxLength: 10 },
  ),
);

function damaged(datagram: Uint8Array, places: readonly (readonly [number, number])[]): Uint8Array {
  const copy = Uint8Array.from(datagram);
  for (const [at, bits] of places) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ bits;
  return copy;
}

test('the expected record is the one that a look-up finds, whatever is sent', () => {
  fc.assert(
    fc.property(rounds, (all) => {
      const both = [
        intakes(() => new Succession(), new Source('10.0.0.1', 0)),
        intakes(() => new NoSuccession()),
      ] as const;
      for (const { lists, flips: places, forgets, protocol } of all) {
        const datagrams =
          protocol === 'collectd'
            ? [collectd(...lists)]
            : lists.map(({ host, plugin, timeS }) =>
                encodeValue({ host, name: plugin, spoof: false }, { type: 'double', value: timeS }),
              );
        for (const intake of both) {
          if (forgets !== '') intake.forget(forgets);
          for (const datagram of datagrams) intake.accept(protocol, damaged(datagram, places));
        }
      }
      expect(both[0].told()).toEqual(both[1].told());
    }),
    { numRuns: 300 },
  );
});
