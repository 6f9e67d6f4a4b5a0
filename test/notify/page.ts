import { linksTo } from '../../src/notify/links.ts';
import type { Page, PagedService } from '../../src/model/service-state.ts';

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

/** One of a page's services: `load` of c/h. */
export function pagedService(changes: Partial<PagedService> = {}): PagedService {
  return {
    cluster: 'c',
    host: 'h',
    service: 'load',
    state: 'CRITICAL',
    stateType: 'HARD',
    output: 'load_one is 9.61',
    sinceMs: 1000,
    notes: '',
    runbook: '',
    news: 'problem',
    metric: 'load_one',
    warning: '4',
    critical: '8',
    ...changes,
  };
}

/** One page about `count` hosts whose load is high. */
export function crowd(count: number, changes: Partial<Page> = {}): Page {
  const services = Array.from({ length: Math.min(count, 100) }, (_, i) =>
    pagedService({ host: `web-${i + 1}` }),
  );
  const title = `${count} hosts in c: load`;
  return page({
    host: '',
    title,
    services,
    count,
    open: count,
    incident: 'web/c/load',
    route: 'web',
    ...changes,
  });
}

export const LINKS = linksTo(
  'http://muster.example:8600/',
  ({ key }) => `http://muster.example:8600/ack/${key}`,
);
