import { collectdConf } from './collectd-conf.ts';
import { gmondConf } from './gmond-conf.ts';
import type { AcceptedProtocol } from '../contract/config.ts';
import type { AgentKey } from '../model/instance.ts';

export type BootAgent = 'collectd' | 'gmond';

/** What each agent speaks. */
export const AGENT_PROTOCOLS = { collectd: 'collectd', gmond: 'ganglia' } as const satisfies Record<
  BootAgent,
  AcceptedProtocol
>;

/** The agents that a group takes; the first is the one to have where nobody says which. */
export function agentsOf(accept: readonly AcceptedProtocol[]): readonly BootAgent[] {
  return (['collectd', 'gmond'] as const).filter((agent) => accept.includes(AGENT_PROTOCOLS[agent]));
}

/** What an instance's agent is told. */
export interface AgentConfigWish {
  readonly agent: BootAgent;
  readonly group: string;
  /** Names or addresses to send to, one or two; IPv6 with or without brackets. */
  readonly servers: readonly string[];
  /** The group's UDP port. */
  readonly port: number;
  readonly intervalMs: number;
  /** What the host is called from now on, as it registered. */
  readonly host: string;
  readonly instanceId: string;
  /** What collectd signs with; null: it sends unsigned. gmond cannot sign. */
  readonly key: AgentKey | null;
}

/**
 * A whole collectd.conf or gmond.conf for one instance. The same wish gives the same text, so that an agent
 * is restarted only when something has changed.
 */
export function agentConfig(wish: AgentConfigWish): string {
  switch (wish.agent) {
    case 'collectd':
      return collectdConf(wish);
    case 'gmond':
      return gmondConf(wish);
  }
}
