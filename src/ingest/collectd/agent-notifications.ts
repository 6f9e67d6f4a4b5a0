import { AGENT_NOTIFICATIONS_PER_SECOND_MAX, AGENT_NOTIFICATIONS_PER_WORKER_MAX } from '../../limits.ts';
import { sampleTimeMs } from '../group.ts';
import { cleanName, cleanPart } from '../identity.ts';
import type { AgentNotification } from '../../model/event.ts';
import type { GroupRules } from '../group.ts';
import type { ValueList } from '../../wire/collectd/value-list.ts';

/** Why a notification that was read is not kept. */
export type NotificationRefusal =
  | 'notification-past'
  | 'notification-future'
  | 'notification-repeated'
  | 'notifications-max';

const STATES = new Map<number, AgentNotification['state']>([
  [1, 'CRITICAL'],
  [2, 'WARNING'],
  [4, 'OK'],
]);

/** What is in hand besides the notification itself. */
interface Heard {
  readonly rules: GroupRules;
  readonly host: string;
  readonly arrivalMs: number;
}

/** Notifications of collectd on their way to the events: so many a second, none of them twice in a row. */
export class AgentNotifications {
  #taken: AgentNotification[] = [];
  #second = 0;
  /** Of the second that runs. */
  readonly #perGroup = new Map<string, number>();
  /** What was said last, by host and service. */
  readonly #said = new Map<string, string>();
  #count = 0;

  /** Takes one that the decoder found whole; or why it is refused. */
  take(
    list: ValueList,
    message: { at: number; length: number },
    heard: Heard,
  ): NotificationRefusal | undefined {
    const { rules, host, arrivalMs } = heard;
    const timeMs = sampleTimeMs(rules, list.timeS * 1000, arrivalMs);
    if (timeMs === 'time_past') return 'notification-past';
    if (timeMs === 'time_future') return 'notification-future';
    this.#begin(Math.floor(arrivalMs / 1000));
    const ofGroup = this.#perGroup.get(rules.name) ?? 0;
    const isMax = ofGroup >= AGENT_NOTIFICATIONS_PER_SECOND_MAX;
    if (isMax || this.#count >= AGENT_NOTIFICATIONS_PER_WORKER_MAX) return 'notifications-max';
    const notification: AgentNotification = {
      timeMs,
      cluster: rules.name,
      host,
      service: serviceOf(list),
      state: STATES.get(list.severity) ?? 'WARNING',
      text: cleanName(list.buffer, message.at, message.length),
    };
    const { service, state, text } = notification;
    const about = [rules.name, host, service].join('\0');
    const said = [Math.floor(timeMs / 1000), state, text].join('\0');
    if (this.#said.get(about) === said) return 'notification-repeated';
    this.#said.set(about, said);
    this.#count += 1;
    this.#perGroup.set(rules.name, ofGroup + 1);
    this.#taken.push(notification);
    return undefined;
  }

  /** What was taken since the last call. */
  drain(): readonly AgentNotification[] {
    const taken = this.#taken;
    if (taken.length > 0) this.#taken = [];
    return taken;
  }

  #begin(second: number): void {
    if (second === this.#second) return;
    this.#second = second;
    this.#perGroup.clear();
    this.#said.clear();
    this.#count = 0;
  }
}

/** `plugin[-instance]/type[-instance]`; what is absent is left out, and all of it where there is neither. */
function serviceOf(list: ValueList): string {
  const { buffer } = list;
  const part = (at: number, length: number) => cleanPart(buffer, at, length);
  const plugin = joined(
    part(list.pluginAt, list.pluginLength),
    part(list.pluginInstanceAt, list.pluginInstanceLength),
  );
  const type = joined(part(list.typeAt, list.typeLength), part(list.typeInstanceAt, list.typeInstanceLength));
  return type === '' ? plugin : `${plugin}/${type}`;
}

function joined(name: string, instance: string): string {
  return instance === '' ? name : `${name}-${instance}`;
}
