import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconLayoutGrid, IconSearch } from '@tabler/icons-react';
import { Link } from 'wouter';
import { focusSearch } from './search.tsx';
import { ServerNotes } from './server-notes.tsx';
import { formatCount, formatShort, threeDigits } from '../format/number.ts';
import { queries } from '../live/queries.ts';
import { Logo } from '../ui/logo.tsx';
import type { View } from '../fleet/link.ts';
import type { MarkKind } from '../fleet/state.ts';

interface NavigationProps {
  readonly view: View;
  readonly problems: number;
  readonly worst: MarkKind;
}

function Count({ problems, worst }: { readonly problems: number; readonly worst: MarkKind }) {
  if (problems === 0) return null;
  return <b className={`nav-count ink-${worst}`}>{formatCount(problems)}</b>;
}

export function Sidebar({ view, problems, worst }: NavigationProps) {
  const onProblems = view.kind === 'problems';
  const onGrid = view.kind !== 'problems' && view.kind !== 'missing';
  return (
    <aside className="sidebar" aria-label="Muster">
      <Link href="/" className="brand" aria-label="Muster, the grid">
        <Logo />
        Muster
      </Link>
      <nav aria-label="Views" className="sidebar-nav">
        <Link href="/" aria-current={onGrid ? 'page' : undefined}>
          <IconLayoutGrid size={16} aria-hidden="true" />
          Grid
        </Link>
        <Link href="/problems" aria-current={onProblems ? 'page' : undefined}>
          <IconAlertTriangle size={16} aria-hidden="true" />
          Problems
          <Count problems={problems} worst={worst} />
        </Link>
      </nav>
      <StatusLines />
    </aside>
  );
}

/** The server's own figures, small, at the foot. */
function StatusLines() {
  const { data } = useQuery(queries.status());
  return (
    <footer
      className="sidebar-foot"
      title="This server: values received and lost, points a write to the store, version"
    >
      <ServerNotes />
      <span>
        {formatShort(data?.values_per_second)} values/s · {formatCount(data?.values_lost)} lost
      </span>
      <span>
        {data && data.points_per_write > 0 ? threeDigits(data.points_per_write) : '–'} points a write
      </span>
      <span>{data ? `v${data.version}` : '\u00a0'}</span>
    </footer>
  );
}

export function BottomBar({ view, problems, worst }: NavigationProps) {
  return (
    <nav className="bottom-bar" aria-label="Views, at hand">
      <Link href="/" aria-current={view.kind === 'problems' ? undefined : 'page'}>
        <IconLayoutGrid size={20} aria-hidden="true" />
        Grid
      </Link>
      <Link href="/problems" aria-current={view.kind === 'problems' ? 'page' : undefined}>
        <IconAlertTriangle size={20} aria-hidden="true" />
        <span>
          Problems <Count problems={problems} worst={worst} />
        </span>
      </Link>
      <button type="button" onClick={focusSearch}>
        <IconSearch size={20} aria-hidden="true" />
        Search
      </button>
    </nav>
  );
}
