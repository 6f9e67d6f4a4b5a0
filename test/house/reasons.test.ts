import { expect, test } from 'vitest';
import { cureOf, REASON_CURES } from '../../src/contract/reasons.ts';
import { filesBelow, text } from './tree.ts';
import type { CollectdFault, CollectdSkip } from '../../src/wire/collectd/value-list.ts';
import type { CheckNowOutcome, ResultRefusal } from '../../src/model/check-result.ts';
import type { CommandFault } from '../../src/wire/nagios-command.ts';
import type { DecidedOutcome } from '../../src/model/decided.ts';
import type { ConnectionFault } from '../../src/ingest/lines/graphite-listeners.ts';
import type { FieldFault } from '../../src/model/checked-result.ts';
import type { GateRefusal } from '../../src/ingest/senders/gate.ts';
import type { GmondFault } from '../../src/wire/gmond/message.ts';
import type { GraphiteFault } from '../../src/wire/graphite/decode.ts';
import type { HostRefusal } from '../../src/ingest/host-table.ts';
import type { InfluxFault } from '../../src/wire/influx/line.ts';
import type { NrdpFault } from '../../src/wire/nrdp/message.ts';
import type { NscaFault } from '../../src/wire/nsca/packet.ts';
import type { RecordRefusal } from '../../src/ingest/samples.ts';
import type { StatsdFault } from '../../src/wire/statsd/sample.ts';

type Hyphened<T extends string> = T extends `${infer A}_${infer B}` ? Hyphened<`${A}-${B}`> : T;
type Spoken =
  | Exclude<CheckNowOutcome, 'asked'>
  | CommandFault
  | NonNullable<DecidedOutcome>
  | FieldFault
  | NrdpFault
  | NscaFault
  | ResultRefusal
  | CollectdFault
  | CollectdSkip
  | ConnectionFault
  | GateRefusal
  | GmondFault
  | GraphiteFault
  | HostRefusal
  | InfluxFault
  | RecordRefusal
  | StatsdFault;
/** What a type names has a cure, or this does not compile. */
const CURES: Readonly<Record<Hyphened<Spoken>, string>> & Readonly<Record<string, string>> = REASON_CURES;

const PROTOCOLS = new Set(['collectd', 'ganglia', 'statsd', 'graphite', 'influx', 'unknown']);

const hyphened = (reason: string) => reason.replaceAll('_', '-');
const sorted = (reasons: Iterable<string>) => [...new Set([...reasons].map(hyphened))].toSorted();

/** The reasons of refusals, as the tables name them: those of values that were lost come after these. */
function documented(): string[] {
  const section = text('docs/PROTOCOLS.md').split('## Reasons')[1] ?? '';
  const [refusals = ''] = section.split('`muster_values_lost_total');
  let column = 1;
  return refusals.split('\n').flatMap((line) => {
    const cells = line.split(/(?<!\\)\|/u);
    if (cells[1]?.trim() === 'protocol') column = 2;
    else if (cells[1]?.trim() === 'reason') column = 1;
    return [...(cells[column] ?? '').matchAll(/`([a-z_-]+)`/gu)].map(([, reason]) => reason ?? '');
  });
}

test('every reason of a refusal has a cure and stands in PROTOCOLS.md, and no other', () => {
  expect(sorted(documented())).toEqual(sorted(Object.keys(CURES)));
});

test('what the doors of results name on the spot has a cure', () => {
  const sources = ['src/compat', 'src/http/nrdp.ts', 'src/wire/nsca', 'src/threads/check-desk.ts'];
  const code = sources
    .flatMap((path) => (path.endsWith('.ts') ? [path] : filesBelow(path)))
    .map(text)
    .join('\n');
  const booked = /\b(?:#?refused?\(|reason: (?:[^',}\n]*\?\? )?|return )'([a-z]+(?:-[a-z]+)+)'/gu;
  const spoken = sorted([...code.matchAll(booked)].map(([, reason]) => reason ?? ''));
  expect(spoken).toEqual(
    expect.arrayContaining(['bad-crc', 'bad-token', 'judge-busy', 'not-allowed', 'packet-age']),
  );
  expect(spoken.filter((reason) => !(reason in CURES))).toEqual([]);
});

test('what the ingest worker names on the spot has a cure', () => {
  const sources = filesBelow('src/ingest').map(text).join('\n');
  const booked =
    /\b(?:rejectPacket|rejectValues|#count|#refuse|refuse)\((?:[^()']|'[a-z]+'|\([^()]*\))*'([a-z_-]+)'\)/gu;
  const worded = /(?<!kind: )'((?:bad|limit|no|not|time)[_-][a-z_-]+)'/gu;
  const spoken = [...sources.matchAll(booked), ...sources.matchAll(worded)].map(([, reason]) => reason ?? '');
  expect(spoken.length).toBeGreaterThan(20);
  const reasons = sorted(spoken).filter((word) => !PROTOCOLS.has(word));
  expect(reasons.filter((reason) => !(reason in CURES))).toEqual([]);
});

test.for([
  { reason: 'time_past', cure: REASON_CURES['time-past'] },
  { reason: 'limit-series-per-source', cure: REASON_CURES['limit-series-per-source'] },
  { reason: 'constructor', cure: 'see docs/PROTOCOLS.md, "Reasons"' },
])('the cure of $reason', ({ reason, cure }) => {
  expect(cureOf(reason)).toBe(cure);
});
