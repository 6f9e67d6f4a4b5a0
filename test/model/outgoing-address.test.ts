import { expect, test } from 'vitest';
import { addressRefusal, isMetadataName } from '../../src/model/outgoing-address.ts';

test.for([
  ['127.0.0.1', null],
  ['10.1.2.3', null],
  ['192.168.0.1', null],
  ['172.16.0.1', null],
  ['100.64.0.1', null],
  ['203.0.113.7', null],
  ['::1', null],
  ['fd00::1', null],
  ['2001:db8::1', null],
  ['::ffff:127.0.0.1', null],
  ['64:ff9b::cb00:7107', null],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['::', 'unspecified'],
  ['::ffff:0.0.0.0', 'unspecified'],
  ['169.254.0.1', 'link-local'],
  ['169.254.255.255', 'link-local'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['febf::1', 'link-local'],
  ['::ffff:169.254.0.1', 'link-local'],
  ['169.254.169.254', 'cloud-metadata'],
  ['100.100.100.200', 'cloud-metadata'],
  ['168.63.129.16', 'cloud-metadata'],
  ['192.0.0.192', 'cloud-metadata'],
  ['fd00:ec2::254', 'cloud-metadata'],
  ['fd20:ce::254', 'cloud-metadata'],
  ['fd00:42::42', 'cloud-metadata'],
  ['FD00:0EC2:0000::0254', 'cloud-metadata'],
  ['::ffff:169.254.169.254', 'cloud-metadata'],
  ['::ffff:a9fe:a9fe', 'cloud-metadata'],
  ['::ffff:0:a9fe:a9fe', 'cloud-metadata'],
  ['::a9fe:a9fe', 'cloud-metadata'],
  ['64:ff9b::a9fe:a9fe', 'cloud-metadata'],
  ['64:ff9b:1::a9fe:a9fe', 'cloud-metadata'],
  ['2002:a9fe:a9fe::1', 'cloud-metadata'],
  ['2001:0:1:2:3:4:5601:5601', 'cloud-metadata'],
  ['224.0.0.1', 'multicast'],
  ['239.2.11.71', 'multicast'],
  ['ff02::1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['', 'no-address'],
  ['example.net', 'no-address'],
  ['169.254.169', 'no-address'],
] as const)('%s: %s', ([address, refusal]) => {
  expect(addressRefusal(address)).toBe(refusal);
});

test.for(['metadata.google.internal', 'METADATA.google.internal.', 'metadata', 'instance-data'])(
  '%s is a metadata service whatever it resolves to',
  (name) => expect(isMetadataName(name)).toBe(true),
);

test('other names are judged by their addresses', () => {
  expect(isMetadataName('metadata.example.net')).toBe(false);
});
