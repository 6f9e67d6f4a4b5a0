import { isAwaited } from './instance.ts';
import { isSkewed } from './sender.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { sentence } from '../format/sentence.ts';
import type { MarkKind } from './state.ts';
import type { HostView } from '../../../src/contract/api.ts';

/** What stands over the graphs of a host: what happened, what it means for them, and what to do. */
export interface HostNote {
  readonly kind: 'down' | 'retired' | 'awaited' | 'conflict' | 'clock';
  readonly mark: MarkKind;
  /** Follows the host's name. */
  readonly title: string;
  readonly words: string;
}

/** The worst first; none where all is well. */
export function hostNotes(host: HostView, nowMs: number): readonly HostNote[] {
  if (host.retired_reason !== null) return [retired(host, host.retired_reason, nowMs)];
  if (isAwaited(host)) return [awaited(host, nowMs)];
  const silent = formatDuration(nowMs - host.last_seen_ms);
  const conflict = host.conflict === null ? [] : [inConflict(host.conflict)];
  if (host.state === 'DOWN') return [down(host, silent), ...conflict];
  return [...conflict, ...clock(host.clock_skew_ms)];
}

function down(host: HostView, silent: string): HostNote {
  return {
    kind: 'down',
    mark: 'down',
    title: `is down · silent for ${silent}`,
    words:
      `The last thing heard came at ${formatInstant(host.last_seen_ms)}: its graphs end there, and the values ` +
      'beside them are its last. Its services turn unknown as their samples age, and page nobody meanwhile. ' +
      'It is up again with its next datagram.',
  };
}

function retired(host: HostView, reason: string, nowMs: number): HostNote {
  const { instance, last_seen_ms: lastSeenMs } = host;
  const leftMs = instance?.left_ms ?? null;
  const heard = lastSeenMs > 0;
  const graphs = heard
    ? `Its graphs are kept and end at ${formatInstant(lastSeenMs)}.`
    : 'It was never heard, so there are no graphs.';
  return {
    kind: 'retired',
    mark: 'retired',
    title:
      leftMs === null
        ? `is retired · silent for ${formatDuration(nowMs - lastSeenMs)}`
        : `has left · ${reason}`,
    words:
      (leftMs === null ? sentence(retiredWords(reason)) : `It left at ${formatInstant(leftMs)}.`) +
      ` ${graphs} Nothing of it is judged, and it counts nowhere. ` +
      (leftMs === null
        ? 'It is back with its next datagram.'
        : 'It is back when it registers again, or when a list has it again: stray datagrams do not bring it back.'),
  };
}

function awaited({ cluster, instance }: HostView, nowMs: number): HostNote {
  const since = instance ? ` · since ${formatDuration(nowMs - instance.since_ms)}` : '';
  return {
    kind: 'awaited',
    mark: 'pending',
    title: `is registered, not heard yet${since}`,
    words:
      `It told the server that it is there, and no datagram of it has arrived in ${cluster}. Usual causes: the ` +
      'agent did not start, a security group blocks UDP, or it sends to another address.',
  };
}

/** The server's word for why, in more of them. */
export function retiredWords(reason: string): string {
  return reason === 'expired' ? 'it was silent for longer than the host_dmax of its group' : reason;
}

function inConflict(conflict: string): HostNote {
  return {
    kind: 'conflict',
    mark: 'warning',
    title: 'is the name of more than one machine',
    words:
      `${sentence(conflict)} Their values stand in the same graphs, one over the other. Give one of them ` +
      'another name (Hostname in collectd.conf, override_hostname in gmond.conf), or let the group name its ' +
      'hosts by address: host_name: address.',
  };
}

function clock(skewMs: number | null): HostNote[] {
  if (skewMs === null || !isSkewed(skewMs)) return [];
  const off = formatDuration(Math.abs(skewMs));
  const side = skewMs < 0 ? 'slow' : 'fast';
  return [
    {
      kind: 'clock',
      mark: 'warning',
      title: `has a clock that is ${off} ${side}`,
      words:
        `Its samples stand ${off} too ${skewMs < 0 ? 'early' : 'late'} beside those of other hosts and beside ` +
        'events. Outside the timestamps window of its group they are refused. Set its clock, by NTP for ' +
        'example.',
    },
  ];
}
