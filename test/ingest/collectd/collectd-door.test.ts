import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GROUP_DEFAULTS } from '../../../src/contract/config.ts';
import { cipherFault, CollectdDoors, GroupDoor } from '../../../src/ingest/collectd/collectd-door.ts';
import { GroupMembers } from '../../../src/ingest/members.ts';
import { ReplayRoom } from '../../../src/ingest/collectd/replay-memory.ts';
import { AuthUsers } from '../../../src/ingest/collectd/auth-users.ts';
import { ENVELOPE_DEPTH_MAX, ENVELOPES_PER_DATAGRAM_MAX } from '../../../src/limits.ts';
import { transcribeBehind } from '../../wire/collectd/transcript.ts';
import { vector } from '../../wire/vector-files.ts';
import { AUTH_FILE, doorScene, encrypted, signed, usersOf } from './door-scene.ts';
import { collectd } from '../messages.ts';
import type { SecurityLevel } from '../../../src/wire/collectd/door.ts';

const one = (host: string) => collectd({ host });
const join = (...parts: Uint8Array[]) => Buffer.concat(parts);
/** `host` of what was taken, or `user:host`; then what was refused. */
function seen(
  level: SecurityLevel,
  datagram: Uint8Array,
  scene = doorScene({ securityLevel: level }),
): string {
  const { values, skipped, fault } = transcribeBehind(scene.door, datagram);
  const hosts = values.map(({ user, host }) => (user === undefined ? host : `${user}:${host}`));
  return [
    ...hosts,
    ...skipped.map((reason) => `(${reason})`),
    ...(fault === undefined ? [] : [`[${fault}]`]),
  ].join(' ');
}

const PLAIN = one('p');
const SIGNED = signed(one('s'));
const ENCRYPTED = encrypted(one('e'));

describe('by level', () => {
  test.for([
    { name: 'plain', datagram: PLAIN, none: 'p', sign: '(unsigned)', encrypt: '(unencrypted)' },
    { name: 'signed', datagram: SIGNED, none: 'alice:s', sign: 'alice:s', encrypt: '(unencrypted)' },
    {
      name: 'signed with another password',
      datagram: signed(one('s'), 'alice', 'wrong'),
      none: '[bad-signature]',
      sign: '[bad-signature]',
      encrypt: '(unencrypted)',
    },
    {
      name: 'signed by somebody unknown',
      datagram: signed(one('s'), 'mallory'),
      none: '[unknown-user]',
      sign: '[unknown-user]',
      encrypt: '(unencrypted)',
    },
    { name: 'encrypted', datagram: ENCRYPTED, none: 'bob:e', sign: 'bob:e', encrypt: 'bob:e' },
    {
      name: 'encrypted with another password',
      datagram: encrypted(one('e'), 'bob', 'wrong'),
      none: '[bad-checksum]',
      sign: '[bad-checksum]',
      encrypt: '[bad-checksum]',
    },
    {
      name: 'encrypted by somebody unknown',
      datagram: encrypted(one('e'), 'mallory'),
      none: '[unknown-user]',
      sign: '[unknown-user]',
      encrypt: '[unknown-user]',
    },
    {
      name: 'plain parts before and after an encrypted one, told once',
      datagram: join(PLAIN, ENCRYPTED, PLAIN),
      none: 'p bob:e p',
      sign: 'bob:e (unsigned)',
      encrypt: 'bob:e (unencrypted)',
    },
    {
      name: 'plain parts before a signature',
      datagram: join(PLAIN, SIGNED),
      none: 'p alice:s',
      sign: 'alice:s (unsigned)',
      encrypt: '(unencrypted)',
    },
    {
      name: 'bytes after what was signed',
      datagram: join(SIGNED, one('x')),
      none: '[bad-signature]',
      sign: '[bad-signature]',
      encrypt: '(unencrypted)',
    },
    {
      name: 'a bad part after a good one',
      datagram: join(ENCRYPTED, encrypted(one('x'), 'bob', 'wrong'), encrypted(one('y'))),
      none: 'bob:e [bad-checksum]',
      sign: 'bob:e [bad-checksum]',
      encrypt: 'bob:e [bad-checksum]',
    },
    {
      name: 'two encrypted parts of two users',
      datagram: join(encrypted(one('a')), encrypted(one('b'), 'alice', 's3cr3t-Sign')),
      none: 'bob:a alice:b',
      sign: 'bob:a alice:b',
      encrypt: 'bob:a alice:b',
    },
    {
      name: 'a signature whose length was made to swallow the first part',
      datagram: Uint8Array.from(SIGNED).fill(36 + 'alice'.length + 4 + 's.'.length, 3, 4),
      none: '[unknown-user]',
      sign: '[unknown-user]',
      encrypt: '(unencrypted)',
    },
    {
      name: 'a signature in a signature',
      datagram: signed(signed(one('s'), 'bob', 'Encrypt_Pass 42')),
      none: 'bob:s',
      sign: 'bob:s',
      encrypt: '(unencrypted)',
    },
    {
      name: 'a signature in an encrypted part',
      datagram: encrypted(signed(one('s'))),
      none: 'alice:s',
      sign: 'alice:s',
      encrypt: 'alice:s',
    },
    {
      name: 'an encrypted part in a signed datagram, and after it',
      datagram: signed(join(encrypted(one('e')), one('s'))),
      none: 'bob:e alice:s',
      sign: 'bob:e alice:s',
      encrypt: 'bob:e (unencrypted)',
    },
    {
      name: 'an encrypted part that is cut short inside; what follows still counts',
      datagram: join(encrypted(one('e').subarray(0, -3)), encrypted(one('f'))),
      none: 'bob:f (truncated)',
      sign: 'bob:f (truncated)',
      encrypt: 'bob:f (truncated)',
    },
  ])('$name', ({ datagram, none, sign, encrypt }) => {
    expect([seen('None', datagram), seen('Sign', datagram), seen('Encrypt', datagram)]).toEqual([
      none,
      sign,
      encrypt,
    ]);
  });

  test('nothing is known inside of what stood outside, and outside of what stood inside', () => {
    const nameless = collectd({ host: '' });
    expect(seen('None', join(PLAIN, encrypted(nameless)))).toBe('p (incomplete)');
    expect(seen('None', join(encrypted(PLAIN), nameless))).toBe('bob:p (incomplete)');
    expect(seen('None', join(PLAIN, encrypted(one('e')), nameless.subarray(24)))).toBe('p bob:e p');
  });
});

