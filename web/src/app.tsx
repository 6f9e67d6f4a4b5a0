import { useState } from 'react';
import { createTheme, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { Frame } from './components/frame.tsx';
import { viewOf } from './fleet/link.ts';
import { useAddress } from './live/address.ts';
import { browserWorld } from './live/browser-world.ts';
import { FeedClient } from './live/feed-client.ts';
import { FeedProvider } from './live/feed-context.tsx';
import { createQueryClient } from './live/queries.ts';
import { ClusterPage } from './pages/cluster-page.tsx';
import { DashboardPage } from './pages/dashboard-page.tsx';
import { DashboardsPage } from './pages/dashboards-page.tsx';
import { EventsPage } from './pages/events-page.tsx';
import { GridPage } from './pages/grid-page.tsx';
import { HostPage } from './pages/host-page.tsx';
import { MissingPage } from './pages/missing-page.tsx';
import { ProblemsPage } from './pages/problems-page.tsx';
import type { View } from './fleet/link.ts';

const theme = createTheme({
  fontFamily: 'Inter, system-ui, sans-serif',
  fontFamilyMonospace: "'JetBrains Mono', ui-monospace, monospace",
  defaultRadius: 8,
  respectReducedMotion: true,
});

export function App() {
  const [feed] = useState(() => new FeedClient(browserWorld));
  const [queryClient] = useState(createQueryClient);
  const { path } = useAddress();
  const view = viewOf(path);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <FeedProvider client={feed}>
          <Frame view={view}>
            <Page view={view} />
          </Frame>
        </FeedProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
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
    case 'dashboards':
      return <DashboardsPage />;
    case 'dashboard':
      return <DashboardPage key={view.name} name={view.name} />;
    case 'events':
      return <EventsPage />;
    case 'missing':
      return <MissingPage path={view.path} />;
  }
}
