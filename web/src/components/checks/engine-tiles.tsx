import { Link } from 'wouter';
import { Tile } from '../stat-tiles.tsx';
import { runWords } from '../../fleet/check-words.ts';
import { servicesLink } from '../../fleet/link.ts';
import { kindLabel, SERVICE_KINDS } from '../../fleet/service-list.ts';
import { millisWords } from '../../format/millis.ts';
import { formatCount, formatShort } from '../../format/number.ts';
import type { ChecksView } from '../../../../src/contract/api.ts';

/** How much is judged, how fast, and how the plugins fare. */
export function EngineTiles({ checks }: { readonly checks: ChecksView }) {
  const { evaluations, evaluations_per_second: rate, turn_ms: turnMs, lag_ms: lagMs, plugins } = checks;
  const services = Object.values(checks.services_by_kind).reduce((sum, count) => sum + count, 0);
  return (
    <div className="tiles">
      <Tile label="Services" figure={formatCount(services)} of="">
        <Kinds byKind={checks.services_by_kind} />
      </Tile>
      <Tile label="Evaluations a second" figure={formatShort(rate)} of="">
        {formatCount(evaluations)} since the start
      </Tile>
      <Tile label="A turn takes" figure={millisWords(turnMs)} of="">
        the oldest sample judged in it had waited {millisWords(lagMs)}
      </Tile>
      <Tile label="Plugins running" figure={formatCount(plugins.running)} of="">
        {runWords(plugins)}
      </Tile>
    </div>
  );
}

function Kinds({ byKind }: { readonly byKind: ChecksView['services_by_kind'] }) {
  const known = SERVICE_KINDS.filter((kind) => (byKind[kind] ?? 0) > 0);
  if (known.length === 0) return 'none yet';
  return (
    <ul className="row kind-counts">
      {known.map((kind) => (
        <li key={kind}>
          <Link href={servicesLink({ kind })} className="place-link">
            {kindLabel(kind).toLowerCase()} {formatCount(byKind[kind])}
          </Link>
        </li>
      ))}
    </ul>
  );
}
