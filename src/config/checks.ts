import { dirname } from 'node:path';
import { CHECK_DEFAULTS } from '../contract/checks.ts';
import type { CheckRules, ServiceDefinition } from '../contract/checks.ts';
import type { ConfigError } from './error.ts';
import { isNothing, list, mapping, optional, required } from './readers.ts';
import type { Section } from './readers.ts';
import { Reading, readText } from './reading.ts';
import { choice, duration, integer, pattern, range, safeName, text, webAddress } from './scalars.ts';

/** The service that is a host's own state; it judges no metric. */
const HOST_SERVICE = 'host';
const NOTES_CHARS_MAX = 4096;
const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

export const serviceKeys = {
  name: required(safeName('a name')),
  cluster: optional(pattern, '.*'),
  host: optional(pattern, '.*'),
  metric: optional(pattern, null),
  warning: optional(range, ''),
  critical: optional(range, ''),
  max_check_attempts: optional(integer({ min: 1, max: 1000 }), 3),
  retry_interval: optional(duration({ min: '0s', max: '1d' }), 15_000),
  freshness_threshold: optional(duration({ min: '1s' }), null),
  freshness_state: optional(choice(STATES), 'UNKNOWN'),
  notes: optional(text(NOTES_CHARS_MAX), ''),
  runbook: optional(webAddress({ secret: false }), ''),
};
type ServiceSection = Section<typeof serviceKeys>;

const service = mapping(serviceKeys, ['command', 'timeout', 'check_interval', 'passive', 'aggregate']);
const checksReader = mapping({ services: optional(list(service), []) });

interface ChecksOutcome {
  readonly rules: CheckRules;
  readonly errors: ConfigError[];
  readonly warnings: string[];
}

/**
 * Every service definition of the files, in their order. `display`: a path as messages show it. Never
 * throws.
 */
export function loadChecks(
  files: readonly string[],
  { env, display }: { env: NodeJS.ProcessEnv; display: (path: string) => string },
): ChecksOutcome {
  const definitions: ServiceDefinition[] = [];
  const errors: ConfigError[] = [];
  const warnings: string[] = [];
  const whereByName = new Map<string, string>();
  for (const path of files) {
    const file = display(path);
    const source = readText(path);
    if (!source.ok) {
      errors.push({ file, line: 0, column: 0, message: source.fault });
      continue;
    }
    const reading = new Reading({ text: source.text, file, directory: dirname(path), env });
    definitions.push(...definitionsOf(reading, whereByName));
    errors.push(...reading.errors);
    warnings.push(...reading.warnings);
  }
  return { rules: { definitions, timeperiods: [] }, errors, warnings };
}

function definitionsOf(reading: Reading, whereByName: Map<string, string>): ServiceDefinition[] {
  const contents = reading.document?.contents ?? null;
  if (contents === null || isNothing(contents)) return [];
  const root = checksReader.read({ node: contents, offset: contents.range[0] }, reading);
  return (root?.values.services ?? []).flatMap(({ value: section }) => {
    const { name } = section.values;
    if (name === undefined) return [];
    const offset = section.offsets.get('name') ?? section.offset;
    reportService(section, name, reading);
    const where = reading.where(offset);
    const first = whereByName.get(name);
    if (first !== undefined) {
      reading.fault(offset, `a second service ${reading.quote(name, offset)}; the first is at ${first}`, {
        expected: 'a name that no other service of all files has',
      });
      return [];
    }
    whereByName.set(name, where);
    return [definitionOf(section, name, where)];
  });
}

function definitionOf({ values }: ServiceSection, name: string, where: string): ServiceDefinition {
  return {
    name,
    where,
    cluster: values.cluster,
    host: values.host,
    facts: [],
    anchored: true,
    exclude: [],
    perCluster: [],
    subject:
      values.metric === null ? { kind: 'host' } : { kind: 'metric', metric: values.metric, function: null },
    ...CHECK_DEFAULTS,
    warning: values.warning,
    critical: values.critical,
    maxCheckAttempts: values.max_check_attempts,
    retryIntervalMs: values.retry_interval,
    freshnessThresholdMs: values.freshness_threshold,
    freshnessState: values.freshness_state,
    notes: values.notes,
    runbook: values.runbook,
  };
}

function reportService(section: ServiceSection, name: string, reading: Reading): void {
  const offset = section.offsets.get('name') ?? section.offset;
  if (/[[\]]/.test(name)) {
    reading.fault(offset, `${reading.quote(name, offset)} has a bracket`, {
      expected: 'a name without brackets, which tell apart the services of one definition',
    });
  }
  if (name === HOST_SERVICE) {
    for (const key of ['metric', 'warning', 'critical']) {
      const at = section.offsets.get(key);
      if (at === undefined) continue;
      reading.fault(at, `the service "host" is the host's own state and takes no "${key}"`);
    }
  } else if (!section.offsets.has('metric') && section.allKnown) {
    reading.fault(section.offset, `the service ${reading.quote(name, offset)} has no "metric"`, {
      expected: 'metric: a regular expression over metric names',
    });
  }
}
