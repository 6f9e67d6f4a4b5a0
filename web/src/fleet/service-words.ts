import { formatDuration } from '../format/duration.ts';
import type { ServiceDetail } from '../../../src/contract/api.ts';

/** When its command runs next: `in 34 s`, or that it is due. */
export function nextWords(nextMs: number, nowMs: number): string {
  if (nextMs <= nowMs) return 'due now';
  return `in ${formatDuration(nextMs - nowMs + 999)}`;
}

/** What brought its last result: `NSCA, 10.1.2.3`; empty where Muster judged it itself or none came. */
export function cameWords({ via, from }: Pick<ServiceDetail, 'via' | 'from'>): string {
  if (via === '' || via === 'judge') return '';
  return from === '' ? doorLabel(via) : `${doorLabel(via)}, ${from}`;
}

const DOORS: ReadonlyMap<string, string> = new Map([
  ['api', 'the API'],
  ['nsca', 'NSCA'],
  ['nrdp', 'NRDP'],
  ['command', 'external commands'],
  ['collectd', 'collectd'],
  ['plugin', 'its plugin'],
]);

/** A way by which results come in; one of a newer server as it says. */
export function doorLabel(door: string): string {
  return DOORS.get(door) ?? door;
}
