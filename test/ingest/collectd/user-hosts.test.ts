import { describe, expect, test } from 'vitest';
import { UserHosts } from '../../../src/ingest/collectd/user-hosts.ts';
import { SENDER_USERS_MAX, USER_HOSTS_JUDGED_MAX, USER_HOSTS_MS_PER_SECOND } from '../../../src/limits.ts';

const USERS = [
  { name: 'web', hosts: 'web-.*' },
  { name: 'web', hosts: 'db-.*' },
  { name: 'db', hosts: 'db-1|db-2' },
  { name: 'broken', hosts: 'web-(' },
];

function scene(stepMs = 0) {
  const clock = { ms: 10_000 };
  const hosts = new UserHosts(USERS, () => {
    clock.ms += stepMs;
    return clock.ms;
  });
  return { hosts, clock };
}

describe('who may write what', () => {
  test.for([
    { user: 'web', host: 'web-1', may: true },
    { user: 'web', host: 'my-web-1', may: false },
    { user: 'web', host: '', may: false },
    { user: 'web', host: 'db-1', may: false },
    { user: 'db', host: 'db-2', may: true },
    { user: 'db', host: 'db-22', may: false },
    { user: 'broken', host: 'web-(', may: false },
    { user: 'anybody', host: 'web-1', may: true },
  ])('$user, host $host: $may', ({ user, host, may }) => {
    const { hosts } = scene();
    expect([hosts.mayWrite(user, host), hosts.mayWrite(user, host)]).toEqual([may, may]);
  });

  test('whoever is named is bound', () => {
    const { hosts } = scene();
    expect(['web', 'db', 'broken', 'anybody'].filter((user) => hosts.binds(user))).toEqual([
      'web',
      'db',
      'broken',
    ]);
  });

  test('two users and hosts that read alike together are not taken for each other', () => {
    const pair = [
      { name: 'a', hosts: 'b.*' },
      { name: 'a\0b', hosts: 'x.*' },
    ];
    const hosts = new UserHosts(pair, () => 0);
    expect([hosts.mayWrite('a', 'b'), hosts.mayWrite('a\0b', '')]).toEqual([true, false]);
  });
});

test('patterns of users who are not heard cost nothing', () => {
  // Compiled for each group at each reload, these would keep the sockets waiting for half a minute.
  const users = Array.from({ length: SENDER_USERS_MAX }, (_, i) => ({
    name: `user-${i}`,
    hosts: `[a-z]{1,60}-[0-9]{1,60}-${i}`,
  }));
  const groups = Array.from({ length: 12 }, () => new UserHosts(users, () => 0));
  expect(groups.map((hosts) => hosts.mayWrite('user-7', 'web-1-7'))).toEqual(groups.map(() => true));
});

describe('names without end', () => {
  test('a user’s new names have so much time in a second, and those known go on', () => {
    const { hosts, clock } = scene(USER_HOSTS_MS_PER_SECOND);
    expect(hosts.mayWrite('web', 'web-1')).toBe(true);
    expect([hosts.mayWrite('web', 'web-2'), hosts.mayWrite('web', 'web-1')]).toEqual([false, true]);
    clock.ms += 1000;
    expect(hosts.mayWrite('web', 'web-2')).toBe(true);
  });

  test('verdicts are forgotten when there are too many', () => {
    const { hosts } = scene();
    for (let i = 0; i <= USER_HOSTS_JUDGED_MAX; i += 1) hosts.mayWrite('web', `x${i}`);
    expect(hosts.mayWrite('web', 'web-1')).toBe(true);
  });
});
