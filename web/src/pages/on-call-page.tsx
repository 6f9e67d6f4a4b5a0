import { useQuery } from '@tanstack/react-query';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Link } from 'wouter';
import '../components/alerts/alerts.css';
import { EscalationCard } from '../components/alerts/escalation-card.tsx';
import { RotaCard } from '../components/alerts/rota-card.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { ROTA_YAML, weeksLater, weekStartMs, WEEKS_SHOWN } from '../fleet/rota.ts';
import { spanWords } from '../format/instant.ts';
import { useAddress } from '../live/address.ts';
import { alertQueries } from '../live/alert-queries.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { Snippet } from '../ui/snippet.tsx';

/** Weeks away from now that can be looked at: a year. */
const WEEKS_MAX = 52;

/** `/oncall?weeks=`: who is on call now and next, and how far a page goes where nobody answers. */
export function OnCallPage() {
  const { search } = useAddress();
  const nowMs = useServerNow();
  const weeks = weeksOf(search.get('weeks'));
  const startMs = weeksLater(weekStartMs(nowMs), weeks);
  const { data, error } = useQuery(
    alertQueries.onCall({ from: startMs / 1000, to: weeksLater(startMs, WEEKS_SHOWN) / 1000 }),
  );
  const nobody = data && data.rotas.length === 0 && data.escalations.length === 0;
  return (
    <>
      <QueryFault error={error} what="who is on call" stale={data !== undefined} />
      {nobody && <NobodyOnCall />}
      {data && data.rotas.length > 0 && <Weeks weeks={weeks} startMs={startMs} />}
      {data?.rotas.map((rota) => (
        <RotaCard key={rota.name} rota={rota} startMs={startMs} nowMs={nowMs} />
      ))}
      {data && data.escalations.length > 0 && (
        <>
          <h2>Escalations</h2>
          <div className="escalations">
            {data.escalations.map((escalation) => (
              <EscalationCard key={escalation.name} escalation={escalation} />
            ))}
          </div>
        </>
      )}
    </>
  );
}

function weeksOf(text: string | null): number {
  const weeks = Math.trunc(Number(text ?? 0));
  return Number.isFinite(weeks) ? Math.min(WEEKS_MAX, Math.max(-WEEKS_MAX, weeks)) : 0;
}

/** Which weeks are shown, and the way to others. */
function Weeks({ weeks, startMs }: { readonly weeks: number; readonly startMs: number }) {
  const { link } = useAddress();
  const to = (other: number) => link({ weeks: other === 0 ? undefined : String(other) });
  const endMs = weeksLater(startMs, WEEKS_SHOWN) - 1000;
  return (
    <nav className="row rota-range" aria-label="Weeks">
      <Link href={to(weeks - WEEKS_SHOWN)} className="button" aria-label="Four weeks earlier">
        <IconChevronLeft size={16} aria-hidden="true" />
      </Link>
      <Link href={to(weeks + WEEKS_SHOWN)} className="button" aria-label="Four weeks later">
        <IconChevronRight size={16} aria-hidden="true" />
      </Link>
      {weeks !== 0 && (
        <Link href={to(0)} className="button">
          Now
        </Link>
      )}
      <span className="sub">{spanWords(startMs / 1000, endMs / 1000).replaceAll(/, \d\d:\d\d/g, '')}</span>
    </nav>
  );
}

function NobodyOnCall() {
  return (
    <section className="card empty-alerts">
      <h2>Nobody is on call here yet</h2>
      <p className="sub">
        A rota says whose turn it is; an escalation, who is told next where nobody acknowledges. Both stand in
        muster.yaml, and hold once it is read again with SIGHUP. With two people who take turns every Monday
        at nine:
      </p>
      <Snippet text={ROTA_YAML} label="the lines" />
    </section>
  );
}
