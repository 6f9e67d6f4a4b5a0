import { Link } from 'wouter';
import { knownByWords, tagsOf } from '../fleet/instance.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { sentence } from '../format/sentence.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { FactRow } from '../ui/fact-row.tsx';
import type { HostView } from '../../../src/contract/api.ts';
import type { InstanceView } from '../../../src/contract/instances.ts';

/** What a host is in its cloud: as it registered, or as a list says. */
export function HostInstance({ host }: { readonly host: HostView }) {
  const { instance } = host;
  if (instance === null) return null;
  const tags = tagsOf(host);
  return (
    <section className="card host-instance" aria-label="Instance">
      <div className="row">
        <h2 className="nowrap">Instance</h2>
        <bdi className="mono ellipsis push" title={instance.instance_id}>
          {instance.instance_id}
        </bdi>
      </div>
      {instance.says !== '' && <p className="sub">{sentence(instance.says)}</p>}
      {tags.length > 0 && (
        <ul className="row tags" aria-label="Tags">
          {tags.map(({ name, value, href }) => (
            <li key={name}>
              <Link
                href={href}
                className="pill tag"
                title={`Hosts of ${host.cluster} with ${name}: ${value}`}
              >
                <bdi>{name}</bdi>
                <bdi className="mono ink ellipsis">{value}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <InstanceFacts instance={instance} />
    </section>
  );
}

function InstanceFacts({ instance }: { readonly instance: InstanceView }) {
  const { zone, region, addresses, since_ms: sinceMs } = instance;
  const nowMs = useServerNow(60_000);
  return (
    <dl className="facts">
      {zone !== '' && <FactRow label="Zone" text={zone} />}
      {region !== '' && <FactRow label="Region" text={region} />}
      {addresses.length > 0 && <FactRow label="Sends from" text={addresses.join(', ')} />}
      <FactRow label="Known for" text={formatInstant(sinceMs)}>
        <time>{formatDuration(nowMs - sinceMs)}</time>
      </FactRow>
      <FactRow label="Known by" text={knownByWords(instance)} />
    </dl>
  );
}
