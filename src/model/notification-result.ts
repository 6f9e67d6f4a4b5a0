import type { AgentNotification } from './event.ts';
import type { CheckResult } from './check-result.ts';

const CODES = { OK: 0, WARNING: 1, CRITICAL: 2 } as const satisfies Record<
  AgentNotification['state'],
  number
>;

/** What collectd has to say of a value, as a result of the service that is named like it. */
export function notificationResult({
  timeMs,
  cluster,
  host,
  service,
  state,
  text,
}: AgentNotification): CheckResult {
  return { cluster, host, service, code: CODES[state], output: text, timeMs, door: 'collectd', from: host };
}
