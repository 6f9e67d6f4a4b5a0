import { describe, expect, test } from 'vitest';
import { recognise } from '../../src/wire/recognise.ts';
import { vector, vectorNames, vectorText } from './vector-files.ts';

function seen(datagram: Uint8Array) {
  const buffer = new Uint8Array(datagram.length + 20).fill(0x41);
  buffer.set(datagram, 9);
  return recognise(buffer, 9, 9 + datagram.length);
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const GANGLIA = vectorNames('ganglia', /^(gm_|gmond_).*\.bin$/);
const COLLECTD = vectorNames('collectd', /\.bin$/);
/**
 * Empty, and one that begins with a part of no known type: only a group that accepts collectd alone takes
 * that.
 */
const NOT_RECOGNISED = ['010-unknown-part-skipped.bin', '030-empty.bin'];
const CRAFTED = vectorNames('collectd/crafted', /\.bin$/).filter((file) => !NOT_RECOGNISED.includes(file));

describe('captured datagrams', () => {
  test.for(GANGLIA)('%s is ganglia', (file) => {
    expect(seen(vector(`ganglia/${file}`))).toBe('ganglia');
  });

  test.for([
    ...COLLECTD.map((file) => `collectd/${file}`),
    ...CRAFTED.map((file) => `collectd/crafted/${file}`),
  ])('%s is collectd', (file) => {
    expect(seen(vector(file))).toBe('collectd');
  });

  test.for(NOT_RECOGNISED)('%s is unknown', (file) => {
    expect(seen(vector(`collectd/crafted/${file}`))).toBe('unknown');
  });

  test.for(vectorNames('ganglia', /^derived_legacy.*\.hex$/))('%s is legacy ganglia', (file) => {
    expect(seen(bytes(vectorText(`ganglia/${file}`)))).toBe('ganglia-legacy');
  });

  test('a gmond datagram cut anywhere after its id is never taken for collectd', () => {
    for (const file of GANGLIA) {
      const whole = vector(`ganglia/${file}`);
      for (let length = 4; length < whole.length; length += 1) {
        expect(seen(whole.subarray(0, length))).toBe('ganglia-faulty');
      }
    }
  });
});

const host = (length: number) => `0000${(length + 5).toString(16).padStart(4, '0')}${'61'.repeat(length)}00`;
const TIME = '0008 000c 1ac00a22a0b6aec4';

describe('made up', () => {
  test.for([
    { name: 'nothing', hex: '', is: 'unknown' },
    { name: 'one NUL', hex: '00', is: 'unknown' },
    { name: 'a HOST part whose header is the id of gmond metadata', hex: host(123) + TIME, is: 'collectd' },
    { name: 'a HOST part whose header is the last id of gmond', hex: host(131), is: 'collectd' },
    {
      name: 'a HOST part and a part of no known type',
      hex: `${host(3)}4444 0008 00000000`,
      is: 'ganglia-legacy',
    },
    { name: 'a HOST part and half a header', hex: `${host(3)}0008`, is: 'ganglia-legacy' },
    { name: 'time first, in whole seconds', hex: `0001 000c 000000006b002943 ${host(3)}`, is: 'collectd' },
    { name: 'a number part of length 4', hex: '0001 0004', is: 'unknown' },
    { name: 'a signature', hex: `0200 0025 ${'aa'.repeat(33)} ${host(3)}`, is: 'collectd' },
    { name: 'encryption to the end', hex: `0210 0028 ${'aa'.repeat(36)}`, is: 'collectd' },
    { name: 'zeros', hex: '00'.repeat(40), is: 'unknown' },
    { name: 'a built-in metric of Ganglia 3.0', hex: '00000005 0000000a', is: 'ganglia-legacy' },
    { name: 'only the id of gmond', hex: '00000085', is: 'ganglia-faulty' },
    { name: 'noise', hex: 'ff00fe01 a0b0c0d0', is: 'unknown' },
  ])('$name: $is', ({ hex, is }) => {
    expect(seen(bytes(hex))).toBe(is);
  });

  test.for([
    { text: 'page.views:1|c', is: 'statsd' },
    { text: 'page.views:1|c|@0.1|#host:a\nother:2|ms', is: 'statsd' },
    { text: 'größe:1|g', is: 'statsd' },
    { text: 'a,host=x:1|c', is: 'statsd' },
    { text: '\na:1|c', is: 'statsd' },
    { text: `a${':123'.repeat(2000)}|d|#host:a`, is: 'statsd' },
    { text: `a${':123'.repeat(2000)} 7\nb:1|c`, is: 'graphite' },
    { text: '\r\n\n\na:1|c', is: 'statsd' },
    { text: '_sc|Redis connection|2', is: 'statsd' },
    { text: '_e{5,4}:title|text', is: 'statsd' },
    { text: '_scale|1', is: 'graphite' },
    { text: '\n\na.b 1 2', is: 'graphite' },
    { text: '\n\n', is: 'graphite' },
    { text: 'servers.web.load 1.5 1795172490\n', is: 'graphite' },
    { text: 'a|b c:1', is: 'graphite' },
    { text: 'a.b 1 2\nc:1|c', is: 'graphite' },
    { text: 'abc', is: 'graphite' },
    { text: `${'x'.repeat(2000)}:1|c`, is: 'graphite' },
    { text: 'abc\u0000def', is: 'unknown' },
    { text: '\u001B[31mred', is: 'unknown' },
  ])('text $text: $is', ({ text, is }) => {
    expect(seen(Buffer.from(text))).toBe(is);
  });
});
