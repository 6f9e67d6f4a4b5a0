import { expect, test } from 'vitest';
import { addressesInHosts, namesToAsk } from '../../../src/notify/outgoing/name-files.ts';

const HOSTS = `127.0.0.1\tlocalhost # this one
::1 localhost ip6-localhost
10.0.0.5 Mail.example.net mail
#10.0.0.6 gone`;

test.for([
  { name: 'localhost', addresses: ['127.0.0.1', '::1'] },
  { name: 'MAIL', addresses: ['10.0.0.5'] },
  { name: 'mail.example.net', addresses: ['10.0.0.5'] },
  { name: 'gone', addresses: [] },
  { name: 'web.localhost', addresses: ['127.0.0.1', '::1'] },
  { name: '', addresses: [] },
])('$name in the hosts file', ({ name, addresses }) => {
  expect(addressesInHosts(HOSTS, name)).toEqual(addresses);
});

test('localhost needs no file', () => {
  expect(addressesInHosts('', 'localhost')).toEqual(['127.0.0.1', '::1']);
});

test.for([
  { what: 'no file', text: '', name: 'hooks', ask: ['hooks'] },
  {
    what: 'a short name',
    text: 'search a.net b.net',
    name: 'hooks',
    ask: ['hooks.a.net', 'hooks.b.net', 'hooks'],
  },
  { what: 'a long name', text: 'search a.net', name: 'hooks.c', ask: ['hooks.c', 'hooks.c.a.net'] },
  { what: 'ndots', text: 'search a.net.\noptions ndots:5', name: 'h.c.d', ask: ['h.c.d.a.net', 'h.c.d'] },
  { what: 'a root', text: 'search a.net', name: 'hooks.', ask: ['hooks'] },
  { what: 'the last line wins', text: 'search a\ndomain b', name: 'h', ask: ['h.b', 'h'] },
])('$what: $ask', ({ text, name, ask }) => expect(namesToAsk(text, name)).toEqual(ask));
