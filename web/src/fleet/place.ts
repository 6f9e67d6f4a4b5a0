/** Where a service or an event is. */
export interface Place {
  /** Empty: the whole grid. */
  readonly cluster: string;
  /** Empty: the whole cluster. */
  readonly host: string;
}

/** A host's name; of an aggregate, which has none: `web (whole cluster)`, `whole grid`. */
export function placeWords({ cluster, host }: Place): string {
  if (host !== '') return host;
  return cluster === '' ? 'whole grid' : `${cluster} (whole cluster)`;
}

/** `web-1 in web`, `web (whole cluster)`, `whole grid`. */
export function placeInWords(place: Place): string {
  return place.host === '' ? placeWords(place) : `${place.host} in ${place.cluster}`;
}
