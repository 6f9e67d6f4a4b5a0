import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nscaKey, PLAIN, xorCipher } from '../../../src/wire/nsca/cipher.ts';
import { encodeNscaInit } from '../../../src/wire/nsca/packet.ts';
import { vector, vectorText } from '../vector-files.ts';
import { cipherOf, readAll } from './ciphers.ts';
import { damaged, nscaPacket, OLD } from './packets.ts';
import type { NscaMethod } from '../../../src/wire/nsca/cipher.ts';

interface Capture {
  readonly name: string;
  readonly file: string;
  readonly method: NscaMethod;
  readonly password: string | null;
  readonly init_iv_hex: string;
  readonly decoded: readonly {
    readonly timestamp: number;
    readonly return_code: number;
    readonly host: string;
    readonly service: string;
    readonly output_len: number;
    readonly output: string;
  }[];
}

interface Session {
  readonly name: string;
  readonly init: string;
  readonly data: string;
  readonly written: string;
}

const FOLDER = 'nagios/nsca/';
const captures: readonly Capture[] = JSON.parse(vectorText(`${FOLDER}index.json`));
const sessions: readonly Session[] = JSON.parse(vectorText(`${FOLDER}server_index.json`));
const shown = (seen: ReturnType<typeof readAll>) =>
  seen.map((one) =>
    typeof one === 'string' ? one : `${one.host};${one.service};${one.code};${one.output.slice(0, 20)}`,
  );

describe('what the real send_nsca wrote', () => {
  test.for(captures)('$name', ({ file, method, password, init_iv_hex: iv, decoded }) => {
    for (const chunk of [65_536, 1000, 7]) {
      const seen = readAll(vector(FOLDER + file), cipherOf(method, password, Buffer.from(iv, 'hex')), chunk);
      const cut = seen.map((one) => (typeof one === 'string' ? one : { ...one, output: one.output.length }));
      expect(cut).toEqual(
        decoded.map((p) => ({
          timeS: p.timestamp,
          code: p.return_code,
          host: p.host,
          service: p.service,
          output: p.output_len,
        })),
      );
      const [first] = seen;
      const output = typeof first === 'string' ? '' : first?.output;
      expect(output?.startsWith(decoded[0]?.output ?? '')).toBe(true);
    }
  });

  test('another password, and another method: nothing can be read, whatever its length', () => {
    const bytes = vector(`${FOLDER}m03_three_results_etb.bin`);
    const iv = Buffer.from(captures[0]?.init_iv_hex ?? '', 'hex');
    expect(readAll(bytes, cipherOf(3, 'another', iv))).toEqual(['bad-crc', 'bad-crc', 'bad-crc']);
    expect(readAll(bytes, cipherOf(0, null, iv))).toEqual(['bad-crc', 'bad-crc', 'bad-crc']);
  });
});

/** Where we are better than the real nsca: by the name of the session. */
const BETTER = new Map<string, readonly string[]>([
  ['bad_crc', ['bad-crc']],
  ['version_2', ['bad-version']],
  ['len_720_x2', ['h1;s1;1;old one', 'h1;s1;1;old two']],
  ['good_then_bad_then_good', ['h1;s1;1;one', 'bad-crc', 'h3;s3;2;three']],
  ['short_100', ['bad-length']],
  ['newline_output', ['h1;s1;1;l1\nl2|p=1\nback\\slash']],
  ['newline_host', ['h1\nevil;s1\n[0] SHUTDOWN_PROCESS;1;x']],
  ['semicolon_host', ['h1;x;s1;0;fake;1;x']],
  ['unterminated_host', ['unterminated']],
  ['xor_wrong_pw', ['bad-crc']],
]);

test.for(sessions)('a connection to the real nsca: $name', ({ name, init, data, written }) => {
  const iv = vector(FOLDER + init).subarray(0, 128);
  const cipher = name.startsWith('xor') ? xorCipher(iv, Buffer.from('s3cret')) : PLAIN;
  const lines = written
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\[\d+\] PROCESS_SERVICE_CHECK_RESULT;/u, ''))
    .map((line) => line.replace(/^\[\d+\] PROCESS_HOST_CHECK_RESULT;(\w+);/u, '$1;;'));
  expect(shown(readAll(vector(FOLDER + data), cipher))).toEqual(BETTER.get(name) ?? lines);
});

