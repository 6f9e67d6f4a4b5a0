import type { Membership, RosterNews } from '../../src/model/instance.ts';

/** Instances as the roster tells of them, one line each in a test. */

export const HERE = { kind: 'here', says: '' } as const;
export const LEFT = { kind: 'left', reason: 'deregistered', sinceMs: 1 } as const;

export function instance(over: Partial<Membership> = {}): Membership {
  return {
    cluster: 'web',
    host: 'web-01',
    instanceId: 'i-1',
    standing: HERE,
    sinceMs: 1,
    facts: [],
    addresses: [],
    key: null,
    ...over,
  };
}

export const registered = (over: Partial<Membership> = {}): RosterNews => ({
  kind: 'member',
  member: instance(over),
});

export const forgotten = (host = 'web-01'): RosterNews => ({ kind: 'forgotten', cluster: 'web', host });
