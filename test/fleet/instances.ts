import type { Instance, ListedInstance, Registration } from '../../src/fleet/instance.ts';

export const NOW_MS = 1_700_000_000_000;

/** An instance that registered as web-1, unless told otherwise. */
export function instance(given: Partial<Instance> = {}): Instance {
  return {
    cluster: 'web',
    host: 'web-1',
    instanceId: 'i-1',
    standing: { kind: 'here', says: '' },
    sinceMs: NOW_MS - 3_600_000,
    region: '',
    zone: '',
    tags: [],
    addresses: ['10.0.0.1'],
    registeredMs: NOW_MS - 3_600_000,
    registeredFrom: '10.0.0.1',
    lists: [],
    ...given,
  };
}

export function registration(given: Partial<Registration> = {}): Registration {
  return {
    cluster: 'web',
    host: 'web-1',
    instanceId: 'i-1',
    region: undefined,
    zone: undefined,
    tags: undefined,
    from: '10.0.0.1',
    ...given,
  };
}

export function listed(given: Partial<ListedInstance> = {}): ListedInstance {
  return {
    cluster: 'web',
    instanceId: 'i-1',
    host: 'web-1',
    says: 'cloud says running',
    addresses: ['10.0.0.1'],
    region: '',
    zone: '',
    tags: [],
    ...given,
  };
}
