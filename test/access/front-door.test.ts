import { describe, expect, test } from 'vitest';
import { PasswordLine } from '../../src/access/password-line.ts';
import { SIGN_INS_AT_ONCE, SIGN_INS_WAITING_MAX } from '../../src/limits.ts';
import { PASSWORD, people } from './people.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FROM = '192.0.2.1';

function stand(line?: PasswordLine) {
  const time = { ms: 1_700_000_000_000 };
  const all = people(() => time.ms, line);
  all.addUser('ada', 'operator');
  const attempt = (given: { name?: string; password?: string; from?: string; replaces?: string } = {}) =>
    all.door.signIn({ name: 'ada', password: PASSWORD, from: FROM, replaces: undefined, ...given });
  const signIn = async (given: Parameters<typeof attempt>[0] = {}) => {
    const outcome = await attempt(given);
    if (outcome.kind !== 'signed-in') throw new Error(outcome.kind);
    return outcome.secret;
  };
  const kindOf = (session: string | undefined, token?: string) => all.door.identify({ session, token }).kind;
  return { ...all, time, attempt, signIn, kindOf };
}

describe('signing in', () => {
  test('gives a session that says who one is', async () => {
    const { attempt, door, audit, time } = stand();
    const outcome = await attempt({ name: ' Ada' });
    expect(outcome).toMatchObject({ kind: 'signed-in', identity: { name: 'ada', role: 'operator' } });
    const session = outcome.kind === 'signed-in' ? outcome.secret : '';
    expect(door.identify({ session, token: undefined })).toEqual({
      kind: 'known',
      identity: { kind: 'person', name: 'ada', role: 'operator', group: null },
      expiresMs: time.ms + 7 * DAY_MS,
    });
    expect(audit.list({ limit: 9 })).toMatchObject([{ who: 'ada', from: FROM, action: 'sign-in' }]);
  });

  test.for([
    { name: 'a wrong password', given: { password: 'wrong' }, subject: 'ada' },
    { name: 'an unknown name', given: { name: 'my secret password' }, subject: 'an unknown name' },
  ])('$name is refused, and written down without what was typed', async ({ given, subject }) => {
    const { attempt, audit } = stand();
    expect(await attempt(given)).toEqual({ kind: 'refused' });
    expect(audit.list({ limit: 9 })).toMatchObject([
      { who: 'nobody', from: FROM, action: 'sign-in refused', subject, detail: 'wrong name or password' },
    ]);
    expect(JSON.stringify(audit.list({ limit: 9 }))).not.toContain('secret password');
  });

  test('an unknown name costs as much as a known one', async () => {
    const verified: string[] = [];
    const line = new PasswordLine((_password, stored) => {
      verified.push(stored);
      return Promise.resolve(false);
    });
    const { attempt } = stand(line);
    await attempt();
    await attempt({ name: 'nobody' });
    expect(verified).toEqual([
      expect.stringContaining('hash of'),
      expect.stringMatching(/^scrypt\$15\$8\$3\$/u),
    ]);
  });

  test('no hash that verifies lets in a user who is not there', async () => {
    const { attempt } = stand(new PasswordLine(() => Promise.resolve(true)));
    expect(await attempt({ name: 'nobody' })).toEqual({ kind: 'refused' });
  });

  test.for([
    { name: 'removed', change: (all: ReturnType<typeof stand>) => all.commandLine.removeUser('ada') },
    {
      name: 'given another password',
      change: (all: ReturnType<typeof stand>) => all.changePassword('ada', 'x'),
    },
  ])('a user who is $name meanwhile does not come in', async ({ change }) => {
    const gate = Promise.withResolvers<boolean>();
    const all = stand(new PasswordLine(() => gate.promise));
    const outcome = all.attempt();
    change(all);
    gate.resolve(true);
    expect(await outcome).toEqual({ kind: 'refused' });
  });

  test('guessing has to wait, even with the right password', async () => {
    const { attempt, time, audit } = stand();
    for (let i = 0; i < 5; i += 1) await attempt({ password: `guess ${i}` });
    expect(await attempt()).toEqual({ kind: 'wait', retryAfterS: 1 });
    expect(audit.list({ limit: 1 })).toMatchObject([{ detail: 'too many attempts' }]);
    time.ms += 1000;
    expect(await attempt()).toMatchObject({ kind: 'signed-in' });
  });

  test('a full line is busy, and counts as no failure', async () => {
    const gate = Promise.withResolvers<boolean>();
    const { attempt } = stand(new PasswordLine(() => gate.promise));
    const under = Array.from({ length: SIGN_INS_AT_ONCE + SIGN_INS_WAITING_MAX }, (_, i) =>
      attempt({ from: `10.0.0.${i}` }),
    );
    expect(await attempt()).toEqual({ kind: 'busy' });
    gate.resolve(true);
    await Promise.all(under);
    expect(await attempt()).toMatchObject({ kind: 'signed-in' });
  });

  test('a session is replaced, never taken over', async () => {
    const { signIn, kindOf } = stand();
    const first = await signIn();
    const second = await signIn({ replaces: first });
    expect(second).not.toBe(first);
    expect([kindOf(first), kindOf(second)]).toEqual(['session-ended', 'known']);
    const planted = 'A'.repeat(43);
    expect(await signIn({ replaces: planted })).not.toBe(planted);
    expect(kindOf(planted)).toBe('session-ended');
  });
});

