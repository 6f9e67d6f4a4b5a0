import type { StatusView } from '../../../src/contract/api.ts';
import { Fragment, useId, useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import {
  IconAlertTriangle,
  IconBell,
  IconBellOff,
  IconBroadcast,
  IconChecklist,
  IconDots,
  IconLayoutDashboard,
  IconLayoutGrid,
  IconPhone,
  IconSearch,
  IconTimelineEvent,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import { focusSearch } from './search.tsx';
import { ServerNotes } from './server-notes.tsx';
import { formatCount, formatShort } from '../format/number.ts';
import { dashboardLink, NOTIFICATIONS_LINK, ON_CALL_LINK, QUIET_LINK, SERVICES_LINK } from '../fleet/link.ts';
import { useCriticalFindings } from '../live/diagnosis.ts';
import { queries } from '../live/queries.ts';
import { Logo } from '../ui/logo.tsx';
import type { View } from '../fleet/link.ts';
import type { MarkKind } from '../fleet/state.ts';

interface NavigationProps {
  readonly view: View;
  readonly problems: number;
  readonly worst: MarkKind;
}

type PlaceId =
  | 'grid'
  | 'problems'
  | 'services'
  | 'dashboards'
  | 'events'
  | 'senders'
  | 'oncall'
  | 'quiet'
  | 'notifications';

const PLACES = [
  { id: 'grid', href: '/', label: 'Grid', Icon: IconLayoutGrid },
  { id: 'problems', href: '/problems', label: 'Problems', Icon: IconAlertTriangle },
  { id: 'services', href: SERVICES_LINK, label: 'Services', Icon: IconChecklist },
  { id: 'dashboards', href: '/dashboards', label: 'Dashboards', Icon: IconLayoutDashboard },
  { id: 'events', href: '/events', label: 'Events', Icon: IconTimelineEvent },
  { id: 'senders', href: '/senders', label: 'Senders', Icon: IconBroadcast },
] as const;

/** Who is told: beside the fleet, under a heading of their own. */
const ALERT_PLACES = [
  { id: 'oncall', href: ON_CALL_LINK, label: 'On call', Icon: IconPhone },
  { id: 'quiet', href: QUIET_LINK, label: 'Quiet', Icon: IconBellOff },
  { id: 'notifications', href: NOTIFICATIONS_LINK, label: 'Notifications', Icon: IconBell },
] as const;

/** Where a view is found; clusters and hosts are parts of the grid. */
function placeOf(view: View): PlaceId | null {
  switch (view.kind) {
    case 'grid':
    case 'cluster':
    case 'host':
      return 'grid';
    case 'problems':
    case 'explain':
      return 'problems';
    case 'services':
    case 'service':
    case 'checks':
      return 'services';
    case 'dashboards':
    case 'dashboard':
      return 'dashboards';
    case 'events':
      return 'events';
    case 'senders':
      return 'senders';
    case 'oncall':
    case 'quiet':
    case 'notifications':
      return view.kind;
    case 'missing':
      return null;
  }
}

function Count({ problems, worst }: { readonly problems: number; readonly worst: MarkKind }) {
  if (problems === 0) return null;
  return <b className={`nav-count ink-${worst}`}>{formatCount(problems)}</b>;
}

/** Instances that nobody watches, values that are lost: told quietly, where they are explained. */
function FindingCount() {
  const findings = useCriticalFindings();
  if (findings === 0) return null;
  return (
    <b className="nav-count" title="Critical findings: who talks to this server, and is not heard">
      {formatCount(findings)}
    </b>
  );
}

export function Sidebar({ view, problems, worst }: NavigationProps) {
  const current = placeOf(view);
  return (
    <aside className="sidebar" aria-label="Muster">
      <Link href="/" className="brand" aria-label="Muster, the grid">
        <Logo />
        Muster
      </Link>
      <nav aria-label="Views" className="sidebar-nav">
        {PLACES.map(({ id, href, label, Icon }) => (
          <Fragment key={id}>
            <Link href={href} aria-current={id === current ? 'page' : undefined}>
              <Icon size={16} aria-hidden="true" />
              {label}
              {id === 'problems' && <Count problems={problems} worst={worst} />}
              {id === 'senders' && <FindingCount />}
            </Link>
            {id === 'dashboards' && id === current && (
              <DashboardLinks shown={view.kind === 'dashboard' ? view.name : null} />
            )}
          </Fragment>
        ))}
      </nav>
      <nav aria-label="Alerting" className="sidebar-nav">
        <h2 className="nav-head">Alerting</h2>
        {ALERT_PLACES.map(({ id, href, label, Icon }) => (
          <Link key={id} href={href} aria-current={id === current ? 'page' : undefined}>
            <Icon size={16} aria-hidden="true" />
            {label}
          </Link>
        ))}
      </nav>
      <StatusLines />
    </aside>
  );
}

/** Every dashboard, while one of them is looked at. */
function DashboardLinks({ shown }: { readonly shown: string | null }) {
  const { data } = useQuery(queries.dashboards());
  if (!data || data.length === 0) return null;
  return (
    <ul aria-label="All dashboards" className="sidebar-dashboards">
      {data.map(({ name, title }) => (
        <li key={name}>
          <Link href={dashboardLink(name)} aria-current={name === shown ? 'page' : undefined}>
            <bdi className="ellipsis" title={title}>
              {title || name}
            </bdi>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Values that were taken and not stored, or datagrams that nobody could read. */
function lostWords(status: StatusView | undefined): string {
  const { values_lost: values = 0, kernel_drops: datagrams = 0 } = status ?? {};
  if (values === 0 && datagrams > 0) return `${formatShort(datagrams)} datagrams lost`;
  return `${formatCount(status?.values_lost)} lost`;
}

/** The server's own figures, small, at the foot. */
function StatusLines() {
  const { data } = useQuery(queries.status());
  return (
    <footer className="sidebar-foot" title="This server: values received and lost, its version">
      <ServerNotes />
      <span>
        {formatShort(data?.values_per_second)} values/s · {lostWords(data)}
      </span>
      <span>{data ? `v${data.version}` : '\u00a0'}</span>
    </footer>
  );
}

/** What a thumb reaches at once; the others are behind `More`. */
const AT_HAND: readonly PlaceId[] = ['grid', 'problems', 'services', 'oncall'];

export function BottomBar({ view, problems, worst }: NavigationProps) {
  const current = placeOf(view);
  const places = [...PLACES, ...ALERT_PLACES];
  return (
    <nav className="bottom-bar" aria-label="Views, at hand">
      {AT_HAND.flatMap((wanted) => places.filter(({ id }) => id === wanted)).map(
        ({ id, href, label, Icon }) => (
          <Link key={id} href={href} aria-current={id === current ? 'page' : undefined}>
            <span className="bottom-icon">
              <Icon size={20} aria-hidden="true" />
              {id === 'problems' && <Count problems={problems} worst={worst} />}
            </span>
            {label}
          </Link>
        ),
      )}
      <button type="button" onClick={focusSearch}>
        <IconSearch size={20} aria-hidden="true" />
        Search
      </button>
      <MorePlaces places={places.filter(({ id }) => !AT_HAND.includes(id))} current={current} />
    </nav>
  );
}

function MorePlaces(props: {
  readonly places: readonly (typeof PLACES | typeof ALERT_PLACES)[number][];
  readonly current: PlaceId | null;
}) {
  const { places, current } = props;
  const menuId = useId();
  const menu = useRef<HTMLDivElement>(null);
  const here = places.some(({ id }) => id === current);
  return (
    <>
      <button type="button" popoverTarget={menuId} aria-current={here ? 'true' : undefined}>
        <span className="bottom-icon">
          <IconDots size={20} aria-hidden="true" />
          <FindingCount />
        </span>
        More
      </button>
      <div id={menuId} ref={menu} popover="auto" className="more-places" role="group" aria-label="More views">
        {places.map(({ id, href, label, Icon }) => (
          <Link
            key={id}
            href={href}
            aria-current={id === current ? 'page' : undefined}
            onClick={() => menu.current?.hidePopover()}
          >
            <Icon size={20} aria-hidden="true" />
            {label}
            {id === 'senders' && <FindingCount />}
          </Link>
        ))}
      </div>
    </>
  );
}
