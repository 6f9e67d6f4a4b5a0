/**
 * What the self monitor read once: a value list without host and time. Kinds as collectd's: 1 gauge, 2
 * derive.
 */
export interface Reading {
  readonly plugin: string;
  readonly pluginInstance: string;
  readonly type: string;
  readonly typeInstance: string;
  readonly kinds: readonly number[];
  readonly values: readonly (number | bigint)[];
}

/** Where a reading belongs; an instance left out is empty. */
export interface ReadingName {
  readonly plugin: string;
  readonly pluginInstance?: string;
  readonly type: string;
  readonly typeInstance?: string;
}

const GAUGE = 1;
const DERIVE = 2;

export function gauges(name: ReadingName, ...values: number[]): Reading {
  return reading(name, GAUGE, values);
}

/** Running totals. A bigint keeps every digit of a 64-bit one. */
export function derives(name: ReadingName, ...values: (number | bigint)[]): Reading {
  return reading(name, DERIVE, values);
}

function reading(name: ReadingName, kind: number, values: (number | bigint)[]): Reading {
  const { plugin, type, pluginInstance = '', typeInstance = '' } = name;
  return { plugin, pluginInstance, type, typeInstance, kinds: values.map(() => kind), values };
}
