import { createHmac } from 'node:crypto';
import type { AgentKey } from '../model/instance.ts';

/**
 * The key an instance's collectd signs with: the same at every registration, as it is made of the server's
 * secret, and nothing of an instance has to be kept. JSON keeps the parts apart.
 */
export function agentKey(secret: Uint8Array, cluster: string, instanceId: string): AgentKey {
  const about = JSON.stringify(['collectd', cluster, instanceId]);
  const password = createHmac('sha256', secret).update(about).digest('base64url');
  return { user: instanceId, password };
}
