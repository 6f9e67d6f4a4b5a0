import { RESULT_NAME_CHARS_MAX, RESULT_OUTPUT_CHARS_MAX } from '../limits.ts';
import { printable } from './printable.ts';
import type { CheckResult } from './check-result.ts';

/** Why a result that could be read is not handed on. */
export type FieldFault = 'no-host' | 'bad-name' | 'name-too-long' | 'bad-code';

/** The service that a host's own state is. */
export const HOST_SERVICE = 'host';

/** Nagios' names have none of these; a semicolon would part arguments of its commands. */
// oxlint-disable-next-line no-control-regex -- they are what it is for
const NOT_IN_NAMES = /[\u0000-\u001f\u007f;]/u;
const UNREACHABLE = 2;

/**
 * A result of an old tool as it is handed on: names are held to be names, the output loses what is not
 * printable and what is beyond its maximum. A service's code may be anything: what is no state is UNKNOWN to
 * the judge.
 */
export function checkedResult(result: CheckResult): CheckResult | FieldFault {
  const { host, service, code, output } = result;
  if (host === '') return 'no-host';
  if (NOT_IN_NAMES.test(host) || NOT_IN_NAMES.test(service)) return 'bad-name';
  if (host.length > RESULT_NAME_CHARS_MAX || service.length > RESULT_NAME_CHARS_MAX) return 'name-too-long';
  const isHost = service === '' || service === HOST_SERVICE;
  if (isHost && !(code >= 0 && code <= UNREACHABLE)) return 'bad-code';
  return {
    ...result,
    service: isHost ? HOST_SERVICE : service,
    output: printable(output.slice(0, RESULT_OUTPUT_CHARS_MAX).replaceAll('\r\n', '\n')),
  };
}
