import type { Page } from '../../src/model/service-state.ts';

/** A page about `load` of c/h; keys must be given where several are queued. */
export function page(changes: Partial<Page> = {}): Page {
  return {
    key: 'key-1',
    receiver: 'ops',
    kind: 'problem',
    cluster: 'c',
    host: 'h',
    service: 'load',
    state: 'CRITICAL',
    stateType: 'HARD',
    output: 'load_one is 9.61 · critical above 8',
    sinceMs: 1000,
    notes: 'look',
    runbook: 'https://example.net/load',
    createdMs: 1000,
    incident: '',
    route: '',
    title: 'h: load is CRITICAL',
    services: [],
    count: 1,
    open: 1,
    ...changes,
  };
}
