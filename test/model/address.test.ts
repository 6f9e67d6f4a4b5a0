import { expect, test } from 'vitest';
import { canonicalAddress, plainAddress } from '../../src/model/address.ts';

test.for([
  { name: 'IPv4', text: '10.0.0.1', address: '10.0.0.1' },
  { name: 'IPv4 with a port, as some proxies forward it', text: '10.0.0.1:4711', address: '10.0.0.1' },
  { name: 'IPv4 as a socket of both writes it', text: '::ffff:10.0.0.1', address: '10.0.0.1' },
  { name: 'the same in hexadecimal', text: '::FFFF:0A00:0001', address: '10.0.0.1' },
  { name: 'IPv6', text: '2001:db8::1', address: '2001:db8::1' },
  { name: 'IPv6 at length, in capitals', text: '2001:0DB8:0:0:0:0:0:1', address: '2001:db8::1' },
  { name: 'IPv6 with a port', text: '[2001:DB8::1]:4711', address: '2001:db8::1' },
  { name: 'IPv6 of an interface', text: 'fe80::1%eth0', address: 'fe80::1%eth0' },
  { name: 'loopback', text: '::1', address: '::1' },
  { name: 'nothing', text: '', address: undefined },
  { name: 'a word', text: 'unknown', address: undefined },
  { name: 'a path', text: '../../etc/passwd', address: undefined },
  { name: 'octal', text: '010.0.0.1', address: undefined },
  { name: 'too large', text: '256.0.0.1', address: undefined },
  { name: 'half of one', text: '10.0.1', address: undefined },
  { name: 'markup in brackets', text: '[::1]<script>', address: undefined },
  { name: 'an authority', text: '::1]@evil.example[', address: undefined },
  { name: 'an interface that is none', text: 'fe80::1%../x', address: undefined },
])('$name', ({ text, address }) => {
  expect(canonicalAddress(text)).toBe(address);
});

test('an address of a dual-stack socket', () => {
  expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
});
