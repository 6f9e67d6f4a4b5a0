/** Prometheus text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
export interface MetricFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'summary';
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
  /** What of its family it is, of a summary. */
  readonly suffix?: '_sum' | '_count';
}

/** The whole text; a family without samples is left out, as an empty one says nothing. */
export function renderExposition(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(renderFamily)
    .join('');
}

function renderFamily(family: MetricFamily): string {
  const { name, type, help, samples } = family;
  const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`];
  for (const { labels, value, suffix = '' } of samples) {
    const pairs = labels.map(([label, text]) => `${label}="${escapeLabel(text)}"`).join(',');
    lines.push(`${name}${suffix}${pairs === '' ? '' : `{${pairs}}`} ${renderNumber(value)}`);
  }
  return `${lines.join('\n')}\n`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text.toWellFormed()).replaceAll('"', '\\"');
}

function renderNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
