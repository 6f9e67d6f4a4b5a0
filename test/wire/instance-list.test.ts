import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LISTED_INSTANCES_MAX, TAGS_PER_INSTANCE_MAX } from '../../src/limits.ts';
import { openList, readItem } from '../../src/wire/instance-list.ts';

describe('a list', () => {
  test.for([
    { name: 'an array', text: '[{"group":"web"},7]', items: 2 },
    { name: 'an object with instances', text: '{"instances":[{}],"next":null}', items: 1 },
    { name: 'a byte order mark', text: '\ufeff[]', items: 0 },
    { name: 'spaces around', text: ' \n[ ]\n', items: 0 },
  ])('$name is one', ({ text, items }) => {
    expect(openList(text)).toMatchObject({ ok: true, items: { length: items } });
  });

  test.for([
    { name: 'nothing', text: '', fault: 'is not whole JSON (it is empty)' },
    {
      name: 'half of one',
      text: '[{"group":"web"},{"gro',
      fault: String.raw`is not whole JSON (22 characters that begin "[{\"group\":\"web\"},{\"gro")`,
    },
    {
      name: 'a page',
      text: '<!DOCTYPE html><html><body>Sign in</body></html>',
      fault: 'is not whole JSON (48 characters that begin "<!DOCTYPE html><html><body>Sign in</body>")',
    },
    { name: 'null', text: 'null', fault: 'is neither [instance, …] nor { "instances": [instance, …] }' },
    { name: 'another object', text: '{"Reservations":[]}', fault: 'is neither [instance, …]' },
    { name: 'an object of objects', text: '{"instances":{"a":{}}}', fault: 'is neither [instance, …]' },
    { name: 'an inherited key', text: '{"__proto__":{"instances":[]}}', fault: 'is neither [instance, …]' },
  ])('$name is none', ({ text, fault }) => {
    const opened = openList(text);
    expect(opened.ok ? '' : opened.fault).toContain(fault.slice(0, 60));
  });

  test('is refused whole where it is too long: to cut it would be to say that the others are gone', () => {
    const text = `[${'0,'.repeat(LISTED_INSTANCES_MAX)}0]`;
    expect(openList(text)).toMatchObject({ ok: false, fault: expect.stringContaining('100001 instances') });
  });
});

const PLAIN = {
  group: 'web',
  instanceId: 'i-1',
  host: null,
  state: '',
  addresses: [],
  region: '',
  zone: '',
  tags: [],
};

