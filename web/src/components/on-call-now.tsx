import { useQuery } from '@tanstack/react-query';
import { IconPhone } from '@tabler/icons-react';
import { Link } from 'wouter';
import { ON_CALL_LINK } from '../fleet/link.ts';
import { onCallNow, weeksLater, weekStartMs, WEEKS_SHOWN } from '../fleet/rota.ts';
import { alertQueries } from '../live/alert-queries.ts';
import { useServerNow } from '../live/feed-context.tsx';

const LOOK_EVERY_MS = 60_000;

/** Who is on call now, small, where there is a rota. */
export function OnCallNow() {
  const startMs = weekStartMs(useServerNow(LOOK_EVERY_MS));
  const { data } = useQuery(
    alertQueries.onCall({ from: startMs / 1000, to: weeksLater(startMs, WEEKS_SHOWN) / 1000 }),
  );
  const names = onCallNow(data?.rotas ?? []);
  if (names.length === 0) return null;
  const words = names.join(', ');
  return (
    <Link href={ON_CALL_LINK} className="on-call-now wide-only" title={`On call now: ${words}`}>
      <IconPhone size={14} aria-hidden="true" />
      <span className="hidden-text">On call now: </span>
      <bdi className="ellipsis">{words}</bdi>
    </Link>
  );
}
