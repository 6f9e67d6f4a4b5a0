import { Link } from 'wouter';
import { hostLink, serviceLink } from '../../fleet/link.ts';
import { rangeWords } from '../../fleet/problem.ts';
import { FactRow } from '../../ui/fact-row.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { ServiceDetail } from '../../../../src/contract/api.ts';

/** Which definition made a service, what it says, and what the service hangs on. */
export function DefinitionCard({ detail }: { readonly detail: ServiceDetail }) {
  const { definition, service } = detail;
  const settings = Object.entries(definition.settings).filter(([name]) => !TOLD.has(name));
  return (
    <section className="card definition-card" aria-label="Definition">
      <h2>Definition</h2>
      <p className="mono sub definition-where">{definition.where}</p>
      <dl className="facts">
        {definition.name !== service.service && <FactRow label="name" text={definition.name} />}
        {settings.map(([name, text]) => (
          <FactRow key={name} label={name} text={text}>
            {RANGES.has(name) ? rangeWords(text) : text}
          </FactRow>
        ))}
        {definition.semantics !== 'muster' && <FactRow label="semantics" text={definition.semantics} />}
      </dl>
      <Dependencies detail={detail} />
    </section>
  );
}

/** Settings that stand elsewhere on the page. */
const TOLD: ReadonlySet<string> = new Set(['notes', 'runbook', 'semantics', 'depends_on', 'parents']);

const RANGES: ReadonlySet<string> = new Set(['warning', 'critical']);

/** What has to be well before its state counts, and through what its host is reached. */
function Dependencies({ detail }: { readonly detail: ServiceDetail }) {
  const { depends_on: dependsOn, parents, service } = detail;
  return (
    <>
      {dependsOn.length > 0 && (
        <div className="depends">
          <h3>Depends on</h3>
          <ul>
            {dependsOn.map(({ host, service: name, fails }) => (
              <li key={JSON.stringify([host, name])}>
                <Mark kind={fails ? 'critical' : 'ok'} silent />
                <Link
                  href={serviceLink({ cluster: service.cluster, host, service: name })}
                  className="ellipsis"
                >
                  <bdi>{name}</bdi>
                </Link>
                <span className="sub">
                  <bdi className="mono">{host}</bdi>
                  {fails && ' · fails, so this one is held back'}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {parents.length > 0 && (
        <div className="depends">
          <h3>Reached through</h3>
          <ul>
            {parents.map((parent) => (
              <li key={parent}>
                <Link href={hostLink(service.cluster, parent)} className="mono ellipsis">
                  <bdi>{parent}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
