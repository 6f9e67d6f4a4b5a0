import { Link } from 'wouter';
import { clusterLink, hostLink, senderLink } from '../../fleet/link.ts';
import { hasHostPage, markOfWeight, weightLabel } from '../../fleet/finding.ts';
import { CodeWords } from '../../ui/code-words.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import type { FindingView } from '../../../../src/contract/instances.ts';

/** What is amiss; unfolded, why that usually is, and lines that mend it. */
export function FindingCard(props: {
  readonly finding: FindingView;
  /** Unfolded at first. */
  readonly open: boolean;
}) {
  const { finding, open } = props;
  const { weight, group, what, causes, mend } = finding;
  return (
    <article className="finding" aria-label={what}>
      <Mark kind={markOfWeight(weight)} silent />
      <div className="finding-body">
        <p className="row finding-head">
          <span className="finding-what">
            <span className="hidden-text">{weightLabel(weight)}: </span>
            {what}
          </span>
          {group !== '' && (
            <Link href={clusterLink(group)} className="pill ellipsis push" title={`group ${group}`}>
              <bdi>{group}</bdi>
            </Link>
          )}
        </p>
        <details open={open}>
          <summary data-row="go">Why that is, and what mends it</summary>
          <Places finding={finding} />
          <div className="finding-mend">
            <ul className="finding-causes sub" aria-label="Usual causes">
              {causes.map((cause) => (
                <li key={cause}>
                  <CodeWords text={cause} />
                </li>
              ))}
            </ul>
            {mend.lines.length > 0 && (
              <div className="finding-lines">
                <h3>{placeOf(mend.where)}</h3>
                <Snippet label="the lines that mend it" text={mend.lines.join('\n')} />
              </div>
            )}
          </div>
        </details>
      </div>
    </article>
  );
}

function placeOf(where: string): string {
  return `${where.slice(0, 1).toUpperCase()}${where.slice(1)}`;
}

/** Where to look further. */
function Places({ finding }: { readonly finding: FindingView }) {
  const { group, host, address } = finding;
  const hasSender = address !== '' && group !== '';
  if (!hasSender && !hasHostPage(finding)) return null;
  return (
    <p className="row finding-places">
      {hasHostPage(finding) && (
        <Link href={hostLink(group, host)} className="mono sender-link ellipsis">
          <bdi>{host}</bdi>
        </Link>
      )}
      {hasSender && (
        <Link href={senderLink(group, address)} className="sub sender-link">
          <span>
            what <bdi className="mono">{address}</bdi> sends
          </span>
        </Link>
      )}
    </p>
  );
}
