import { nearest } from '../model/nearest.ts';
import { HttpError } from './errors.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { HttpPorts } from './ports.ts';

const NAME_CHARS_SHOWN = 100;

/** Names come from whoever asks: of a long one an answer repeats the beginning. */
export function shownName(name: string): string {
  return name.length > NAME_CHARS_SHOWN ? `${name.slice(0, NAME_CHARS_SHOWN)}…` : name;
}

export function unknownCluster(cluster: string, clusters: Iterable<string>): HttpError {
  const close = nearest(cluster, clusters);
  const cure =
    close === undefined ? undefined : `did you mean ${close}? GET /api/v1/clusters lists the clusters`;
  return new HttpError('cluster_unknown', `no cluster ${shownName(cluster)} is known`, cure);
}

/**
 * The first of cluster and host that is not there. Nothing is guessed: thousands of jobs may go on reporting
 * for hosts that are gone.
 */
export function unknownHost(
  { catalogue }: Pick<HttpPorts, 'catalogue'>,
  { cluster, host }: Pick<ServiceKey, 'cluster' | 'host'>,
): HttpError {
  if (!catalogue.clusters.has(cluster)) return unknownCluster(cluster, catalogue.clusters.keys());
  const message = `no host ${shownName(host)} is known in cluster ${shownName(cluster)}`;
  return new HttpError(
    'host_unknown',
    message,
    'a host is there from its first value on: GET /api/v1/hosts lists them',
  );
}

export function unknownService({ cluster, host, service }: ServiceKey, cure?: string): HttpError {
  const where = host === '' ? 'no host' : `host ${shownName(host)}`;
  const of = cluster === '' ? 'the grid' : `cluster ${shownName(cluster)}`;
  return new HttpError('service_unknown', `${where} of ${of} has no service ${shownName(service)}`, cure);
}
