import { describe, expect, test } from 'vitest';
import { FINDINGS_PER_KIND_MAX } from '../../../src/limits.ts';
import {
  diagnosis,
  findings,
  heard,
  hold,
  host,
  instance,
  list,
  MINUTE_MS,
  NOW_MS,
  registering,
  sender,
} from './evidence.ts';
import type { Evidence } from '../../../src/fleet/diagnosis/scene.ts';

const left = (minutesAgo: number) =>
  ({ kind: 'left', reason: 'deregistered: scale-in', sinceMs: NOW_MS - minutesAgo * MINUTE_MS }) as const;
describe('what is amiss, and nothing else', () => {
  const cases: readonly {
    readonly name: string;
    readonly given: Partial<Evidence>;
    /** `kind weight what it says`, the last as a part. */
    readonly found: readonly (readonly [string, string, string])[];
  }[] = [
    { name: 'nothing at all', given: {}, found: [] },
    { name: 'an instance that is heard', given: registering, found: [] },
    {
      name: 'never heard',
      given: { instances: [instance()] },
      found: [
        ['never-heard', 'critical', 'web-7 (10.0.0.7) registered in web 12 min ago and was not heard since'],
      ],
    },
    {
      name: 'never heard, but it came a moment ago',
      given: { instances: [instance({ registeredMs: NOW_MS - 90_000 })] },
      found: [],
    },
    {
      name: 'heard before it registered again, and not since',
      given: { instances: [instance()], hosts: [host('web-7', { lastSeenMs: NOW_MS - 13 * MINUTE_MS })] },
      found: [['never-heard', 'critical', 'was not heard since']],
    },
    {
      name: 'it ended and is in no list of hosts any more',
      given: { instances: [instance()], retiredMs: () => NOW_MS - 5 * MINUTE_MS },
      found: [],
    },
    {
      name: 'never heard, and only a list names it',
      given: {
        instances: [instance({ registeredMs: 0, sinceMs: NOW_MS - 3 * MINUTE_MS, lists: ['cloud'] })],
      },
      found: [
        ['never-heard', 'critical', 'web-7 (10.0.0.7) came with the list cloud to web 3 min ago and was'],
      ],
    },
    {
      name: 'its datagrams come and are refused',
      given: { instances: [instance()], senders: [sender('10.0.0.7', { reasons: ['truncated'] })] },
      found: [
        ['never-heard', 'critical', 'arrive and are refused: 9 datagrams (truncated), the last 2 s ago'],
      ],
    },
    {
      name: 'its datagrams come and are refused, as they name another host; told once',
      given: { instances: [instance()], senders: [sender('10.0.0.7', { reasons: ['not-its-host'] })] },
      found: [
        [
          'never-heard',
          'critical',
          'arrive and are refused, as they name another host: 9 datagrams (not-its-host), the last 2 s ago',
        ],
      ],
    },
    {
      name: 'its datagrams come under another name',
      given: { instances: [instance()], senders: [sender('10.0.0.7', { hosts: ['ip-10-0-0-7'] })] },
      found: [['never-heard', 'critical', 'its address sends as ip-10-0-0-7, never as web-7']],
    },
    {
      name: 'a group of which many were never heard is told in one',
      given: { instances: Array.from({ length: 37 }, (_, i) => instance({ host: `web-${i}` })) },
      found: [['never-heard', 'critical', '37 instances of web registered and were not heard since']],
    },
    {
      name: 'a wrong key, and not its silence as well',
      given: { instances: [instance()], senders: [sender('10.0.0.7', { reasons: ['bad-signature'] })] },
      found: [
        ['wrong-key', 'critical', 'web-7 (10.0.0.7) sends to web without a key that holds: 9 datagrams'],
      ],
    },
    {
      name: 'a wrong key of somebody',
      given: { senders: [sender('10.9.9.9', { reasons: ['unsigned', 'unknown-user'] })] },
      found: [['wrong-key', 'critical', '18 datagrams (unsigned, unknown-user) refused']],
    },
    {
      name: 'a wrong key that was mended: what came since was taken',
      given: {
        senders: [
          sender('10.9.9.9', {
            refused: [{ what: 'packet', reason: 'unsigned', count: 9, last_ms: NOW_MS - 5 * MINUTE_MS }],
          }),
        ],
      },
      found: [],
    },
    {
      name: 'an address that sends to the port of another group',
      given: { instances: [instance()], senders: [sender('10.0.0.7', { group: 'batch', hosts: ['web-7'] })] },
      found: [
        [
          'wrong-port',
          'critical',
          'web-7 is registered in web (port 8650) and sends to batch (port 8651) instead',
        ],
      ],
    },
    {
      name: 'a name that is heard in another group, behind an address that many share',
      given: {
        instances: [instance({ addresses: ['127.0.0.1'] })],
        hosts: [host('web-7', { cluster: 'batch', address: '127.0.0.1' })],
        senders: [sender('127.0.0.1', { group: 'batch', hosts: ['web-7'] })],
      },
      found: [['wrong-port', 'critical', 'web-7 is registered in web']],
    },
    {
      name: 'a name in another group whose instances register, told once',
      given: {
        instances: [instance(), instance({ cluster: 'batch', host: 'job-1', addresses: ['10.1.0.1'] })],
        hosts: [host('web-7', { cluster: 'batch' }), host('job-1', { cluster: 'batch' })],
        senders: [sender('10.0.0.7', { group: 'batch', hosts: ['web-7'] })],
      },
      found: [['wrong-port', 'critical', 'web-7 is registered in web']],
    },
    {
      name: 'one that sends to two groups, as its own it is heard',
      given: {
        ...registering,
        senders: [sender('10.0.0.1', { group: 'batch', hosts: ['jobs'] }), sender('10.0.0.1')],
      },
      found: [],
    },
    {
      name: 'an address that nobody registered',
      given: { ...registering, senders: [sender('10.9.9.9')] },
      found: [
        ['unknown-sender', 'notice', 'Nobody registered 10.9.9.9, which sends to web: nothing of it makes'],
      ],
    },
    {
      name: 'an address that nobody registered, where nobody registers',
      given: { senders: [sender('10.9.9.9')] },
      found: [],
    },
    {
      name: 'many addresses that nobody registered are told in one',
      given: { ...registering, senders: Array.from({ length: 9 }, (_, i) => sender(`10.9.9.${i}`)) },
      found: [['unknown-sender', 'notice', 'Nobody registered 9 addresses that send to web: 10.9.9.0']],
    },
    {
      name: 'a stranger that allow turns away',
      given: { senders: [sender('10.9.9.9', { reasons: ['not-allowed'] })] },
      found: [
        ['unknown-sender', 'notice', 'The allow of web turns 10.9.9.9 away: 9 datagrams (not-allowed)'],
      ],
    },
    {
      name: 'a registered instance that allow turns away',
      given: { instances: [instance()], senders: [sender('10.0.0.7', { reasons: ['not-allowed'] })] },
      found: [['unknown-sender', 'critical', 'web-7 (10.0.0.7) away, although it is registered there']],
    },
    {
      name: 'the loopback is nobody in particular',
      given: { ...registering, senders: [sender('127.0.0.1'), sender('::1')] },
      found: [],
    },
    {
      name: 'a host that writes as another',
      given: { ...registering, senders: [sender('10.0.0.1', { reasons: ['user-host'] })] },
      found: [
        ['not-its-host', 'warning', '10.0.0.1, which is registered for web-1, writes to web as another host'],
      ],
    },
    {
      name: 'a clock that is behind',
      given: { senders: [sender('10.9.9.9', { hosts: ['db-1'], clock_skew_ms: -95_000 })] },
      found: [['clock-skew', 'warning', 'db-1 (10.9.9.9): its clock is 95 s behind']],
    },
    {
      name: 'a clock that is off by less',
      given: { senders: [sender('10.9.9.9', { hosts: ['db-1'], clock_skew_ms: 30_000 })] },
      found: [],
    },
    {
      name: 'samples that are refused for their time',
      given: { senders: [sender('10.9.9.9', { reasons: ['time_past'] })] },
      found: [
        [
          'clock-skew',
          'critical',
          '10.9.9.9: its samples have times that are not now; 9 datagrams (time_past)',
        ],
      ],
    },
    {
      name: 'one of many hosts behind an address has a clock of its own',
      given: {
        senders: [sender('10.9.9.9', { hosts: ['a', 'b'], clock_skew_ms: 60_000 })],
        hosts: [host('a', { skewMs: 60_000 }), host('b', { skewMs: 10 })],
      },
      found: [['clock-skew', 'warning', 'a (10.0.0.7): its clock is 60 s ahead']],
    },
    {
      name: 'Several machines under one name',
      given: { hosts: [host('localhost', { conflict: '10.0.0.1 and 10.0.0.2 in turns' })] },
      found: [['duplicate-name', 'warning', 'Several machines send to web as localhost']],
    },
    {
      name: 'an instance id in two groups',
      given: {
        instances: [
          instance({ instanceId: 'i-1' }),
          instance({ instanceId: 'i-1', cluster: 'batch', host: 'b' }),
        ],
        hosts: [host('web-7'), host('b', { cluster: 'batch' })],
      },
      found: [
        ['duplicate-name', 'warning', 'Instance i-1 is in two groups at once, web and batch, as web-7, b'],
      ],
    },
    {
      name: 'the same name in two groups is two machines, unless it has one address',
      given: {
        instances: [
          heard,
          instance({ host: 'web-1', cluster: 'batch', instanceId: 'x', addresses: ['10.0.1.1'] }),
        ],
        hosts: [host('web-1'), host('web-1', { cluster: 'batch' })],
      },
      found: [],
    },
    {
      name: 'heard, and never registered',
      given: { ...registering, hosts: [...registering.hosts, host('old-1', { address: '127.0.0.1' })] },
      found: [['never-registered', 'notice', 'old-1 (127.0.0.1) is heard in web and never registered']],
    },
    {
      name: 'heard and never registered, and all that registered have left',
      given: {
        instances: [instance({ standing: left(60) })],
        hosts: [host('old-1', { address: '127.0.0.1' })],
      },
      found: [['never-registered', 'notice', 'old-1 (127.0.0.1) is heard in web and never registered']],
    },
    {
      name: 'heard once, and never registered',
      given: {
        ...registering,
        hosts: [
          ...registering.hosts,
          host('old-1', { address: '127.0.0.1', lastSeenMs: NOW_MS - 13 * MINUTE_MS }),
        ],
      },
      found: [
        [
          'never-registered',
          'notice',
          'old-1 (127.0.0.1) was heard in web and never registered; the last datagram 13 min ago',
        ],
      ],
    },
    {
      name: 'many that never registered are told in one',
      given: {
        ...registering,
        hosts: Array.from({ length: 9 }, (_, i) => host(i === 0 ? 'web-1' : `old-${i}`)),
      },
      found: [['never-registered', 'notice', '8 hosts are heard in web and never registered: old-1, old-2']],
    },
    {
      name: "the server's own host registers nowhere",
      given: {
        ...registering,
        hosts: [...registering.hosts, host('muster-1', { address: '127.0.0.1' })],
        own: { group: 'web', host: 'muster-1' },
      },
      found: [],
    },
    {
      name: 'it left and goes on',
      given: { instances: [instance({ standing: left(9) })], hosts: [host('web-7')] },
      found: [
        ['heard-though-left', 'warning', 'web-7 of web left (deregistered: scale-in, 9 min ago) and goes on'],
      ],
    },
    {
      name: 'it left and goes on, and its key ended with it: told once',
      given: {
        instances: [instance({ standing: left(9) })],
        senders: [sender('10.0.0.7', { reasons: ['unknown-user'] })],
      },
      found: [['heard-though-left', 'warning', 'web-7 of web left (deregistered: scale-in, 9 min ago)']],
    },
    {
      name: 'it left, and its last datagrams came after',
      given: {
        instances: [instance({ standing: left(9) })],
        hosts: [host('web-7', { lastSeenMs: NOW_MS - 8.5 * MINUTE_MS })],
      },
      found: [],
    },
    {
      name: 'its name has another instance now',
      given: {
        instances: [instance({ standing: left(9) }), instance({ instanceId: 'i-new' })],
        hosts: [host('web-7')],
      },
      found: [],
    },
    {
      name: 'a list that is held',
      given: { lists: [list({ held: hold })] },
      found: [
        [
          'list-held',
          'critical',
          'has lost 12 instances at once (12 of 20 in web) and has been held for 7 min',
        ],
      ],
    },
    {
      name: 'a list that cannot be read',
      given: { lists: [list({ fault: 'ENOENT', read_ms: NOW_MS - 20 * MINUTE_MS })] },
      found: [
        ['list-fails', 'warning', 'cannot be read: ENOENT; it was read last 20 min ago, with 40 instances'],
      ],
    },
    {
      name: 'a list of which part was passed over',
      given: { lists: [list({ fault: 'passed over: 2 × no group' })] },
      found: [['list-fails', 'notice', 'Part of the list cloud was passed over: 2 × no group']],
    },
    {
      name: 'a group that is gone from the configuration',
      given: { instances: [instance({ cluster: 'gone' })] },
      found: [],
    },
  ];

  test.for(cases)('$name', ({ given, found }) => {
    const told = findings(given);
    expect(told.map(({ kind, weight }) => [kind, weight])).toEqual(
      found.map(([kind, weight]) => [kind, weight]),
    );
    for (const [i, [, , part]] of found.entries()) expect(told[i]?.what).toContain(part);
    for (const { causes, mend } of told) {
      expect(causes.length).toBeGreaterThan(0);
      expect([mend.where !== '', mend.lines.length > 0]).toEqual([true, true]);
    }
  });
});

