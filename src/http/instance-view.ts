import type { Instance } from '../fleet/instance.ts';
import type { InstanceView } from '../contract/instances.ts';

/** An instance as the API shows it. */
export function instanceView(instance: Instance): InstanceView {
  const { instanceId, standing, sinceMs, region, zone, tags, addresses, lists, registeredMs } = instance;
  return {
    instance_id: instanceId,
    standing: standing.kind,
    since_ms: sinceMs,
    region,
    zone,
    tags: Object.fromEntries(tags),
    addresses: [...addresses],
    known_by: registeredMs > 0 ? ['registration', ...lists] : [...lists],
    says: standing.kind === 'here' ? standing.says : '',
    left_ms: standing.kind === 'left' ? standing.sinceMs : null,
  };
}
