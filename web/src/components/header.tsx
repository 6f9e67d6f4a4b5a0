import { useMantineColorScheme, useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconHelp, IconMoon, IconSun } from '@tabler/icons-react';
import { Link } from 'wouter';
import { LiveIndicator } from './live-indicator.tsx';
import { Search } from './search.tsx';
import { clusterLink } from '../fleet/link.ts';
import { queries } from '../live/queries.ts';
import type { View } from '../fleet/link.ts';

export function Header({ view, onHelp }: { readonly view: View; readonly onHelp: () => void }) {
  return (
    <header className="header">
      <Breadcrumb view={view} />
      <Search />
      <div className="header-side">
        <LiveIndicator />
        <SchemeToggle />
        <button
          type="button"
          className="button button-bare wide-only"
          aria-label="Keys and help"
          onClick={onHelp}
        >
          <IconHelp size={16} aria-hidden="true" />
        </button>
      </div>
    </header>
  );
}

function Breadcrumb({ view }: { readonly view: View }) {
  const { data } = useQuery(queries.status());
  const grid = !data || data.grid === 'unspecified' ? 'Grid' : data.grid;
  switch (view.kind) {
    case 'grid':
      return <h1 className="crumbs">{grid}</h1>;
    case 'cluster':
      return (
        <div className="crumbs">
          <Link href="/">{grid}</Link>
          <i aria-hidden="true">/</i>
          <h1 className="ellipsis">{view.cluster}</h1>
        </div>
      );
    case 'host':
      return (
        <div className="crumbs">
          <Link href="/" className="wide-only">
            {grid}
          </Link>
          <i className="wide-only" aria-hidden="true">
            /
          </i>
          <Link href={clusterLink(view.cluster)}>{view.cluster}</Link>
          <i aria-hidden="true">/</i>
          <h1 className="ellipsis">{view.host}</h1>
        </div>
      );
    case 'problems':
      return <h1 className="crumbs">Problems</h1>;
    case 'dashboards':
      return <h1 className="crumbs">Dashboards</h1>;
    case 'dashboard':
      return (
        <div className="crumbs">
          <Link href="/dashboards">Dashboards</Link>
          <i aria-hidden="true">/</i>
          <h1 className="ellipsis">{view.name}</h1>
        </div>
      );
    case 'events':
      return <h1 className="crumbs">Events</h1>;
    case 'missing':
      return <h1 className="crumbs">Not found</h1>;
  }
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('dark');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const Icon = scheme === 'dark' ? IconSun : IconMoon;
  return (
    <button
      type="button"
      className="button button-bare"
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  );
}
