import { CHECK_DEFAULTS } from '../contract/checks.ts';
import { chance, flutter } from './dice.ts';
import { fillingOf } from './scenario.ts';
import { valueAt } from './wave.ts';
import type { CheckRules, ServiceDefinition, Subject } from '../contract/checks.ts';
import type { CheckResult } from '../model/check-result.ts';
import type { Behaviour } from './behaviour.ts';
import type { Role } from './fleet.ts';
import type { Rhythm } from './turns.ts';

/** What the instances of `mysql` report: a dump of their tables. */
const DUMP = 'dump';
const DUMP_EVERY_S = 300;
const SLOW_S = 240;
const TOO_SLOW_S = 600;
/** Fuller, and there is no room for a dump. */
const FULL_PERCENT = 88;

const MINUTE_MS = 60_000;

/**
 * The checks of a server that shows the simulated fleet: beside those it has, one of results that its jobs
 * send, and two of whole clusters. A name that is taken is left to whom it belongs.
 */
export function withJobs(rules: CheckRules, clusters: ReadonlyMap<Role, string>): CheckRules {
  const taken = new Set(rules.definitions.map(({ name }) => name));
  const all = [...clusters.values()];
  const own = [
    definitionOf(DUMP, [clusters.get('mysql') ?? ''], {
      subject: { kind: 'passive', service: null, command: null },
      maxCheckAttempts: 1,
      freshnessThresholdMs: 15 * MINUTE_MS,
      notes: 'The nightly copy is made of these dumps. See the log of the job on the host.',
    }),
    definitionOf('load of all', [clusters.get('web') ?? ''], {
      subject: aggregateOf({ kind: 'values', metric: 'load_one', function: 'avg' }),
      warning: '10',
      critical: '20',
    }),
    definitionOf('hosts down', all, {
      subject: aggregateOf({
        kind: 'states',
        service: 'host',
        states: ['DOWN', 'UNREACHABLE'],
        function: 'percent',
      }),
      warning: '5',
      critical: '20',
    }),
  ];
  return { ...rules, definitions: [...rules.definitions, ...own.filter(({ name }) => !taken.has(name))] };
}

function aggregateOf(of: Extract<Subject, { kind: 'aggregate' }>['of']): Subject {
  return { kind: 'aggregate', of, by: ['cluster'] };
}

function definitionOf(
  name: string,
  clusters: readonly string[],
  own: Partial<ServiceDefinition> & Pick<ServiceDefinition, 'subject'>,
): ServiceDefinition {
  const cluster = clusters.map((one) => one.replaceAll(/[\\^$.|?*+()[\]{}]/gu, String.raw`\$&`)).join('|');
  const everywhere = { cluster, host: '.*', facts: [], anchored: true, exclude: [], perCluster: [] };
  return { ...CHECK_DEFAULTS, ...everywhere, name, where: 'the demo:1:1', ...own };
}

/** When an instance's job is done; undefined for one that has none. */
export function jobRhythm({ role, seed }: Behaviour['instance']): Rhythm | undefined {
  if (role !== 'mysql') return undefined;
  return { everyS: DUMP_EVERY_S, phaseS: Math.floor(DUMP_EVERY_S * chance(seed, 60)) };
}

/** What the job says that is done at `timeS`, as a plugin would write it. */
export function jobResult(behaviour: Behaviour, cluster: string, timeS: number): CheckResult {
  const { instance, startS } = behaviour;
  const { name, address, seed } = instance;
  const tables = 12 + Math.floor(20 * chance(seed, 61));
  const gigabytes = 40 + 60 * chance(seed, 62) + (timeS - startS) / 86_400;
  const tookS = 1.5 * gigabytes * (1 + 0.1 * flutter(seed, timeS) + 3 * valueAt(behaviour.backup, timeS));
  const full = (fillingOf(name, startS, timeS) ?? 0) > FULL_PERCENT;
  const code = full || tookS > TOO_SLOW_S ? 2 : tookS > SLOW_S ? 1 : 0;
  const word = ['OK', 'WARNING', 'CRITICAL'][code];
  const first = full
    ? 'no room for another dump on the disk'
    : `${tables} tables, ${gigabytes.toFixed(1)} GB in ${tookS.toFixed(0)} s`;
  const data = full
    ? ''
    : `|time=${tookS.toFixed(1)}s;${SLOW_S};${TOO_SLOW_S};0 size=${gigabytes.toFixed(2)}GB`;
  return {
    cluster,
    host: name,
    service: DUMP,
    code,
    output: `DUMP ${word} - ${first}${data}`,
    timeMs: timeS * 1000,
    door: 'api',
    from: address,
  };
}
