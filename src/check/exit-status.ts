import type { Semantics } from '../contract/checks.ts';
import type { CheckState } from '../model/service-state.ts';

/** States by exit status. */
const SERVICE: readonly CheckState[] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];
const HOST = ['UP', 'DOWN', 'UNREACHABLE'] as const;

export type HostResultState = (typeof HOST)[number];

/** A service's state by what somebody reports; any other number is UNKNOWN, as Nagios has it. */
export function reportedState(code: number): CheckState {
  return SERVICE[code] ?? 'UNKNOWN';
}

/** A host's state by what somebody reports; any other number is DOWN. */
export function reportedHostState(code: number): HostResultState {
  return HOST[code] ?? 'DOWN';
}

/**
 * A service's state by how its plugin ended. Only an exit status of 0 to 3 is a verdict: everything else is
 * UNKNOWN, of Nagios CRITICAL (base/checks.c: service_check_timeout_state, and exit statuses out of
 * bounds). What we did not run says nothing in any semantics.
 */
export function pluginState(
  ran: { readonly end: string; readonly code: number },
  semantics: Semantics,
): CheckState {
  const verdict = ran.end === 'exited' ? SERVICE[ran.code] : undefined;
  return verdict ?? (semantics === 'nagios' && ran.end !== 'refused' ? 'CRITICAL' : 'UNKNOWN');
}

/**
 * A host's state by how its plugin ended. 0 and 1 (a warning) are UP. A plugin that did not come to a verdict
 * says nothing of the host in Muster's semantics (null); in Nagios' the host is DOWN.
 */
export function pluginHostState(
  ran: { readonly end: string; readonly code: number },
  semantics: Semantics,
): HostResultState | null {
  if (ran.end === 'refused') return null;
  if (ran.end === 'exited' && (ran.code === 0 || ran.code === 1)) return 'UP';
  if (semantics === 'nagios' || (ran.end === 'exited' && ran.code === 2)) return 'DOWN';
  return ran.end === 'timeout' ? 'DOWN' : null;
}

/** The first line as it is shown: Nagios makes colons of semicolons, which part the fields of its log. */
export function outputAs(semantics: Semantics, output: string): string {
  return semantics === 'nagios' ? output.replaceAll(';', ':') : output;
}
