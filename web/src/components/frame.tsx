import { useMemo } from 'react';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { navigate } from 'wouter/use-browser-location';
import { ActionProvider } from './actions/action-context.tsx';
import { ToastProvider } from './actions/toast.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { BottomBar, Sidebar } from './navigation.tsx';
import { focusSearch } from './search.tsx';
import { ServerNotes } from './server-notes.tsx';
import { ViewBoundary } from './view-boundary.tsx';
import { usePageMark } from './page-mark.ts';
import { moveRow, useKeys } from './keys.ts';
import { CHECKS_LINK, NOTIFICATIONS_LINK, ON_CALL_LINK, QUIET_LINK, SERVICES_LINK } from '../fleet/link.ts';
import { openProblems } from '../fleet/problem.ts';
import { markOf, worstMark } from '../fleet/state.ts';
import { useConnection } from '../live/feed-context.tsx';
import { useOpenGroups, useProblems } from '../live/problems.ts';
import { queries } from '../live/queries.ts';
import { useTopicRefresh } from '../live/topic-refresh.ts';
import type { ReactNode } from 'react';
import type { View } from '../fleet/link.ts';

/** What stands around every view: navigation, header, keys, and the worst state in title and icon. */
export function Frame({ view, children }: { readonly view: View; readonly children: ReactNode }) {
  useTopicRefresh();
  const connection = useConnection();
  const { services } = useProblems();
  const [helpShown, help] = useDisclosure(false);
  const open = useMemo(() => openProblems(services ?? []), [services]);
  const problems = useOpenGroups()?.length ?? 0;
  const worst = useMemo(() => worstMark(open.map(({ service }) => markOf(service.state))), [open]);
  const lost = connection.kind === 'broken';
  usePageMark(useTitle(view), {
    worst,
    count: services !== undefined && !lost ? problems : null,
    lost,
  });
  useKeys({
    '/': focusSearch,
    '?': help.toggle,
    'g g': () => navigate('/'),
    'g p': () => navigate('/problems'),
    'g v': () => navigate(SERVICES_LINK),
    'g c': () => navigate(CHECKS_LINK),
    'g d': () => navigate('/dashboards'),
    'g e': () => navigate('/events'),
    'g s': () => navigate('/senders'),
    'g q': () => navigate(QUIET_LINK),
    'g o': () => navigate(ON_CALL_LINK),
    'g n': () => navigate(NOTIFICATIONS_LINK),
    j: () => moveRow(1),
    k: () => moveRow(-1),
  });
  return (
    <ToastProvider>
      <ActionProvider>
        <div className="app">
          <a className="skip" href="#main">
            Skip to the content
          </a>
          <Sidebar view={view} problems={problems} worst={worst} />
          <div className="page">
            <Header view={view} onHelp={help.open} />
            <main id="main" tabIndex={-1} data-stale={connection.kind === 'broken' || undefined}>
              <ViewBoundary key={addressOf(view)}>{children}</ViewBoundary>
              <ServerNotes className="phone-only" />
            </main>
          </div>
          <ConnectionBanner />
          <BottomBar view={view} problems={problems} worst={worst} />
          <HelpDialog opened={helpShown} onClose={help.close} />
        </div>
      </ActionProvider>
    </ToastProvider>
  );
}

/** Views that are alike, but not the same, are made anew. */
function addressOf(view: View): string {
  return JSON.stringify(view);
}

function useTitle(view: View): string {
  const dashboards = useQuery({ ...queries.dashboards(), enabled: view.kind === 'dashboard' });
  switch (view.kind) {
    case 'grid':
      return 'Grid';
    case 'cluster':
      return view.cluster;
    case 'host':
      return view.host;
    case 'problems':
      return 'Problems';
    case 'services':
      return 'Services';
    case 'service':
      return view.service;
    case 'checks':
      return 'Checks';
    case 'dashboards':
      return 'Dashboards';
    case 'dashboard':
      return dashboards.data?.find(({ name }) => name === view.name)?.title || view.name;
    case 'events':
      return 'Events';
    case 'senders':
      return 'Senders';
    case 'quiet':
      return 'Quiet';
    case 'oncall':
      return 'On call';
    case 'notifications':
      return 'Notifications';
    case 'explain':
      return `Why: ${view.service}`;
    case 'missing':
      return 'Not found';
  }
}
