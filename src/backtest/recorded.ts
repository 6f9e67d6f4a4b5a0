import { HOST_SERVICE } from '../judge/watch.ts';
import type { CheckResult } from '../model/check-result.ts';
import type { CheckRules, CheckSettings, ServiceDefinition } from '../contract/checks.ts';
import type {
  Problem,
  SavedHost,
  SavedService,
  ServiceKey,
  StateEvent,
  Status,
} from '../model/service-state.ts';
import type { Span } from './spans.ts';

/** Changes of state, oldest first: of each service the last one before the replay, and all within it. */
export interface Recorded {
  readonly before: readonly StateEvent[];
  readonly during: readonly StateEvent[];
}

/** Of the hosts' own services, as their silence made them. */
export interface RecordedHosts {
  /** By `cluster NUL host`. */
  readonly silences: ReadonlyMap<string, readonly Span[]>;
  readonly retired: ReadonlyMap<string, readonly Span[]>;
}

interface HostsAsked {
  /** Whether silence alone says how a host is; what a plugin says of it is no silence. */
  readonly isBySilence: (cluster: string, host: string) => boolean;
  /** For how long it may be silent, ms. */
  readonly limitMs: (cluster: string, host: string) => number;
  readonly beginS: number;
  readonly endS: number;
}

interface Run {
  readonly kind: 'down' | 'retired';
  readonly fromS: number;
}

/** When hosts were silent, or gone, as it was recorded: of that the store has no series. */
export function recordedHosts({ before, during }: Recorded, asked: HostsAsked): RecordedHosts {
  const silences = new Map<string, Span[]>();
  const retired = new Map<string, Span[]>();
  const open = new Map<string, Run>();
  const end = (key: string, untilS: number) => {
    const run = open.get(key);
    if (run === undefined) return;
    open.delete(key);
    const into = run.kind === 'down' ? silences : retired;
    into.set(key, [...(into.get(key) ?? []), { fromS: run.fromS, untilS }]);
  };
  for (const { cluster, host, service, state, timeMs } of [...before, ...during]) {
    if (service !== HOST_SERVICE || !asked.isBySilence(cluster, host)) continue;
    const key = `${cluster}\0${host}`;
    const atS = Math.max(asked.beginS, Math.floor(timeMs / 1000));
    if (state === 'RETIRED') {
      end(key, atS);
      open.set(key, { kind: 'retired', fromS: atS });
    } else if (state === 'DOWN' || state === 'UNREACHABLE') {
      if (open.get(key)?.kind === 'down') continue;
      end(key, atS);
      // Its last packet came so long before.
      open.set(key, { kind: 'down', fromS: Math.floor((timeMs - asked.limitMs(cluster, host)) / 1000) });
    } else end(key, atS);
  }
  for (const key of open.keys()) end(key, asked.endS + 1);
  return { silences, retired };
}

const CODES = new Map([
  ['OK', 0],
  ['UP', 0],
  ['WARNING', 1],
  ['DOWN', 1],
  ['CRITICAL', 2],
  ['UNREACHABLE', 2],
  ['UNKNOWN', 3],
]);

/** What came from plugins and from elsewhere, as far as it changed anything: a result a change. */
export function recordedResults(
  { during }: Recorded,
  isReported: (key: ServiceKey) => boolean,
): CheckResult[] {
  return during.flatMap((event) => {
    const code = CODES.get(event.state);
    if (code === undefined || !isReported(event)) return [];
    const { cluster, host, service, output, timeMs } = event;
    return [{ cluster, host, service, code, output, timeMs, door: 'api' as const, from: '' }];
  });
}

/** Where they stood when the replay begins. Nobody was told of it yet: pages of that time are not shown. */
export function recordedServices(
  { before }: Recorded,
  isReported: (key: ServiceKey) => boolean,
): SavedService[] {
  return before.filter(isReported).map((event) => {
    const { cluster, host, service, output, timeMs } = event;
    const stands = { status: statusOf(event), output, lastCheckMs: timeMs };
    return { cluster, host, service, ...stands, told: [], flaps: null, result: null, nextCheckMs: null };
  });
}

/** Hosts that have been known for long: nobody waits whether they stay. */
export function knownHosts(
  hosts: readonly { readonly cluster: string; readonly name: string; readonly fromS: number }[],
  beginS: number,
): SavedHost[] {
  return hosts
    .filter(({ fromS }) => fromS <= beginS + 1)
    .map(({ cluster, name }) => ({
      cluster,
      name,
      state: 'UP',
      sinceMs: beginS * 1000,
      retiredReason: null,
      leftByWord: false,
      firstSeenMs: 0,
    }));
}

/**
 * Definitions as they are judged by what was recorded: plugins are not run, and what they said is taken as a
 * result; that results stay away was recorded, too.
 */
export function asRecorded({ definitions, timeperiods }: CheckRules): CheckRules {
  return { timeperiods, definitions: definitions.map(recordedDefinition) };
}

function recordedDefinition(definition: ServiceDefinition): ServiceDefinition {
  const { subject } = definition;
  if (subject.kind !== 'command' && subject.kind !== 'passive') return definition;
  const service = subject.kind === 'passive' ? subject.service : null;
  return {
    ...definition,
    subject: { kind: 'passive', service, command: null },
    freshnessThresholdMs: null,
    // A plugin's problem of a host takes its attempts; that of a result is hard at once.
    passiveHostChecksAreSoft: subject.kind === 'command' || definition.passiveHostChecksAreSoft,
    perCluster: definition.perCluster.map((one) => ({ ...one, settings: withoutThreshold(one.settings) })),
  };
}

function withoutThreshold({
  freshnessThresholdMs: _,
  ...settings
}: Partial<CheckSettings>): Partial<CheckSettings> {
  return settings;
}

function statusOf({ state, stateType, attempt, timeMs }: StateEvent): Status {
  if (CODES.get(state) === 0 || !CODES.has(state)) return { kind: 'ok', sinceMs: timeMs };
  const problem = state as Problem;
  if (stateType === 'HARD') return { kind: 'hard', problem, attempt, sinceMs: timeMs };
  return { kind: 'soft', problem, attempt, sinceMs: timeMs, triedMs: timeMs, evidenceMs: timeMs };
}
