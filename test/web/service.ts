import type { ServiceView } from '../../src/contract/api.ts';

/** A service in trouble, as the API tells it. */
export const service = (changes: Partial<ServiceView>): ServiceView => ({
  cluster: 'web',
  host: 'a',
  service: 'load',
  state: 'CRITICAL',
  state_type: 'HARD',
  attempt: 3,
  max_check_attempts: 3,
  output: '',
  since_ms: 1000,
  last_check_ms: 2000,
  flapping: false,
  kind: 'metric',
  next_check_ms: null,
  percent_state_change: 0,
  acknowledged: false,
  in_downtime: false,
  silenced: false,
  metric: 'load_one',
  function: '',
  warning: '4',
  critical: '8',
  notes: '',
  runbook: '',
  ...changes,
});
