import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { sealOf } from '../../../src/cli/load/collectd-seal.ts';
import { readEncryption, readSignature } from '../../../src/wire/collectd/envelope.ts';
import { vector } from '../../wire/vector-files.ts';

const PLAIN = vector('collectd/plain-0000.bin');
const OWNER = { user: 'ad min', password: ' pass word ' };

test('a signature covers the user and everything behind it', () => {
  const seal = sealOf({ level: 'Sign', ...OWNER });
  const datagram = seal.close(PLAIN);
  expect(datagram.length).toBe(PLAIN.length + seal.overheadBytes);
  const envelope = readSignature(datagram, 0, seal.overheadBytes, datagram.length);
  expect(envelope?.user).toBe(OWNER.user);
  const mac = createHmac('sha256', OWNER.password).update(OWNER.user).update(PLAIN).digest();
  expect(Uint8Array.from(envelope?.seal ?? [])).toEqual(Uint8Array.from(mac));
  expect(Uint8Array.from(datagram.subarray(seal.overheadBytes))).toEqual(Uint8Array.from(PLAIN));
});

test('what is encrypted opens with the password, and no two are alike', () => {
  const seal = sealOf({ level: 'Encrypt', ...OWNER });
  const [one, other] = [seal.close(PLAIN), seal.close(PLAIN)];
  expect(one).not.toEqual(other);
  for (const datagram of [one, other]) {
    expect(datagram.length).toBe(PLAIN.length + seal.overheadBytes);
    const envelope = readEncryption(datagram, 0, datagram.length);
    if (envelope === undefined) throw new Error('no envelope');
    expect(envelope.user).toBe(OWNER.user);
    const key = createHash('sha256').update(OWNER.password).digest();
    const opened = createDecipheriv('aes-256-ofb', key, envelope.seal).update(envelope.covered);
    expect(Uint8Array.from(opened.subarray(20))).toEqual(Uint8Array.from(PLAIN));
    expect(opened.subarray(0, 20)).toEqual(createHash('sha1').update(PLAIN).digest());
  }
});
