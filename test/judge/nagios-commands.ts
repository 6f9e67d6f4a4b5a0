import type { Downtime } from '../../src/alert/nagios/notifying.ts';

/** External commands about notifications, as far as scenarios have them. */

export interface ScheduledDowntime extends Omit<Downtime, 'trigger'> {
  readonly object: string;
  /** Another downtime's id; empty: none. */
  readonly triggeredBy: string;
}

export type NotificationCommand =
  | {
      readonly kind: 'acknowledge';
      readonly object: string;
      readonly isSticky: boolean;
      readonly notify: boolean;
    }
  | { readonly kind: 'unacknowledge'; readonly object: string }
  | { readonly kind: 'schedule'; readonly downtimes: readonly ScheduledDowntime[] }
  | { readonly kind: 'cancel'; readonly objects: readonly string[] }
  | { readonly kind: 'cancel-one'; readonly id: string }
  | { readonly kind: 'enable'; readonly object: string; readonly isEnabled: boolean }
  | { readonly kind: 'enable-all'; readonly isEnabled: boolean }
  | { readonly kind: 'detect-flapping'; readonly object: string; readonly detects: boolean }
  | { readonly kind: 'delay'; readonly object: string; readonly untilMs: number }
  | { readonly kind: 'custom'; readonly object: string; readonly options: number };

interface Names {
  /** The scenario's own host, and its services. */
  readonly host: string;
  readonly services: readonly string[];
  readonly nowMs: number;
  /** Ids of the downtimes so far. */
  readonly count: number;
}

const SECOND_MS = 1000;

/** Objects are called as services are, the host `host`, its parent `parent`. Undefined: of something else. */
export function commandOf(written: string, names: Names): NotificationCommand | undefined {
  const nowS = names.nowMs / SECOND_MS;
  const filled = written.replaceAll(/\{now([+-]\d+)?\}/gu, (_, more: string | undefined) =>
    String(nowS + Number(more ?? 0)),
  );
  const [name = '', host = '', ...rest] = filled.split(';');
  const ofHost = host === names.host ? 'host' : 'parent';
  const isOfService = name.includes('_SVC_') && !name.startsWith('SCHEDULE_HOST_SVC');
  const object = isOfService ? (rest[0] ?? '') : ofHost;
  const words = isOfService ? rest.slice(1) : rest;
  switch (name.replace('_SVC_', '_').replace('_HOST_', '_')) {
    case 'ACKNOWLEDGE_PROBLEM':
      return { kind: 'acknowledge', object, isSticky: words[0] === '2', notify: words[1] === '1' };
    case 'REMOVE_ACKNOWLEDGEMENT':
      return { kind: 'unacknowledge', object };
    case 'SCHEDULE_DOWNTIME':
      if (name === 'SCHEDULE_HOST_SVC_DOWNTIME') return scheduled(names.services, words, names);
      return scheduled([object], words, names);
    case 'SCHEDULE_AND_PROPAGATE_DOWNTIME':
      return scheduled(['parent', 'host'], words, names);
    case 'SCHEDULE_AND_PROPAGATE_TRIGGERED_DOWNTIME':
      return triggered(scheduled(['parent', 'host'], words, names));
    case 'DEL_DOWNTIME_BY_NAME':
      return { kind: 'cancel', objects: rest[0] ? [rest[0]] : [ofHost, ...names.services] };
    case 'DEL_DOWNTIME':
      return { kind: 'cancel-one', id: host };
    case 'ENABLE_NOTIFICATIONS':
    case 'DISABLE_NOTIFICATIONS': {
      const isEnabled = name.startsWith('ENABLE');
      return host === '' ? { kind: 'enable-all', isEnabled } : { kind: 'enable', object, isEnabled };
    }
    case 'ENABLE_FLAP_DETECTION':
    case 'DISABLE_FLAP_DETECTION':
      return { kind: 'detect-flapping', object, detects: name.startsWith('ENABLE') };
    case 'DELAY_NOTIFICATION':
      return { kind: 'delay', object, untilMs: Number(words[0]) * SECOND_MS };
    case 'SEND_CUSTOM_NOTIFICATION':
      return { kind: 'custom', object, options: Number(words[0]) };
    default:
      return undefined;
  }
}

/** Nagios refuses what is over, or ends before it begins. */
function scheduled(
  objects: readonly string[],
  [from, to, fixed, trigger = '0', duration]: readonly string[],
  { nowMs, count }: Names,
): NotificationCommand {
  const [fromMs, toMs] = [Number(from) * SECOND_MS, Number(to) * SECOND_MS];
  if (fromMs >= toMs || toMs <= nowMs) return { kind: 'schedule', downtimes: [] };
  const downtimes = objects.map((object, i) => ({
    object,
    id: String(count + i + 1),
    isFixed: fixed === '1',
    fromMs,
    toMs,
    durationMs: Number(duration) * SECOND_MS,
    triggeredBy: trigger === '0' ? '' : trigger,
  }));
  return { kind: 'schedule', downtimes };
}

function triggered(command: NotificationCommand): NotificationCommand {
  if (command.kind !== 'schedule') return command;
  const [first, ...others] = command.downtimes;
  if (!first) return command;
  return {
    kind: 'schedule',
    downtimes: [first, ...others.map((one) => ({ ...one, triggeredBy: first.id }))],
  };
}