describe('a session', () => {
  test('ends a week after it was last used', async () => {
    const { signIn, kindOf, time } = stand();
    const session = await signIn();
    time.ms += 6 * DAY_MS;
    expect(kindOf(session)).toBe('known');
    time.ms += 7 * DAY_MS - 1;
    expect(kindOf(session)).toBe('known');
    time.ms += 7 * DAY_MS;
    expect(kindOf(session)).toBe('session-ended');
  });

  test('ends after thirty days, however much it is used', async () => {
    const { signIn, kindOf, time } = stand();
    const session = await signIn();
    for (let day = 1; day < 30; day += 1) {
      time.ms += DAY_MS;
      expect(kindOf(session)).toBe('known');
    }
    time.ms += DAY_MS;
    expect(kindOf(session)).toBe('session-ended');
  });

  test('is written to once an hour at most', async () => {
    const { signIn, kindOf, rows, time } = stand();
    const session = await signIn();
    const writes: number[] = [];
    const extend = rows.extendSession.bind(rows);
    rows.extendSession = (hash, expiresMs) => {
      writes.push(expiresMs);
      extend(hash, expiresMs);
    };
    for (let minute = 0; minute < 180; minute += 1) {
      time.ms += 60_000;
      kindOf(session);
    }
    expect(writes).toHaveLength(3);
  });

  test.for([
    { name: 'signing out', end: (all: ReturnType<typeof stand>, s: string) => all.door.signOut(s, FROM) },
    { name: 'a new password', end: (all: ReturnType<typeof stand>) => all.changePassword('ada', 'x') },
    {
      name: 'the end of its user',
      end: (all: ReturnType<typeof stand>) => all.commandLine.removeUser('ada'),
    },
  ])('ends at once with $name', async ({ end }) => {
    const all = stand();
    const session = await all.signIn();
    end(all, session);
    expect(all.kindOf(session)).toBe('session-ended');
  });

  test('has the role that its user has now', async () => {
    const { signIn, door, commandLine } = stand();
    const session = await signIn();
    commandLine.setRole('ada', 'viewer');
    expect(door.identify({ session, token: undefined })).toMatchObject({ identity: { role: 'viewer' } });
  });

  test('signing out is written down once, with who', async () => {
    const { signIn, door, audit } = stand();
    const session = await signIn();
    door.signOut(session, FROM);
    door.signOut(session, FROM);
    expect(audit.list({ limit: 9 }).map(({ action }) => action)).toEqual(['sign-out', 'sign-in']);
  });
});

describe('a token', () => {
  test('is known with its role and group', () => {
    const { addToken, door } = stand();
    const token = addToken('enrol', { group: 'web' });
    expect(door.identify({ token, session: undefined })).toMatchObject({
      kind: 'known',
      identity: { kind: 'token', name: token.slice(7, 15), role: 'enrol', group: 'web' },
      expiresMs: null,
    });
  });

  test('wrong, unknown and revoked ones get one answer; the expired one says so', () => {
    const { addToken, commandLine, kindOf, time } = stand();
    const token = addToken('viewer');
    const expiring = addToken('viewer', { expiresMs: time.ms + 1000 });
    const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    expect(kindOf(undefined, expiring)).toBe('known');
    time.ms += 1000;
    commandLine.revokeToken(token.slice(7, 15), time.ms);
    const kinds = [wrong, token, `muster_aaaaaaaa_${'A'.repeat(43)}`, 'x', ''].map((t) =>
      kindOf(undefined, t),
    );
    expect(kinds).toEqual(Array.from({ length: 5 }, () => 'refused'));
    expect(kindOf(undefined, expiring)).toBe('token-expired');
    const guessed = `${expiring.slice(0, 16)}${'A'.repeat(43)}`;
    expect(kindOf(undefined, guessed)).toBe('refused');
  });

  test('stands alone: a good session beside a bad token does not help', async () => {
    const { signIn, kindOf } = stand();
    expect(kindOf(await signIn(), 'muster_nonsense')).toBe('refused');
  });
});

test('nothing brought is nothing refused', () => {
  expect(stand().kindOf(undefined)).toBe('absent');
});

describe('a database that fails', () => {
  const fail = () => {
    throw new Error('disk full');
  };

  test('lets nobody in, and throws nothing', async () => {
    const { signIn, kindOf, rows, faults } = stand();
    const session = await signIn();
    rows.session = fail;
    expect(kindOf(session)).toBe('unavailable');
    expect(faults).toEqual([new Error('disk full')]);
  });

  test('signs nobody in or out, and says so', async () => {
    const { signIn, attempt, door, kindOf, rows, faults } = stand();
    const session = await signIn();
    rows.addSession = fail;
    expect(await attempt()).toEqual({ kind: 'unavailable' });
    rows.user = fail;
    expect(await attempt()).toEqual({ kind: 'unavailable' });
    rows.hasUsers = fail;
    expect(door.hasUsers()).toBe(true);
    rows.removeSession = fail;
    expect(door.signOut(session, FROM)).toBe(false);
    expect(kindOf(session)).toBe('unavailable');
    expect(faults).toHaveLength(5);
  });

  test('is not tried again at every request to make a session last longer', async () => {
    const { signIn, kindOf, rows, faults, time } = stand();
    const session = await signIn();
    time.ms += DAY_MS;
    rows.extendSession = fail;
    for (let i = 0; i < 3; i += 1) expect(kindOf(session)).toBe('known');
    expect(faults).toHaveLength(1);
    time.ms += HOUR_MS;
    expect(kindOf(session)).toBe('known');
    expect(faults).toHaveLength(2);
  });

  test('but shuts nobody out who only cannot be written down', async () => {
    const { signIn, kindOf, rows, faults, time } = stand();
    const session = await signIn();
    time.ms += DAY_MS;
    rows.extendSession = fail;
    expect(kindOf(session)).toBe('known');
    expect(faults).toEqual([new Error('disk full')]);
  });
});
