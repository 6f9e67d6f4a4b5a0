import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeGmond, emptyMessage, gmondExtras, isWholeGmond } from '../../../src/wire/gmond/decode.ts';
import { encodeMetadata, encodeRequest, encodeValue } from '../../../src/wire/gmond/encode.ts';
import { decodeName } from '../../../src/wire/text.ts';
import { vector } from '../vector-files.ts';
import type { OutgoingValue } from '../../../src/wire/gmond/encode.ts';

const text = fc
  .string({ unit: 'binary', maxLength: 30 })
  .filter((s) => !s.includes('\0') && s.isWellFormed());
const word = fc.integer({ min: 0, max: 0xffffffff });
const metric = { host: text, name: text, spoof: fc.boolean() };
const values: fc.Arbitrary<OutgoingValue> = fc.oneof(
  fc.record({ type: fc.constant('string' as const), value: text }),
  fc.record({ type: fc.constant('ushort' as const), value: fc.integer({ min: 0, max: 0xffff }) }),
  fc.record({ type: fc.constant('short' as const), value: fc.integer({ min: -0x8000, max: 0x7fff }) }),
  fc.record({ type: fc.constant('int' as const), value: fc.integer() }),
  fc.record({ type: fc.constant('uint' as const), value: word }),
  fc.record({ type: fc.constant('float' as const), value: fc.float() }),
  fc.record({ type: fc.constant('double' as const), value: fc.double() }),
);

function decode(datagram: Uint8Array) {
  const message = emptyMessage();
  expect(decodeGmond(datagram, 0, datagram.length, message)).toBeUndefined();
  expect(isWholeGmond(datagram, 0, datagram.length)).toBe(true);
  return message;
}

function identityOf(message: ReturnType<typeof emptyMessage>) {
  return {
    host: decodeName(message.buffer, message.hostAt, message.hostLength),
    name: decodeName(message.buffer, message.nameAt, message.nameLength),
    spoof: message.spoof,
  };
}

test('metadata as gmetric writes it', () => {
  const { host, name, spoof } = { host: 'vm', name: 'temperature', spoof: false };
  const mine = encodeMetadata({
    host,
    name,
    spoof,
    type: 'float',
    units: 'Celsius',
    slope: 3,
    tmaxS: 60,
    dmaxS: 300,
    extras: [],
  });
  expect(Uint8Array.from(mine)).toEqual(vector('ganglia/gm_float.1.bin'));
});

test('a value as gmetric writes it', () => {
  const mine = encodeValue(
    { host: 'vm', name: 'temperature', spoof: false },
    { type: 'string', value: '36.6' },
  );
  expect(Uint8Array.from(mine)).toEqual(vector('ganglia/gm_float.2.bin'));
});

test('a request as gmond writes it', () => {
  const mine = encodeRequest({ host: 'localhost', name: 'early', spoof: false });
  expect(Uint8Array.from(mine)).toEqual(vector('ganglia/gmond_request_0.bin'));
});

test('values are read back', () => {
  fc.assert(
    fc.property(fc.record(metric), values, (who, sent) => {
      const message = decode(encodeValue(who, sent));
      expect(identityOf(message)).toEqual(who);
      const read =
        sent.type === 'string'
          ? decodeName(message.buffer, message.stringAt, message.stringLength)
          : message.value;
      expect(read).toBe(sent.value);
    }),
  );
});

test('metadata is read back', () => {
  const extras = fc.array(fc.record({ name: text, value: text }), { maxLength: 10 });
  const sent = fc.record({
    ...metric,
    type: text,
    units: text,
    slope: word,
    tmaxS: word,
    dmaxS: word,
    extras,
  });
  fc.assert(
    fc.property(sent, (metadata) => {
      const message = decode(encodeMetadata(metadata));
      expect({
        ...identityOf(message),
        type: decodeName(message.buffer, message.typeAt, message.typeLength),
        units: decodeName(message.buffer, message.unitsAt, message.unitsLength),
        slope: message.slope,
        tmaxS: message.tmaxS,
        dmaxS: message.dmaxS,
        extras: gmondExtras(message),
      }).toEqual(metadata);
    }),
  );
});