describe('without an AuthFile', () => {
  test('a signature is passed over, which is told once', () => {
    const scene = doorScene({ authFile: null });
    expect(seen('None', SIGNED, scene)).toBe('s');
    expect(seen('None', signed(one('t'), 'nobody', 'x'), scene)).toBe('t');
    expect(scene.told).toEqual(['unverified web']);
  });

  test('what is encrypted cannot be read; what stood before it counts', () => {
    expect(seen('None', join(PLAIN, ENCRYPTED, PLAIN), doorScene({ authFile: null }))).toBe(
      'p [no-auth-file]',
    );
  });

  test('nothing is let in where signatures are asked for', () => {
    const rules = { authFile: null, securityLevel: 'Sign' } as const;
    expect(seen('Sign', SIGNED, doorScene(rules))).toBe('[unknown-user]');
  });
});

test('vectors of collectd’s own tests', () => {
  const users = usersOf('admin: admin\n');
  const rules = { ...GROUP_DEFAULTS.collectd, authFile: 'auth' };
  const doors = new CollectdDoors({ ticksMs: () => 0, users: () => users });
  const door = doors.open('web', rules, new GroupMembers());
  const seal = Buffer.from('cda59a37b081c231242a6dbdfb44dbd7412af42983dea51196d2e93021aec545', 'hex');
  expect(door.verify({ user: 'admin', seal, covered: Buffer.from('admincollectd') })).toBe('verified');
  const iv = Buffer.from('4cbe2a747c9f9dcfa0e66f0c2fa74875', 'hex');
  const covered = Buffer.from('8f023b0b15178f8428da1221a5f653e840f065db4aff032c22e5a3df', 'hex');
  const opened = door.open({ user: 'admin', seal: iv, covered });
  expect(Buffer.from(opened as Uint8Array).toString()).toBe('collectd');
});

