import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { FeedTable } from './feed-table.ts';
import type { Connection, FeedClient, Selector } from './feed-client.ts';

const Feed = createContext<FeedClient | null>(null);

export function FeedProvider({
  client,
  children,
}: {
  readonly client: FeedClient;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  return <Feed.Provider value={client}>{children}</Feed.Provider>;
}

export function useFeedClient(): FeedClient {
  const client = useContext(Feed);
  if (!client) throw new Error('no feed above this component');
  return client;
}

export function useConnection(): Connection {
  const client = useFeedClient();
  return useSyncExternalStore(
    (listener) => client.watch(listener),
    () => client.connection,
  );
}

const NOTHING = new FeedTable('', false);

/**
 * The table of a selector, kept current while the component is shown. It changes in place: watch `version`.
 */
export function useFeedTable(selector: Selector, options: { readonly tails?: boolean } = {}): FeedTable {
  const client = useFeedClient();
  const { cluster, host, metric, fact = [] } = selector;
  const facts = JSON.stringify(fact);
  const tails = options.tails === true;
  const [table, setTable] = useState(NOTHING);
  useEffect(() => {
    const fact: string[] = JSON.parse(facts);
    const subscription = client.subscribe({ cluster, host, metric, fact }, tails);
    setTable(subscription.table);
    return subscription.release;
  }, [client, cluster, host, metric, facts, tails]);
  return table;
}

/** Renders again when the table changes. The server sends at most once a second. */
export function useTableVersion(table: FeedTable): number {
  return useSyncExternalStore(
    (listener) => table.watch(listener),
    () => table.version,
  );
}

/** The server's clock, once a second, or as seldom as is enough; ages on screen tick with it. */
export function useServerNow(everyMs = 1000): number {
  const client = useFeedClient();
  const clock = useMemo(() => steppingClock(everyMs), [everyMs]);
  useSyncExternalStore(clock.watch, clock.step);
  return client.serverNowMs();
}

/** A timer's longest delay is a month; nobody waits for a step of so long. */
const LOOK_EVERY_MS = 60_000;

function steppingClock(everyMs: number) {
  return {
    step: () => Math.floor(Date.now() / everyMs),
    watch: (listener: () => void) => {
      const timer = setInterval(listener, Math.min(everyMs, LOOK_EVERY_MS));
      return () => clearInterval(timer);
    },
  };
}
