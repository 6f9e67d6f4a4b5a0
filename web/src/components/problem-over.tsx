import { Link } from 'wouter';
import { IconArrowLeft } from '@tabler/icons-react';
import { notificationsLink } from '../fleet/link.ts';
import { listLabel } from '../fleet/problem.ts';
import type { ProblemList } from '../fleet/problem.ts';

/** Beside the list, where the address names what is not in it. */
export function ProblemOver(props: {
  /** What the address names: an incident, or cluster, host and service with slashes between. */
  readonly wanted: string;
  /** The list that has it; undefined: none, it is over. */
  readonly list: ProblemList | undefined;
  readonly linkTo: (list: ProblemList) => string;
  readonly back: string;
}) {
  const { wanted, list, linkTo, back } = props;
  const words = list === undefined ? 'This problem is over.' : 'This problem is not in this list.';
  return (
    <section className="card problem-detail" aria-label={words}>
      <Link href={back} className="button button-bare phone-only">
        <IconArrowLeft size={16} aria-hidden="true" /> All problems
      </Link>
      <p>{words}</p>
      <div className="row detail-actions">
        {list !== undefined && (
          <Link href={linkTo(list)} className="button">
            {listLabel(list)}
          </Link>
        )}
        {!wanted.includes('/') && (
          <Link href={notificationsLink({ incident: wanted })} className="button">
            What was sent about it
          </Link>
        )}
      </div>
    </section>
  );
}