test('other users take the place of the former at once', () => {
  const scene = doorScene({ securityLevel: 'Sign' });
  expect(seen('Sign', SIGNED, scene)).toBe('alice:s');
  scene.users.replace(new Map([['alice', Buffer.from('other')]]));
  expect(seen('Sign', signed(one('t')), scene)).toBe('[bad-signature]');
  expect(seen('Sign', signed(one('u'), 'alice', 'other'), scene)).toBe('alice:u');
});

describe('replays', () => {
  const at = (scene: ReturnType<typeof doorScene>, ms: number, datagram: Uint8Array) => {
    scene.clock.ms = ms;
    return seen('Sign', datagram, scene);
  };
  const scene = () => doorScene({ securityLevel: 'Sign', replayWindowMs: 60_000 });

  test.for([
    { name: 'signed', datagram: SIGNED, taken: 'alice:s' },
    { name: 'encrypted', datagram: ENCRYPTED, taken: 'bob:e' },
  ])('$name: once within the window, and again much later', ({ datagram, taken }) => {
    const door = scene();
    expect(at(door, 1000, datagram)).toBe(taken);
    for (const ms of [1000, 30_000, 61_000]) expect(at(door, ms, datagram)).toBe('[replayed]');
    expect(at(door, 181_000, datagram)).toBe(taken);
  });

  test('an encrypted part that was rewritten without the key is one, too', () => {
    const door = scene();
    const forged = Uint8Array.from(encrypted(one('e'), 'bob', 'Encrypt_Pass 42', Buffer.alloc(16, 7)));
    expect(seen('Sign', forged, door)).toBe('bob:e');
    const rewritten = encrypted(one('x'), 'bob', 'Encrypt_Pass 42', Buffer.alloc(16, 7));
    expect(seen('Sign', rewritten, door)).toBe('[replayed]');
    const other = encrypted(one('y'), 'alice', 's3cr3t-Sign', Buffer.alloc(16, 7));
    expect(seen('Sign', other, door)).toBe('alice:y');
  });

  test('what was refused is not remembered', () => {
    const door = scene();
    expect(seen('Sign', join(signed(one('s'), 'alice', 'wrong')), door)).toBe('[bad-signature]');
    expect(seen('Sign', SIGNED, door)).toBe('alice:s');
  });

  test('a window of 0 remembers nothing; a change of other rules forgets nothing', () => {
    const off = doorScene({ securityLevel: 'Sign', replayWindowMs: 0 });
    expect([seen('Sign', SIGNED, off), seen('Sign', SIGNED, off)]).toEqual(['alice:s', 'alice:s']);
    const on = scene();
    seen('Sign', SIGNED, on);
    const rules = {
      ...GROUP_DEFAULTS.collectd,
      authFile: 'auth',
      securityLevel: 'Sign',
      replayWindowMs: 60_000,
    } as const;
    on.door.use(rules);
    expect(seen('Sign', SIGNED, on)).toBe('[replayed]');
    on.door.use({ ...rules, replayWindowMs: 30_000 });
    expect(seen('Sign', SIGNED, on)).toBe('alice:s');
  });

  test('users keep their marks when their file is read anew', () => {
    const door = scene();
    seen('Sign', SIGNED, door);
    door.users.replace(new Map([['alice', Buffer.from('s3cr3t-Sign')]]));
    expect(seen('Sign', SIGNED, door)).toBe('[replayed]');
  });
});

