import type { MusterConfig } from '../contract/config.ts';

/** Receivers' URLs may hold secrets: their names are shown, not where they lead. Durations end in `_ms`. */
export function shownConfig(config: MusterConfig): unknown {
  const { alerts, ...rest } = config;
  const receivers = alerts.receivers.map(({ name }) => ({ name, webhook: { url: '[not shown]' } }));
  return inFileWords({ ...rest, alerts: { ...alerts, receivers } });
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
