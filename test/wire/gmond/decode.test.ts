import { describe, expect, test } from 'vitest';
import { decodeGmond, emptyMessage, gmondExtras, isWholeGmond } from '../../../src/wire/gmond/decode.ts';
import { decodeName } from '../../../src/wire/text.ts';
import { vector, vectorNames, vectorText } from '../vector-files.ts';

interface Decoded {
  id: number;
  host: string;
  name: string;
  spoof: number;
  value?: string | number;
  type?: string;
  units?: string;
  slope?: number;
  tmax?: number;
  dmax?: number;
  extra?: [string, string][];
}

const FILES = vectorNames('ganglia', /\.bin$/);
const DECODED = Object.entries(
  JSON.parse(vectorText('ganglia/decoded.json')) as Record<string, Decoded>,
).filter(([file]) => FILES.includes(file));

/** Decodes one datagram placed at an odd offset of a larger buffer, in the words of decoded.json. */
function decode(datagram: Uint8Array) {
  const start = 7;
  const buffer = new Uint8Array(start + datagram.length + 64).fill(0xa5);
  buffer.set(datagram, start);
  const message = emptyMessage();
  const fault = decodeGmond(buffer, start, start + datagram.length, message);
  if (fault !== undefined) return { fault };
  const text = (at: number, length: number) => decodeName(buffer, at, length);
  return {
    id: message.id,
    host: text(message.hostAt, message.hostLength),
    name: text(message.nameAt, message.nameLength),
    spoof: message.spoof,
    value: message.id === 133 ? text(message.stringAt, message.stringLength) : message.value,
    type: text(message.typeAt, message.typeLength),
    units: text(message.unitsAt, message.unitsLength),
    slope: message.slope,
    tmaxS: message.tmaxS,
    dmaxS: message.dmaxS,
    extras: gmondExtras(message).map((extra) => [extra.name, extra.value]),
  };
}

function expected(d: Decoded) {
  const { id, host, name } = d;
  const value = d.id === 134 ? Math.fround(Number(d.value)) : (d.value ?? Number.NaN);
  const metadata = { type: d.type ?? '', units: d.units ?? '', slope: d.slope ?? 0, extras: d.extra ?? [] };
  return { id, host, name, spoof: d.spoof === 1, value, ...metadata, tmaxS: d.tmax ?? 0, dmaxS: d.dmax ?? 0 };
}

describe('datagrams of real gmetric and gmond', () => {
  test.for(DECODED.map(([file, want]) => ({ file, want })))('$file', ({ file, want }) => {
    expect(decode(vector(`ganglia/${file}`))).toEqual(expected(want));
  });

  test('every file is described, and there are 86', () => {
    expect(DECODED).toHaveLength(FILES.length);
    expect(FILES).toHaveLength(86);
  });

  test('cut at every length they are truncated', () => {
    for (const [file] of DECODED) {
      const whole = vector(`ganglia/${file}`);
      expect(isWholeGmond(whole, 0, whole.length)).toBe(true);
      for (let length = 0; length < whole.length; length += 1) {
        expect(decode(whole.subarray(0, length))).toEqual({ fault: 'truncated' });
        expect(isWholeGmond(whole, 0, length)).toBe(false);
      }
    }
  });

  test('bytes after the message are accepted', () => {
    for (const [file, want] of DECODED) {
      expect(decode(Uint8Array.from([...vector(`ganglia/${file}`), 1, 2, 3]))).toEqual(expected(want));
    }
  });
});

// host "h", name "n", not spoofed; format "".
const ID = '00000001 68000000 00000001 6e000000 00000000';
const FORMAT = '00000000';

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe('values', () => {
  test.for([
    { name: 'ushort', hex: `00000081 ${ID}${FORMAT} 0000ffff`, value: 65535 },
    { name: 'ushort over 16 bits, cut', hex: `00000081 ${ID}${FORMAT} 00012345`, value: 0x2345 },
    { name: 'short, sign-extended', hex: `00000082 ${ID}${FORMAT} ffffffff`, value: -1 },
    { name: 'short not sign-extended by its sender', hex: `00000082 ${ID}${FORMAT} 00008000`, value: -32768 },
    { name: 'int', hex: `00000083 ${ID}${FORMAT} 80000000`, value: -2147483648 },
    { name: 'uint', hex: `00000084 ${ID}${FORMAT} ffffffff`, value: 4294967295 },
    { name: 'float', hex: `00000086 ${ID}${FORMAT} 3fc00000`, value: 1.5 },
    { name: 'float infinity', hex: `00000086 ${ID}${FORMAT} ff800000`, value: Number.NEGATIVE_INFINITY },
    { name: 'float NaN', hex: `00000086 ${ID}${FORMAT} 7fc00000`, value: Number.NaN },
    { name: 'double', hex: `00000087 ${ID}${FORMAT} 3ff8000000000000`, value: 1.5 },
    { name: 'string ends at its NUL', hex: `00000085 ${ID}${FORMAT} 00000003 35003600`, value: '5' },
    { name: 'any format is skipped', hex: `00000084 ${ID}00000004 256e256e 00000007`, value: 7 },
  ])('$name', ({ hex, value }) => {
    expect(decode(bytes(hex))).toMatchObject({ host: 'h', name: 'n', value });
  });

  test('a NUL in a name ends it, and any bool but 0 is spoofed', () => {
    const hex = '00000088 00000003 61003a00 00000002 6e000000 00000007';
    expect(decode(bytes(hex))).toMatchObject({ host: 'a', name: 'n', spoof: true });
  });
});

describe('faults', () => {
  const name = (length: number) =>
    `${length.toString(16).padStart(8, '0')}${'61'.repeat(Math.ceil(length / 4) * 4)}`;
  const metadata = (extras: string) => `00000080 ${ID} ${'00000000'.repeat(6)} ${extras}`;
  test.for([
    { name: 'id below 128', hex: `0000007f ${ID}`, fault: 'unknown-id' },
    { name: 'id above 136', hex: `00000089 ${ID}`, fault: 'unknown-id' },
    { name: 'a length of 2^32 - 1', hex: '00000088 ffffffff 68000000', fault: 'truncated' },
    { name: 'padding missing', hex: `00000085 ${ID}${FORMAT} 00000003 313233`, fault: 'truncated' },
    { name: 'half a double', hex: `00000087 ${ID}${FORMAT} 3ff80000`, fault: 'truncated' },
    { name: 'a host of 256 bytes', hex: `00000088 ${name(256)}${name(1)}00000000`, fault: 'string-too-long' },
    { name: 'a name of 256 bytes', hex: `00000088 ${name(1)}${name(256)}00000000`, fault: 'string-too-long' },
    { name: 'a name of 255 bytes', hex: `00000088 ${name(1)}${name(255)}00000000`, fault: undefined },
    { name: '128 extras', hex: metadata(`00000080 ${'00000000'.repeat(256)}`), fault: undefined },
    { name: '129 extras', hex: metadata(`00000081 ${'00000000'.repeat(258)}`), fault: 'extras-max' },
    { name: '2^32 - 1 extras', hex: metadata('ffffffff'), fault: 'extras-max' },
    {
      name: 'fewer extras than said',
      hex: metadata('00000002 00000000 00000000 00000000'),
      fault: 'truncated',
    },
  ])('$name', ({ hex, fault }) => {
    const seen = decode(bytes(hex));
    expect('fault' in seen ? seen.fault : undefined).toBe(fault);
  });
});