describe('work for one datagram is bounded', () => {
  const nested = (depth: number): Uint8Array => (depth === 0 ? one('s') : signed(nested(depth - 1)));

  test('in depth', () => {
    expect(seen('Sign', nested(ENVELOPE_DEPTH_MAX))).toBe('alice:s');
    expect(seen('Sign', nested(ENVELOPE_DEPTH_MAX + 1))).toBe('(envelopes-max)');
  });

  test('in number', () => {
    const many = (n: number) => join(...Array.from({ length: n }, (_, i) => encrypted(one(`h${i}`))));
    const whole = seen('Encrypt', many(ENVELOPES_PER_DATAGRAM_MAX)).split(' ');
    expect(whole).toHaveLength(ENVELOPES_PER_DATAGRAM_MAX);
    expect(seen('Encrypt', many(ENVELOPES_PER_DATAGRAM_MAX + 1)).endsWith(' [envelopes-max]')).toBe(true);
  });

  test('in number, whatever stands in what', () => {
    const inner = join(...Array.from({ length: 40 }, () => encrypted(one('a'))));
    const twice = join(encrypted(inner), encrypted(inner));
    const { values, skipped } = transcribeBehind(doorScene({ replayWindowMs: 0 }).door, twice);
    expect(values).toHaveLength(ENVELOPES_PER_DATAGRAM_MAX - 2);
    expect(skipped).toEqual(['envelopes-max']);
  });

  test('whoever has no key never gets beyond the first', () => {
    let asked = 0;
    const { door } = doorScene({ securityLevel: 'Sign' });
    const counting = {
      level: door.level,
      verify: (envelope: Parameters<typeof door.verify>[0]) => {
        asked += 1;
        return door.verify(envelope);
      },
      open: (envelope: Parameters<typeof door.open>[0]) => {
        asked += 1;
        return door.open(envelope);
      },
    };
    const hostile = Array.from({ length: 500 }, (_, i) =>
      i % 2 === 0 ? signed(one('x'), 'alice', 'wrong') : encrypted(one('x'), 'bob', 'wrong'),
    );
    transcribeBehind(counting, join(...hostile));
    expect(asked).toBe(1);
  });
});

test('a Node without the cipher is told at the start', () => {
  expect(cipherFault()).toBeUndefined();
  expect(cipherFault(['aes-256-gcm'])).toContain('aes-256-ofb');
});

test('ten thousand users: keys are made as users are heard', () => {
  const passwords = new Map(
    Array.from({ length: 10_000 }, (_, i) => [`u${i}`, Buffer.from(`p${i}`)] as const),
  );
  const users = new AuthUsers(passwords);
  expect([users.count, users.find('u77') === users.find('u77'), users.find('nobody')]).toEqual([
    10_000,
    true,
    undefined,
  ]);
});

describe('any bytes at all', () => {
  const levels = ['None', 'Sign', 'Encrypt'] as const;
  test.for(levels)('behind a valid signature or key, at level %s', (securityLevel) => {
    const { door } = doorScene({ securityLevel });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        transcribeBehind(door, signed(bytes));
        transcribeBehind(door, encrypted(bytes));
        transcribeBehind(door, encrypted(signed(bytes)));
        transcribeBehind(door, join(encrypted(bytes), PLAIN, signed(bytes)));
      }),
      { numRuns: 300 },
    );
  });

  test('captured ones with a byte changed are refused, whichever it is', () => {
    const { door } = doorScene({ securityLevel: 'Sign' });
    for (const file of ['sign-0000.bin', 'encrypt-0000.bin']) {
      const whole = vector(`collectd/${file}`);
      for (let at = 0; at < whole.length; at += 1) {
        const bent = Uint8Array.from(whole);
        bent[at] = (bent[at] ?? 0) ^ 1;
        expect(transcribeBehind(door, bent).values).toEqual([]);
      }
      for (let length = 0; length < whole.length; length += 7) {
        expect(transcribeBehind(door, whole.subarray(0, length)).values).toEqual([]);
      }
      expect(transcribeBehind(door, whole).values.length).toBeGreaterThan(10);
    }
  });
});

test('the file of these tests has the users that signed and encrypted the captured datagrams', () => {
  expect(Buffer.from(vector('collectd/auth.txt')).toString()).toBe(AUTH_FILE);
});

test('that parts are forgotten early is told once a minute, however many', () => {
  const told: number[] = [];
  const clock = { ms: 1000 };
  const options = {
    ticksMs: () => clock.ms,
    users: () => usersOf(AUTH_FILE),
    onForgotten: () => told.push(clock.ms),
  };
  const members = new GroupMembers();
  const door = new GroupDoor({ ...options, group: 'web', members, room: new ReplayRoom(0) });
  door.use({ ...GROUP_DEFAULTS.collectd, authFile: 'auth', securityLevel: 'Sign' });
  for (let n = 0; n < 300; n += 1) {
    clock.ms += 500;
    transcribeBehind(door, signed(one(`host-${n}`)));
  }
  expect(told).toEqual([1500, 61_500, 121_500]);
});
