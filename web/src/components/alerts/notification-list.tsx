import { Link } from 'wouter';
import { IconArrowBackUp, IconCheck, IconClock, IconX } from '@tabler/icons-react';
import { attemptsWords, kindWords, notificationTitle, outcomeLabel } from '../../fleet/notification.ts';
import { explainLink, notificationsLink, problemLink } from '../../fleet/link.ts';
import { markOf } from '../../fleet/state.ts';
import { formatDate, formatInstant } from '../../format/number.ts';
import { Mark } from '../../ui/mark.tsx';
import { Said } from '../../ui/said.tsx';
import type { NotificationView } from '../../../../src/contract/alert-views.ts';

/** What was told to whom, the newest first, and whether it arrived. */
export function NotificationList({ rows }: { readonly rows: readonly NotificationView[] }) {
  return (
    <ul className="notifications">
      {rows.map((row) => (
        <li key={row.id} className="notification">
          <NotificationRow row={row} />
        </li>
      ))}
    </ul>
  );
}

function NotificationRow({ row }: { readonly row: NotificationView }) {
  const title = notificationTitle(row);
  return (
    <>
      <time className="mono dim nowrap" title={formatInstant(row.created_ms)}>
        {formatDate(row.created_ms)}
      </time>
      <Mark kind={markOf(row.state)} />
      <div className="notification-body">
        <p>
          <span className="notification-kind">{kindWords(row.kind)}</span>{' '}
          <Link href={linkOf(row)} className="notification-title" data-row="go">
            <bdi>{title}</bdi>
          </Link>
          {row.count > 1 && <span className="sub"> · {row.count} services</span>}
        </p>
        {row.output !== '' && (
          <p className="sub clamped">
            <Said text={row.output} />
          </p>
        )}
      </div>
      <div className="notification-outcome">
        <p className="row">
          <OutcomeIcon outcome={row.outcome} />
          {outcomeLabel(row.outcome)}
          <Link href={notificationsLink({ receiver: row.receiver })} className="mono ellipsis">
            <bdi title={row.receiver}>{row.receiver}</bdi>
          </Link>
        </p>
        <p className="sub">
          <bdi>{attemptsWords(row)}</bdi>
        </p>
      </div>
    </>
  );
}

/** To the problem it was of where it stands for several services, else to why it was told. */
function linkOf(row: NotificationView): string {
  if (row.service === '') return row.incident === '' ? notificationsLink({}) : problemLink(row.incident);
  return explainLink(row);
}

function OutcomeIcon({ outcome }: { readonly outcome: string }) {
  switch (outcome) {
    case 'delivered':
      return <IconCheck size={16} aria-hidden="true" className="ink-ok" />;
    case 'failed':
      return <IconX size={16} aria-hidden="true" className="ink-critical" />;
    case 'superseded':
      return <IconArrowBackUp size={16} aria-hidden="true" className="dim" />;
    default:
      return <IconClock size={16} aria-hidden="true" className="ink-warning" />;
  }
}
