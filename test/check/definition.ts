import { CHECK_DEFAULTS } from '../../src/contract/checks.ts';
import { compileDefinitions } from '../../src/check/definitions.ts';
import type { CompiledDefinition } from '../../src/check/definitions.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';

/** A definition as configuration would give it: `load` on load_one, critical above 8, hard at once. */
export function definition({
  metric = 'load_one',
  ...changes
}: Partial<ServiceDefinition> & { readonly metric?: string | null } = {}): ServiceDefinition {
  return {
    ...CHECK_DEFAULTS,
    name: 'load',
    where: 'checks/test.yaml:1:1',
    cluster: '.*',
    host: '.*',
    facts: [],
    anchored: true,
    exclude: [],
    perCluster: [],
    subject: metric === null ? { kind: 'host' } : { kind: 'metric', metric, function: null },
    critical: '8',
    maxCheckAttempts: 1,
    ...changes,
  };
}

/** Compiled, or an assertion with the faults. */
export function compiled(...definitions: ServiceDefinition[]): readonly CompiledDefinition[] {
  const outcome = compileDefinitions(definitions);
  if (!outcome.ok) throw new Error(outcome.faults.join('\n'));
  return outcome.definitions;
}

/** A host as definitions look at it. */
export function knownHost(cluster: string, name: string, facts: Readonly<Record<string, string>> = {}) {
  return { cluster, name, address: '192.0.2.1', facts: new Map(Object.entries(facts)) };
}
