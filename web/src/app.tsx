import { lazy, Suspense, useState } from 'react';
import { createTheme, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { ViewBoundary } from './components/view-boundary.tsx';
import { Frame } from './components/frame.tsx';
import { isInside } from './fleet/session.ts';
import { viewOf } from './fleet/link.ts';
import { useAddress } from './live/address.ts';
import { browserWorld } from './live/browser-world.ts';
import { FeedClient } from './live/feed-client.ts';
import { FeedProvider } from './live/feed-context.tsx';
import { createQueryClient } from './live/queries.ts';
import { SessionProvider, useSession } from './live/session.tsx';
import { ClusterPage } from './pages/cluster-page.tsx';
import { GridPage } from './pages/grid-page.tsx';
import { HostPage } from './pages/host-page.tsx';
import { MissingPage } from './pages/missing-page.tsx';
import { ProblemsPage } from './pages/problems-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import type { ReactNode } from 'react';
import type { View } from './fleet/link.ts';

// Not needed to see whether all is well: their code comes when they are first looked at.
const DashboardPage = lazy(async () => ({
  default: (await import('./pages/dashboard-page.tsx')).DashboardPage,
}));
const DashboardsPage = lazy(async () => ({
  default: (await import('./pages/dashboards-page.tsx')).DashboardsPage,
}));
const EventsPage = lazy(async () => ({ default: (await import('./pages/events-page.tsx')).EventsPage }));
const ServicesPage = lazy(async () => ({
  default: (await import('./pages/services-page.tsx')).ServicesPage,
}));
const ServicePage = lazy(async () => ({ default: (await import('./pages/service-page.tsx')).ServicePage }));
const ChecksPage = lazy(async () => ({ default: (await import('./pages/checks-page.tsx')).ChecksPage }));
const SendersPage = lazy(async () => ({ default: (await import('./pages/senders-page.tsx')).SendersPage }));

const QuietPage = lazy(async () => ({ default: (await import('./pages/quiet-page.tsx')).QuietPage }));
const OnCallPage = lazy(async () => ({ default: (await import('./pages/on-call-page.tsx')).OnCallPage }));
const NotificationsPage = lazy(async () => ({
  default: (await import('./pages/notifications-page.tsx')).NotificationsPage,
}));
const ExplainPage = lazy(async () => ({ default: (await import('./pages/explain-page.tsx')).ExplainPage }));

const theme = createTheme({
  fontFamily: 'Inter, system-ui, sans-serif',
  fontFamilyMonospace: "'JetBrains Mono', ui-monospace, monospace",
  defaultRadius: 8,
  respectReducedMotion: true,
});

export function App() {
  const [feed] = useState(() => new FeedClient(browserWorld));
  const [queryClient] = useState(createQueryClient);
  const { path, search } = useAddress();
  const view = viewOf(path, search);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <ViewBoundary>
          <SessionProvider>
            <SignedIn>
              <FeedProvider client={feed}>
                <Frame view={view}>
                  <Suspense>
                    <Page view={view} />
                  </Suspense>
                </Frame>
              </FeedProvider>
            </SignedIn>
          </SessionProvider>
        </ViewBoundary>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** The front door: nothing is asked for, and the feed does not start, before it is known who looks. */
function SignedIn({ children }: { readonly children: ReactNode }) {
  const { session, error } = useSession();
  if (session && isInside(session)) return children;
  if (session || error) return <SignInPage />;
  return null;
}

function Page({ view }: { readonly view: View }) {
  switch (view.kind) {
    case 'grid':
      return <GridPage />;
    case 'cluster':
      return <ClusterPage key={view.cluster} cluster={view.cluster} />;
    case 'host':
      return <HostPage key={`${view.cluster}/${view.host}`} cluster={view.cluster} host={view.host} />;
    case 'problems':
      return <ProblemsPage />;
    case 'services':
      return <ServicesPage />;
    case 'service':
      return <ServicePage names={view} />;
    case 'checks':
      return <ChecksPage />;
    case 'dashboards':
      return <DashboardsPage />;
    case 'dashboard':
      return <DashboardPage key={view.name} name={view.name} />;
    case 'events':
      return <EventsPage />;
    case 'senders':
      return <SendersPage />;
    case 'quiet':
      return <QuietPage />;
    case 'oncall':
      return <OnCallPage />;
    case 'notifications':
      return <NotificationsPage />;
    case 'explain':
      return <ExplainPage names={view} />;
    case 'missing':
      return <MissingPage path={view.path} />;
  }
}
