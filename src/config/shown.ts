import type { MusterConfig, ReconcilerConfig } from '../contract/config.ts';

/**
 * Receivers' URLs may hold secrets: their names are shown, not where they lead; nor is what follows the `?` of a
 * list's. Durations end in `_ms`.
 */
export function shownConfig(config: MusterConfig): unknown {
  const { alerts, reconcilers, ...rest } = config;
  const receivers = alerts.receivers.map(({ name, channels }) => ({
    name,
    channels: channels.map(({ kind }) => ({ kind, url: '[not shown]' })),
  }));
  const lists = reconcilers.map((one) => ({ ...one, source: shownSource(one.source) }));
  return inFileWords({ ...rest, reconcilers: lists, alerts: { ...alerts, receivers } });
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
