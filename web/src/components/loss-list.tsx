import { Link } from 'wouter';
import { lossCures, lossesByCluster, lossWords } from '../chart/losses.ts';
import { clusterLink } from '../fleet/link.ts';
import { sentence } from '../format/sentence.ts';
import type { LossView } from '../../../src/contract/api.ts';

/** Datagrams that nobody read: of which group, when, and what keeps it from happening again. */
export function LossList({ losses }: { readonly losses: readonly LossView[] }) {
  if (losses.length === 0) return null;
  return (
    <section className="card loss-list" aria-label="Lost in the last hour">
      <h2>Lost in the last hour</h2>
      <ul>
        {lossesByCluster(losses).map((loss) => (
          <li key={loss.cluster}>
            <i className="hatch" aria-hidden="true" />
            <p>
              <Link href={clusterLink(loss.cluster)} className="sender-link">
                <bdi>{lossWords(loss)}</bdi>
              </Link>
            </p>
            <p className="sub">{lossCures(loss.reasons).map(sentence).join(' ')}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
