import { encodeCollectd } from '../../src/wire/collectd/encode.ts';
import { encodeMetadata, encodeValue } from '../../src/wire/gmond/encode.ts';
import { KIND } from '../../src/model/kind.ts';
import { START_MS } from './harness.ts';
import type { OutgoingValues } from '../../src/wire/collectd/encode.ts';

/** Datagrams as agents send them, one line each in a test. */

export const START_S = START_MS / 1000;

function list(over: Partial<OutgoingValues> = {}): OutgoingValues {
  return {
    host: 'web-01',
    timeS: START_S,
    intervalS: 10,
    plugin: 'load',
    pluginInstance: '',
    type: 'gauge',
    typeInstance: '',
    kinds: [KIND.gauge],
    values: [1.5],
    ...over,
  };
}

export const collectd = (...over: Partial<OutgoingValues>[]) =>
  encodeCollectd(over.map(list))[0] as Uint8Array;

export const metadata = (name: string, over: Partial<Parameters<typeof encodeMetadata>[0]> = {}) =>
  encodeMetadata({
    host: 'web-01',
    name,
    spoof: false,
    type: 'double',
    units: 'things',
    slope: 3,
    tmaxS: 60,
    dmaxS: 0,
    extras: [{ name: 'GROUP', value: 'app' }],
    ...over,
  });
export const gmetric = (name: string, value: string, over: { host?: string; spoof?: boolean } = {}) =>
  encodeValue({ host: 'web-01', name, spoof: false, ...over }, { type: 'string', value });
