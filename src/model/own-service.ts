import type { ServiceKey } from './service-state.ts';

/** As pages and events about the server itself call what they are about. */
export const OWN_SERVICE = 'muster';

/** Whether it is the server itself, which has no page of its own. */
export function isOwn({ cluster, host, service }: Pick<ServiceKey, 'cluster' | 'host' | 'service'>): boolean {
  return service === OWN_SERVICE && cluster === '' && host === '';
}