describe('what is asked for', () => {
  const all: Partial<Evidence> = {
    instances: [heard, instance(), instance({ cluster: 'batch', host: 'job-1', addresses: ['10.1.0.1'] })],
    hosts: [...registering.hosts, host('old-1', { address: '127.0.0.1' })],
    lists: [list({ held: hold }), list({ name: 'all', groups: [], fault: 'ENOENT', read_ms: 0 })],
  };

  test.for([
    {
      name: 'everything',
      wish: {},
      kinds: ['list-held', 'never-heard', 'never-heard', 'list-fails', 'never-registered'],
    },
    {
      name: 'a group: its own, and lists of every group',
      wish: { group: 'batch' },
      kinds: ['never-heard', 'list-fails'],
    },
    { name: 'a host', wish: { host: 'web-7' }, kinds: ['never-heard'] },
    { name: 'a kind', wish: { kind: 'never-registered' }, kinds: ['never-registered'] },
    { name: 'a host of another group', wish: { host: 'web-7', group: 'batch' }, kinds: [] },
  ])('$name', ({ wish, kinds }) => {
    expect(findings(all, wish).map(({ kind }) => kind)).toEqual(kinds);
  });

  test('one host of many that are told in one has its own finding', () => {
    const instances = Array.from({ length: 37 }, (_, i) => instance({ host: `web-${i}` }));
    expect(findings({ instances }, { host: 'web-3' }).map(({ host }) => host)).toEqual(['web-3']);
  });

  test('no kind hides the others, and all are counted', () => {
    const senders = Array.from({ length: FINDINGS_PER_KIND_MAX + 50 }, (_, i) =>
      sender(`10.9.${Math.floor(i / 256)}.${i % 256}`, { reasons: ['unsigned'] }),
    );
    const answer = diagnosis({ ...all, senders });
    expect(answer.kinds).toContainEqual({ kind: 'wrong-key', count: 250, critical: 250 });
    expect(answer.left_out).toBe(50);
    expect(new Set(answer.findings.map(({ kind }) => kind))).toContain('never-registered');
    expect(diagnosis({ ...all, senders }, { limit: 0 })).toEqual({
      ...answer,
      findings: [],
      left_out: answer.findings.length + 50,
    });
  });
});
