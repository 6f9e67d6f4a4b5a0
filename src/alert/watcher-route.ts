import { SELF_TAG } from './notice.ts';
import type { AlertRoute, WatcherConfig } from '../contract/alerts.ts';

/** The routes, and behind them one that brings the server's own checks to its watcher: where none else takes them. */
export function withWatcher(
  routes: readonly AlertRoute[],
  watcher: WatcherConfig | undefined,
): readonly AlertRoute[] {
  if (!watcher || watcher.receiver === null) return routes;
  const match = { tags: [SELF_TAG] };
  return [...routes, { name: 'watcher', match, receiver: watcher.receiver, continue: false }];
}
