import type { EventView } from '../contract/api.ts';
import type { ServiceKey } from './service-state.ts';

/** Which events, newest first. Times are epoch milliseconds, both ends included. */
export interface EventQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
  /** Rows that are looked at for them, the newest. */
  readonly looked: number;
  /** Null: all kinds. */
  readonly kind: EventView['kind'] | null;
  readonly cluster: (name: string) => boolean;
  readonly host: (name: string) => boolean;
  /** Null: whatever it is about. Marks are about no service: an empty name. */
  readonly service: ((name: string) => boolean) | null;
  /** The one service that passes these filters, where there is just one: it is found by an index. */
  readonly of: ServiceKey | null;
}

export interface EventsFound {
  readonly events: readonly EventView[];
  /** At least so many more are there. */
  readonly leftOut: number;
}

/** What an agent has to say (collectd's notifications): an empty host is the whole cluster. */
export interface AgentNotification {
  readonly timeMs: number;
  readonly cluster: string;
  readonly host: string;
  /** `plugin[-instance]/type[-instance]`, as far as the agent says. */
  readonly service: string;
  readonly state: 'OK' | 'WARNING' | 'CRITICAL';
  readonly text: string;
}

/** A mark as it is posted: an empty cluster is the whole grid, an empty host the whole cluster. */
export interface Mark {
  readonly timeMs: number;
  readonly kind: 'deploy' | 'note';
  readonly cluster: string;
  readonly host: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly by: string;
}
