import { Link } from 'wouter';
import { wordsOf } from '../../fleet/check-words.ts';
import { hostLink, SERVICES_LINK, servicesLink } from '../../fleet/link.ts';
import { placeInWords } from '../../fleet/place.ts';
import type { ServiceNames } from '../../fleet/link.ts';

/** An address that names no service, or one that is gone or never was. */
export function NoService({ names }: { readonly names: ServiceNames }) {
  const { cluster, host, service } = names;
  if (service === '') {
    return (
      <section className="card empty">
        <h2>This address names no service</h2>
        <Link href={SERVICES_LINK} className="button">
          All services
        </Link>
      </section>
    );
  }
  return (
    <section className="card empty">
      <h2>
        There is no service <bdi>{service}</bdi> of <bdi>{placeInWords(names)}</bdi>
      </h2>
      <p className="sub">
        A service is there as long as a definition in <code className="mono">checks/*.yaml</code> matches its
        host and metric. Its metric or host may have left, or the definition may have been changed; its
        history stays among the events.
      </p>
      <p className="row service-ways">
        {host !== '' && (
          <Link href={hostLink(cluster, host)} className="button">
            Open <bdi className="ellipsis">{host}</bdi>
          </Link>
        )}
        <Link href={servicesLink({ q: wordsOf(service) })} className="button">
          Services of this name
        </Link>
        <Link
          href={`/events?${new URLSearchParams({ kind: 'state', cluster, host, q: service }).toString()}`}
          className="button"
        >
          Its events
        </Link>
      </p>
    </section>
  );
}
