import { useMantineColorScheme, useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconHelp, IconMoon, IconSun } from '@tabler/icons-react';
import { Link } from 'wouter';
import { AccountMenu } from './account-menu.tsx';
import { OnCallNow } from './on-call-now.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { Search } from './search.tsx';
import { clusterLink, hostLink, SERVICES_LINK } from '../fleet/link.ts';
import { placeWords } from '../fleet/place.ts';
import { queries } from '../live/queries.ts';
import type { ServiceNames, View } from '../fleet/link.ts';

export function Header({ view, onHelp }: { readonly view: View; readonly onHelp: () => void }) {
  return (
    <header className="header">
      <Breadcrumb view={view} />
      <Search />
      <div className="header-side">
        <DemoBadge />
        <OnCallNow />
        <LiveIndicator />
        <SchemeToggle />
        <AccountMenu />
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

/** Nobody should take a simulated fleet for a real one. */
function DemoBadge() {
  const { data } = useQuery(queries.status());
  if (!data?.demo) return null;
  return (
    <span className="demo-badge" title="muster serve --demo: 60 of these instances are simulated">
      simulated
    </span>
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
          <CrumbName name={view.cluster} />
        </div>
      );
    case 'host':
      return <HostCrumbs grid={grid} cluster={view.cluster} host={view.host} />;
    case 'problems':
      return <h1 className="crumbs">Problems</h1>;
    case 'services':
      return <h1 className="crumbs">Services</h1>;
    case 'service':
      return <ServiceCrumbs names={view} />;
    case 'checks':
      return (
        <div className="crumbs">
          <Link href={SERVICES_LINK}>Services</Link>
          <i aria-hidden="true">/</i>
          <CrumbName name="Checks" />
        </div>
      );
    case 'dashboards':
      return <h1 className="crumbs">Dashboards</h1>;
    case 'dashboard':
      return <DashboardCrumbs name={view.name} />;
    case 'events':
      return <h1 className="crumbs">Events</h1>;
    case 'senders':
      return <h1 className="crumbs">Who talks to me</h1>;
    case 'quiet':
      return <h1 className="crumbs">Quiet</h1>;
    case 'oncall':
      return <h1 className="crumbs">On call</h1>;
    case 'notifications':
      return <h1 className="crumbs">Notifications</h1>;
    case 'explain':
      return <ServiceCrumbs names={view} />;
    case 'missing':
      return <h1 className="crumbs">Not found</h1>;
  }
}

function HostCrumbs(props: { readonly grid: string; readonly cluster: string; readonly host: string }) {
  const { grid, cluster, host } = props;
  return (
    <div className="crumbs">
      <Link href="/" className="wide-only">
        {grid}
      </Link>
      <i className="wide-only" aria-hidden="true">
        /
      </i>
      <Link href={clusterLink(cluster)} className="ellipsis crumb-cluster" title={cluster}>
        <bdi>{cluster}</bdi>
      </Link>
      <i aria-hidden="true">/</i>
      <CrumbName name={host} />
    </div>
  );
}

function CrumbName({ name }: { readonly name: string }) {
  return (
    <h1 className="ellipsis" title={name}>
      <bdi>{name}</bdi>
    </h1>
  );
}

/** Where it is, a host or for an aggregate its cluster, and its name. */
function ServiceCrumbs({ names }: { readonly names: ServiceNames }) {
  return (
    <div className="crumbs">
      <Link href={SERVICES_LINK} className="wide-only">
        Services
      </Link>
      <i className="wide-only" aria-hidden="true">
        /
      </i>
      <ServicePlace names={names} />
      <i aria-hidden="true">/</i>
      <CrumbName name={names.service} />
    </div>
  );
}

function ServicePlace({ names }: { readonly names: ServiceNames }) {
  const { cluster, host } = names;
  if (cluster === '') return <span>{placeWords(names)}</span>;
  const [href, name] = host === '' ? [clusterLink(cluster), cluster] : [hostLink(cluster, host), host];
  return (
    <Link href={href} className="ellipsis crumb-cluster" title={placeWords(names)}>
      <bdi>{name}</bdi>
    </Link>
  );
}

function DashboardCrumbs({ name }: { readonly name: string }) {
  const { data } = useQuery(queries.dashboards());
  return (
    <div className="crumbs">
      <Link href="/dashboards">Dashboards</Link>
      <i aria-hidden="true">/</i>
      <CrumbName name={data?.find((dashboard) => dashboard.name === name)?.title || name} />
    </div>
  );
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