test.for([
  { name: 'nothing', bytes: [], seen: [] },
  {
    name: 'a damaged one between others',
    bytes: [nscaPacket(), damaged(), nscaPacket()],
    seen: ['ok', 'bad-crc', 'ok'],
  },
  { name: 'the first one is damaged', bytes: [damaged(), nscaPacket()], seen: ['bad-crc', 'ok'] },
  { name: 'another version', bytes: [nscaPacket({ version: 4 }), nscaPacket()], seen: ['bad-version', 'ok'] },
  {
    name: 'a host without end',
    bytes: [nscaPacket({ host: 'h'.repeat(64) }), nscaPacket()],
    seen: ['unterminated', 'ok'],
  },
  {
    name: 'a service without end',
    bytes: [nscaPacket({ service: 's'.repeat(128) })],
    seen: ['unterminated'],
  },
  {
    name: 'an output without end',
    bytes: [nscaPacket({ output: 'o'.repeat(4096) })],
    seen: ['unterminated'],
  },
  { name: 'old: many', bytes: Array.from({ length: 9 }, () => nscaPacket(OLD)), seen: Array(9).fill('ok') },
  { name: 'old: the first is damaged', bytes: [damaged(OLD), nscaPacket(OLD)], seen: ['bad-crc', 'ok'] },
  { name: 'old: damaged ones only', bytes: [damaged(OLD), damaged(OLD)], seen: ['bad-crc', 'bad-crc'] },
  {
    name: 'old: cut',
    bytes: [nscaPacket(OLD), nscaPacket(OLD).subarray(0, 719)],
    seen: ['ok', 'bad-length'],
  },
  { name: 'cut', bytes: [nscaPacket(), nscaPacket().subarray(0, 4303)], seen: ['ok', 'bad-length'] },
] as { name: string; bytes: Uint8Array[]; seen: string[] }[])('$name', ({ bytes, seen }) => {
  const whole = Buffer.concat(bytes);
  for (const chunk of [65_536, 719, 4304]) {
    expect(readAll(whole, PLAIN, chunk).map((one) => (typeof one === 'string' ? one : 'ok'))).toEqual(seen);
  }
});

const METHODS: readonly NscaMethod[] = [0, 1, 2, 3, 14];
test.for(METHODS)(
  'method %i: a damaged byte costs its packet alone, where the cipher comes back',
  (method) => {
    const iv = Buffer.from(Array.from({ length: 128 }, (_, i) => (i * 7) & 0xff));
    const password = 'a password that is longer than any of the keys';
    const plain = Buffer.concat(Array.from({ length: 4 }, (_, i) => nscaPacket({ output: `result ${i}` })));
    const secret = sealed(plain, method, password, iv);
    secret[4304 + 900] = (secret[4304 + 900] ?? 0) ^ 0x40;
    const seen = readAll(secret, cipherOf(method, password, iv), 333);
    expect(seen.map((one) => (typeof one === 'string' ? one : one.output))).toEqual([
      'result 0',
      'bad-crc',
      'result 2',
      'result 3',
    ]);
  },
);

test('the init packet is the seed and the time', () => {
  const init = encodeNscaInit(new Uint8Array(128).fill(7), 1_700_000_000);
  expect(Buffer.from(init).toString('hex')).toBe(`${'07'.repeat(128)}6553f100`);
});

test('never throws, whatever comes', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 });
  fc.assert(
    fc.property(chunks, fc.constantFrom(...METHODS), (parts, method) => {
      readAll(Buffer.concat(parts), cipherOf(method, 'secret', new Uint8Array(128)), 100);
    }),
    { numRuns: 50 },
  );
});

function sealed(plain: Buffer, method: NscaMethod, password: string, iv: Uint8Array): Buffer {
  const found = nscaKey(method, Buffer.from(password));
  if (found !== null) {
    return createCipheriv(found.algorithm, found.key, iv.subarray(0, found.ivBytes)).update(plain);
  }
  const secret = Buffer.from(plain);
  const cipher = cipherOf(method, password, iv);
  for (let at = 0; at < secret.length; at += 4304) {
    const packet = new Uint8Array(secret.subarray(at, at + 4304));
    cipher.packet(packet);
    secret.set(packet, at);
  }
  return secret;
}
