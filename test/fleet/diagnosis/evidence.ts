import { GROUP_DEFAULTS } from '../../../src/contract/config.ts';
import { diagnose } from '../../../src/fleet/diagnosis/diagnose.ts';
import { sceneOf } from '../../../src/fleet/diagnosis/scene.ts';
import type { GroupConfig } from '../../../src/contract/config.ts';
import type { DiagnosisAnswer, FindingView, ReconcilerView } from '../../../src/contract/instances.ts';
import type { DiagnosisWish } from '../../../src/fleet/diagnosis/diagnose.ts';
import type { Evidence, HostEvidence } from '../../../src/fleet/diagnosis/scene.ts';
import type { Instance } from '../../../src/fleet/instance.ts';
import type { SourceRow } from '../../../src/model/source-query.ts';

export const NOW_MS = 1_700_000_000_000;
export const MINUTE_MS = 60_000;

export function group(name: string, port: number, given: Partial<GroupConfig> = {}) {
  const config: GroupConfig = {
    name,
    listen: [{ address: '0.0.0.0', port }],
    accept: ['collectd', 'ganglia'],
    hostTmaxMs: 20_000,
    hostDmaxMs: 86_400_000,
    hostName: 'packet',
    maxSeriesPerHost: 1000,
    timestamps: { pastMs: 3_600_000, futureMs: 60_000, outside: 'refuse' },
    ...GROUP_DEFAULTS,
    rrdDir: null,
    ...given,
  };
  return { config, port };
}

/** An instance of `web` that registered twelve minutes ago from 10.0.0.7. */
export function instance(given: Partial<Instance> = {}): Instance {
  const host = given.host ?? 'web-7';
  const registeredMs = given.registeredMs ?? NOW_MS - 12 * MINUTE_MS;
  return {
    cluster: 'web',
    host,
    instanceId: `i-${host}`,
    standing: { kind: 'here', says: '' },
    sinceMs: registeredMs,
    addresses: ['10.0.0.7'],
    region: '',
    zone: '',
    tags: [],
    registeredMs,
    registeredFrom: '10.0.0.7',
    lists: [],
    ...given,
  };
}

/** A host of `web` that was heard a moment ago. */
export function host(name: string, given: Partial<HostEvidence> = {}): HostEvidence {
  return {
    cluster: 'web',
    name,
    address: '10.0.0.7',
    agent: 'collectd',
    lastSeenMs: NOW_MS - 2000,
    skewMs: Number.NaN,
    conflict: undefined,
    ...given,
  };
}

/** Who sends to `web`, lastly a moment ago; `refused`: packets of these reasons, nine of each. */
export function sender(
  address: string,
  given: Partial<SourceRow> & { readonly reasons?: readonly string[] } = {},
): SourceRow {
  const { reasons = [], ...rest } = given;
  return {
    group: 'web',
    address,
    protocols: ['collectd'],
    hosts: [],
    hosts_total: rest.hosts?.length ?? 0,
    first_seen_ms: NOW_MS - 10 * MINUTE_MS,
    last_seen_ms: NOW_MS - 2000,
    packets: 9,
    values: 0,
    values_per_second: 0,
    series: 0,
    clock_skew_ms: null,
    refused: reasons.map((reason) => ({ what: 'packet', reason, count: 9, last_ms: NOW_MS - 2000 })),
    ...rest,
  };
}

export function list(given: Partial<ReconcilerView> = {}): ReconcilerView {
  return {
    name: 'cloud',
    source: '/etc/muster/instances.json',
    groups: ['web'],
    interval_ms: 60_000,
    read_ms: NOW_MS - 5000,
    tried_ms: NOW_MS - 5000,
    fault: '',
    instances: 40,
    others: { instances: 0, groups: [] },
    held: null,
    ...given,
  };
}

/** The groups `web` (8650) and `batch` (8651), and nothing amiss. */
export function evidence(given: Partial<Evidence> = {}): Evidence {
  return {
    nowMs: NOW_MS,
    publicUrl: 'https://muster.example.net',
    signsIn: true,
    servers: ['muster.example.net'],
    groups: [group('web', 8650), group('batch', 8651)],
    senders: [],
    hosts: [],
    retiredMs: () => 0,
    instances: [],
    lists: [],
    own: null,
    ...given,
  };
}

export function diagnosis(given: Partial<Evidence>, wish: DiagnosisWish = {}): DiagnosisAnswer {
  return diagnose(sceneOf(evidence(given)), wish);
}

export function findings(given: Partial<Evidence>, wish: DiagnosisWish = {}): readonly FindingView[] {
  return diagnosis(given, wish).findings;
}

/** One that registered and is heard, and what its group knows of it. */
export const heard = instance({ host: 'web-1', addresses: ['10.0.0.1'] });
export const registering = { instances: [heard], hosts: [host('web-1', { address: '10.0.0.1' })] };
/** A list that waits to be confirmed. */
export const hold = {
  digest: 'd',
  since_ms: NOW_MS - 7 * MINUTE_MS,
  gone: 12,
  groups: [{ group: 'web', gone: 12, of: 20 }],
  first: [],
  words: '',
};
