import { compileDefinitions } from '../../src/check/definitions.ts';
import type { CompiledDefinition } from '../../src/check/definitions.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';

/** A definition as configuration would give it: `load` on load_one, critical above 8, hard at once. */
export function definition(changes: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return {
    name: 'load',
    where: 'checks/test.yaml:1:1',
    cluster: '.*',
    host: '.*',
    metric: 'load_one',
    warning: '',
    critical: '8',
    maxCheckAttempts: 1,
    retryIntervalMs: 15_000,
    freshnessThresholdMs: null,
    freshnessState: 'UNKNOWN',
    notes: '',
    runbook: '',
    ...changes,
  };
}

/** Compiled, or an assertion with the faults. */
export function compiled(...definitions: ServiceDefinition[]): readonly CompiledDefinition[] {
  const outcome = compileDefinitions(definitions);
  if (!outcome.ok) throw new Error(outcome.faults.join('\n'));
  return outcome.definitions;
}
