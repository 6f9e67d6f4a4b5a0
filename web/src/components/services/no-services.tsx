import { isNarrowed } from '../../fleet/service-list.ts';
import { useAddress } from '../../live/address.ts';
import { Mark } from '../../ui/mark.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import type { ServiceFilter } from '../../fleet/service-list.ts';

const EXAMPLE = `services:
  - name: load
    metric: "load_one"
    warning: "16"
    critical: "32"`;

/** Nothing passes the filter; or there is no service at all, and how to make one. */
export function NoServices({ filter }: { readonly filter: ServiceFilter }) {
  if (isNarrowed(filter)) return <NothingPasses filter={filter} />;
  return (
    <section className="card empty-events">
      <h2>Nothing is checked yet</h2>
      <p className="sub">
        A service exists for every host and metric that a definition in{' '}
        <code className="mono">checks/*.yaml</code> matches, from the first sample on. In a file of that
        folder:
      </p>
      <Snippet text={EXAMPLE} label="the definition" />
      <p className="sub">
        Then <code className="mono">script/muster check-config</code>, and{' '}
        <code className="mono">kill -HUP</code> to the server. docs/CHECKS.md says the rest.
      </p>
    </section>
  );
}

function NothingPasses({ filter }: { readonly filter: ServiceFilter }) {
  const { change } = useAddress();
  const { words, state, flapping, problems } = filter;
  const onlyProblems = problems && words.trim() === '' && state === null && !flapping;
  return (
    <section className="card empty">
      {onlyProblems && <Mark kind="ok" />}
      <h2>{onlyProblems ? 'All well: no problem among these' : 'No service is as chosen above'}</h2>
      {words.trim() !== '' && (
        <p className="sub">
          Words are looked for in cluster, host, service and output; a regular expression has to match a whole
          name of a host or service.
        </p>
      )}
      <button
        type="button"
        className="button"
        onClick={() =>
          change({ q: undefined, state: undefined, cluster: undefined, kind: undefined, only: undefined })
        }
      >
        Show all services
      </button>
    </section>
  );
}
