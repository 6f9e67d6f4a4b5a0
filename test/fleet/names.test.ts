import { expect, test } from 'vitest';
import { hostNameFault, instanceFacts, instanceIdFault, tagsFault } from '../../src/fleet/names.ts';
import { instance } from './instances.ts';

test.for([
  { name: 'web-1', ok: true },
  { name: 'ip-10-0-0-1.eu-central-1.compute.internal', ok: true },
  { name: '_gateway', ok: true },
  { name: 'A', ok: true },
  { name: `a${'b'.repeat(252)}`, ok: true },
  { name: `a${'b'.repeat(253)}`, ok: false },
  { name: '', ok: false },
  { name: '.', ok: false },
  { name: '..', ok: false },
  { name: '../../etc/passwd', ok: false },
  { name: '-rf', ok: false },
  { name: 'web-1.', ok: false },
  { name: 'web-', ok: false },
  { name: 'web 1', ok: false },
  { name: 'web\n1', ok: false },
  { name: 'web-1\n', ok: false },
  { name: 'web~i-1', ok: false },
  { name: '<img src=x>', ok: false },
  { name: '"; rm -rf /"', ok: false },
  { name: '$(reboot)', ok: false },
  { name: 'wëb', ok: false },
  { name: '__SummaryInfo__', ok: false },
  { name: '__proto__', ok: true },
])('a host called $name: $ok', ({ name, ok }) => {
  expect(hostNameFault(name) === undefined).toBe(ok);
});

test.for([
  { id: 'i-0123456789abcdef0', ok: true },
  { id: 'projects_1.vm-2', ok: true },
  { id: 'x'.repeat(64), ok: true },
  { id: 'x'.repeat(65), ok: false },
  { id: '', ok: false },
  { id: 'a/b', ok: false },
  { id: 'a b', ok: false },
  { id: 'a~b', ok: false },
  { id: 'a\n', ok: false },
])('an instance $id: $ok', ({ id, ok }) => {
  expect(instanceIdFault(id) === undefined).toBe(ok);
});

test.for([
  { name: 'none', said: {}, fault: undefined },
  {
    name: 'plain ones',
    said: { tags: { 'aws:autoscaling:groupName': 'web', Name: 'Wäb 1' } },
    fault: undefined,
  },
  { name: 'an empty value', said: { tags: { a: '' } }, fault: undefined },
  { name: 'an empty name', said: { tags: { '': 'a' } }, fault: 'the name of a tag has 1 to 128' },
  { name: 'a long name', said: { tags: { ['a'.repeat(129)]: '' } }, fault: 'the name of a tag has 1 to 128' },
  {
    name: 'a long value',
    said: { tags: { a: 'b'.repeat(257) } },
    fault: 'the value of the tag a has at most 256',
  },
  { name: 'a line feed', said: { tags: { a: 'b\nc' } }, fault: 'the value of the tag a' },
  { name: 'a control character', said: { tags: { a: '\u001b[2J' } }, fault: 'the value of the tag a' },
  { name: 'half a character', said: { tags: { a: '\ud800' } }, fault: 'the value of the tag a' },
  {
    name: 'too many',
    said: { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${i}`, ''])) },
    fault: 'at most 50 tags',
  },
  { name: 'a region', said: { region: 'eu\t1' }, fault: 'region has at most' },
  { name: 'a zone', said: { zone: 'z'.repeat(257) }, fault: 'zone has at most' },
])('tags: $name', ({ said, fault }) => {
  if (fault === undefined) expect(tagsFault(said)).toBeUndefined();
  else expect(tagsFault(said)).toContain(fault);
});

test('id, region and zone win over tags of that name, and are left out where there are none', () => {
  const tags = [
    ['zone', 'a tag'],
    ['role', 'web'],
    ['region', 'a tag'],
  ] as const;
  const facts = instanceFacts(instance({ zone: 'eu-1a', tags }));
  expect(new Map(facts)).toEqual(
    new Map([
      ['zone', 'eu-1a'],
      ['role', 'web'],
      ['region', 'a tag'],
      ['instance_id', 'i-1'],
    ]),
  );
});
