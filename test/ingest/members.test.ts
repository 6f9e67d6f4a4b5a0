import { describe, expect, test } from 'vitest';
import { GroupMembers, Members } from '../../src/ingest/members.ts';
import { forgotten, instance, LEFT, registered } from './instances.ts';
import type { Membership } from '../../src/model/instance.ts';

const KEY = { user: 'i-1', password: 'secret' };

function group(...members: Partial<Membership>[]): GroupMembers {
  const made = new GroupMembers();
  for (const member of members) made.put(instance(member));
  return made;
}

const hostsAt = (members: GroupMembers, address: string) => [...(members.hostsAt(address) ?? [])];

describe('by address, however a list spells it', () => {
  test.for([
    { name: 'IPv4', listed: '10.0.0.1', asked: '10.0.0.1' },
    { name: 'IPv4 as a socket of both writes it', listed: '::ffff:10.0.0.1', asked: '10.0.0.1' },
    { name: 'the same in hexadecimal', listed: '::FFFF:0A00:0001', asked: '10.0.0.1' },
    { name: 'IPv6', listed: '2001:db8::1', asked: '2001:db8::1' },
    { name: 'IPv6 at length, in capitals', listed: '2001:0DB8:0:0:0:0:0:1', asked: '2001:db8::1' },
  ])('$name', ({ listed, asked }) => {
    const members = group({ addresses: [listed] });
    expect([hostsAt(members, asked), members.nameOf(asked)]).toEqual([['web-01'], 'web-01']);
    members.remove('web-01');
    expect(members.hostsAt(asked)).toBeUndefined();
  });

  test('what is no address is nobody’s, and harms nothing', () => {
    expect(hostsAt(group({ addresses: ['no:where', '%', ''] }), '10.0.0.1')).toEqual([]);
  });

  test('two hosts of one address have no name by it', () => {
    const members = group({ addresses: ['10.0.0.1'] }, { host: 'web-02', addresses: ['10.0.0.1'] });
    expect([hostsAt(members, '10.0.0.1'), members.nameOf('10.0.0.1')]).toEqual([
      ['web-01', 'web-02'],
      undefined,
    ]);
    members.remove('web-01');
    expect(members.nameOf('10.0.0.1')).toBe('web-02');
  });
});

describe('what is told of an instance takes the place of what was', () => {
  test('other addresses and another key', () => {
    const members = group(
      { addresses: ['10.0.0.1'], key: KEY },
      { addresses: ['10.0.0.2'], key: { user: 'i-2', password: 'x' } },
    );
    expect([hostsAt(members, '10.0.0.1'), hostsAt(members, '10.0.0.2')]).toEqual([[], ['web-01']]);
    expect([members.user('i-1'), members.user('i-2')?.host]).toEqual([undefined, 'web-01']);
  });

  test('one that left has neither address nor key, but its facts', () => {
    const before = group({ addresses: ['10.0.0.1'], key: KEY });
    before.put(instance({ addresses: ['10.0.0.1'], key: KEY, standing: LEFT, facts: [['role', 'db']] }));
    expect([hostsAt(before, '10.0.0.1'), before.user('i-1'), before.isBound('web-01')]).toEqual([
      [],
      undefined,
      false,
    ]);
    expect(before.find('web-01')?.facts).toEqual([['role', 'db']]);
  });

  test('one that is told of under its new name first keeps its key when the old one is forgotten', () => {
    const members = group({ host: 'old', key: KEY }, { host: 'new', key: KEY });
    members.remove('old');
    expect(members.user('i-1')?.host).toBe('new');
  });

  test('every change has a version of its own', () => {
    const members = group({});
    const versions = [members.version];
    members.put(instance({ facts: [['a', 'b']] }));
    versions.push(members.version);
    members.remove('web-01');
    versions.push(members.version);
    expect(new Set(versions).size).toBe(3);
  });
});

test('groups are apart, and keep their members while nobody has asked for them', () => {
  const changed: string[] = [];
  const members = new Members({ changed: (...about) => changed.push(about.join('/')) });
  members.take([registered(), registered({ cluster: 'db' }), forgotten()]);
  expect(changed).toEqual(['web/web-01', 'db/web-01', 'web/web-01']);
  expect([members.of('web').find('web-01'), members.of('db').find('web-01')?.cluster]).toEqual([
    undefined,
    'db',
  ]);
  expect(members.of('web')).toBe(members.of('web'));
});
