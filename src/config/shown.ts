import { shownAlerts } from './shown-alerts.ts';
import type { MusterConfig, ReconcilerConfig } from '../contract/config.ts';

/**
 * Addresses may hold secrets: of receivers, handlers and the heartbeat the scheme and host are shown, of a
 * list's what stands before its `?`. Durations end in `_ms`.
 */
export function shownConfig(config: MusterConfig): unknown {
  const { alerts, reconcilers, ...rest } = config;
  const lists = reconcilers.map((one) => ({ ...one, source: shownSource(one.source) }));
  return inFileWords({ ...rest, reconcilers: lists, alerts: shownAlerts(alerts) });
}

function shownSource(source: ReconcilerConfig['source']): ReconcilerConfig['source'] {
  if (source.kind === 'file') return source;
  const { origin, pathname } = new URL(source.url);
  return { ...source, url: `${origin}${pathname}` };
}

/** The same data under the names of muster.yaml: `host_tmax_ms` for `hostTmaxMs`. */
function inFileWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inFileWords);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      inFileWords(inner),
    ]),
  );
}