describe('an item', () => {
  test.for([
    { name: 'an id is enough', said: { group: 'web', id: 'i-1' }, item: {} },
    { name: 'instance_id goes before id', said: { group: 'web', instance_id: 'i-1', id: 'x' }, item: {} },
    { name: 'an id that is a number', said: { group: 'web', id: 3164494 }, item: { instanceId: '3164494' } },
    {
      name: 'a host is enough',
      said: { group: 'web', hostname: 'web-1' },
      item: { instanceId: null, host: 'web-1' },
    },
    { name: 'nulls say nothing', said: { group: 'web', id: 'i-1', host: null, tags: null }, item: {} },
    {
      name: 'everything',
      said: {
        group: 'web',
        instance_id: 'i-1',
        host: 'web-1',
        state: 'running',
        address: '192.0.2.1',
        addresses: ['192.0.2.1', '2001:db8::1'],
        private_ip: '10.0.0.1',
        region: 'eu-west-1',
        zone: 'eu-west-1a',
        tags: { role: 'web', size: 4, canary: true },
        more: ['is', 'passed', 'over'],
      },
      item: {
        host: 'web-1',
        state: 'running',
        addresses: ['192.0.2.1', '2001:db8::1', '10.0.0.1'],
        region: 'eu-west-1',
        zone: 'eu-west-1a',
        tags: [
          ['role', 'web'],
          ['size', '4'],
          ['canary', 'true'],
        ],
      },
    },
    {
      name: "EC2's tags",
      said: { group: 'web', id: 'i-1', tags: [{ Key: 'Name', Value: 'web one' }] },
      item: { tags: [['Name', 'web one']] },
    },
  ])('$name', ({ said, item }) => {
    expect(readItem(said)).toEqual({ ok: true, item: { ...PLAIN, ...item }, faults: [] });
  });

  test.for([
    { name: 'null', said: null, fault: 'no-object', names: [] },
    { name: 'a word', said: 'i-1', fault: 'no-object', names: [] },
    { name: 'an array', said: [], fault: 'no-object', names: [] },
    { name: 'no group', said: { id: 'i-1', host: 'web-1' }, fault: 'no-group', names: ['i-1', 'web-1'] },
    { name: 'no name', said: { group: 'web' }, fault: 'no-name', names: [] },
    { name: 'an id that is no name', said: { group: 'web', id: {} }, fault: 'no-text', names: [] },
    {
      name: 'a state as EC2 has it',
      said: { group: 'web', id: 'i-1', state: { Name: 'running' } },
      fault: 'no-text',
      names: ['i-1'],
    },
  ])('$name is refused, and whoever it names is kept', ({ said, fault, names }) => {
    expect(readItem(said)).toMatchObject({ ok: false, fault: { fault }, names });
  });

  test.for([
    { name: 'a value that is an object', tags: { a: 'b', c: {} }, kept: 1 },
    { name: 'an empty name', tags: { '': 'b' }, kept: 0 },
    { name: 'a name that is too long', tags: { ['n'.repeat(129)]: 'b' }, kept: 0 },
    { name: 'a value that is too long', tags: { a: 'v'.repeat(257), b: 'c' }, kept: 1 },
    { name: 'a control character', tags: { a: 'b\u0000' }, kept: 0 },
    { name: 'half of a character', tags: { a: '\ud800' }, kept: 0 },
    { name: 'words', tags: 'a=b', kept: 0 },
    { name: 'a list of words', tags: ['a'], kept: 0 },
    {
      name: 'more than there may be',
      tags: Object.fromEntries(Array.from({ length: TAGS_PER_INSTANCE_MAX + 1 }, (_, i) => [`t${i}`, ''])),
      kept: TAGS_PER_INSTANCE_MAX,
    },
  ])('a bad tag costs itself alone: $name', ({ tags, kept }) => {
    const read = readItem({ group: 'web', id: 'i-1', tags });
    expect(read).toMatchObject({ ok: true, item: { tags: { length: kept } }, faults: { length: 1 } });
  });

  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  test.for([
    { name: 'an item', said: deep, quote: '[…]' },
    { name: 'a group', said: `{"id":"i-1","group":${deep}}`, quote: 'group: […]' },
    { name: 'an address', said: `{"group":"web","id":"i-1","address":[${deep}]}`, quote: '[…]' },
    { name: 'a tag', said: `{"group":"web","id":"i-1","tags":[{"Key":${deep}}]}`, quote: 'tag […]' },
  ])('$name that is nested deeply is a fault like any other', ({ said, quote }) => {
    const opened = openList(`[${said}]`);
    const read = opened.ok ? readItem(opened.items[0]) : undefined;
    expect(read?.ok ? read.faults : [read?.fault]).toMatchObject([{ quote }]);
  });

  test('whatever it is, reading it does not throw, and its quotes are short and plain', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const opened = openList(`[${text}]`);
        if (!opened.ok) throw new Error(opened.fault);
        const read = readItem(opened.items[0]);
        const faults = read.ok ? read.faults : [read.fault];
        for (const { quote } of faults) {
          expect(quote.length).toBeLessThanOrEqual(60);
          // oxlint-disable-next-line no-control-regex -- they are what is looked for
          expect(quote).not.toMatch(/[\u0000-\u001f\u007f]/u);
        }
      }),
    );
  });
});
