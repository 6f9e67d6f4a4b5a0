/** Measurement and tags of a line of InfluxDB's line protocol, unescaped. */
export interface InfluxHead {
  readonly measurement: string;
  /** Sorted by key; `host`, which names the host, is none of them. */
  readonly tags: readonly (readonly [key: string, value: string])[];
}

/**
 * `cpu,host=a,cpu=cpu0` taken apart: a comma, a space and (but for the measurement) an equals sign after a
 * backslash are part of a name. Undefined: a tag stands there twice, which no database takes.
 */
export function readHead(text: string): InfluxHead | undefined {
  const [measurement = '', ...parts] = text.split(/(?<!\\),/u);
  const tags = new Map<string, string>();
  for (const part of parts) {
    const equals = /(?<!\\)=/u.exec(part)?.index ?? part.length;
    const key = unescapeName(part.slice(0, equals));
    if (tags.has(key)) return undefined;
    tags.set(key, unescapeName(part.slice(equals + 1)));
  }
  tags.delete('host');
  return { measurement: unescapeName(measurement), tags: [...tags].toSorted(byKey) };
}

function byKey([a]: readonly [string, string], [b]: readonly [string, string]): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A comma, space or equals sign loses the backslash before it; other backslashes are themselves. */
export function unescapeName(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\([,= ])/gu, '$1') : text;
}

const PREFIX = 'influx/';

/** A field's record: `influx/cpu,cpu=cpu0:usage_idle`, the head as InfluxDB spells the key of a series. */
export function influxMetric({ measurement, tags }: InfluxHead, field: string): string {
  const spelled = tags.map(([key, value]) => `,${escapeName(key)}=${escapeName(value)}`);
  return `${PREFIX}${escapeMeasurement(measurement)}${spelled.join('')}:${field}`;
}

function escapeName(text: string): string {
  return text.replaceAll(/[,= ]/gu, String.raw`\$&`);
}

function escapeMeasurement(text: string): string {
  return text.replaceAll(/[, ]/gu, String.raw`\$&`);
}
