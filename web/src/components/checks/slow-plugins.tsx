import { Link } from 'wouter';
import { endWords } from '../../fleet/check-words.ts';
import { serviceLink } from '../../fleet/link.ts';
import { placeWords } from '../../fleet/place.ts';
import { problemKey } from '../../fleet/problem.ts';
import { millisWords } from '../../format/millis.ts';
import type { ChecksView } from '../../../../src/contract/api.ts';

/** The plugins that took longest when they ran last. */
export function SlowPlugins({ plugins }: { readonly plugins: ChecksView['plugins'] }) {
  if (plugins.slowest.length === 0) return null;
  return (
    <section className="card card-flush" aria-label="Slowest plugins">
      <div className="card-head">
        <h2>Slowest plugins</h2>
        <span className="sub push">by their last run</span>
      </div>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Slowest plugins, as a table">
        <table className="plain-table slow-plugins">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Host</th>
              <th scope="col" className="right">
                Took
              </th>
              <th scope="col" className="right">
                Began late by
              </th>
              <th scope="col">How it ended</th>
            </tr>
          </thead>
          <tbody>
            {plugins.slowest.map((slow) => (
              <tr key={problemKey(slow)}>
                <th scope="row">
                  <Link href={serviceLink(slow)} className="place-link" data-row="go">
                    <bdi>{slow.service}</bdi>
                  </Link>
                </th>
                <td className="mono">
                  <bdi>{placeWords(slow)}</bdi>
                </td>
                <td className="mono right">{millisWords(slow.execution_ms)}</td>
                <td className="mono right">{millisWords(slow.latency_ms)}</td>
                <td className="dim">{endWords(slow.end)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
