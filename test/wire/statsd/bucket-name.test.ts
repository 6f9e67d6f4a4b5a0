import { expect, test } from 'vitest';
import { bucketName } from '../../../src/wire/statsd/bucket-name.ts';
import { emptySample } from '../../../src/wire/statsd/sample.ts';

function named(said: string, tags = '', keepHost = false) {
  const name = Buffer.from(said, 'latin1');
  const buffer = Buffer.concat([name, Buffer.from(tags)]);
  const at = { nameAt: 0, nameLength: name.length, tagsAt: name.length, tagsLength: Buffer.byteLength(tags) };
  return bucketName({ ...emptySample(), buffer, ...at }, keepHost);
}

test.for([
  { said: 'a.b', tags: '', name: 'a.b' },
  { said: 'a  b/c', tags: '', name: 'a_b-c' },
  { said: 'a', tags: 'z:1,b:2', name: 'a,b=2,z=1' },
  { said: 'a', tags: 'b:2,z:1', name: 'a,b=2,z=1' },
  { said: 'a,z=1,b=2', tags: '', name: 'a,b=2,z=1' },
  { said: 'a#z=1,b=2', tags: '', name: 'a,b=2,z=1' },
  { said: 'a;z=1;b=2', tags: '', name: 'a,b=2,z=1' },
  { said: 'a,z=1', tags: 'b:2', name: 'a,b=2,z=1' },
  { said: 'a', tags: 'b:2,b:2,b:3', name: 'a,b=2,b=3' },
  { said: 'a', tags: 'urgent', name: 'a,urgent' },
  { said: 'a', tags: 'urgent:', name: 'a,urgent' },
  { said: 'a', tags: ',,b:1,', name: 'a,b=1' },
  { said: 'a', tags: ':1', name: 'a' },
  { said: 'a', tags: 'url:http://x/y z', name: 'a,url=http:--x-y_z' },
  { said: 'a', tags: 'k=l:v', name: 'a,k_l=v' },
  { said: 'a', tags: 'straße:ö', name: 'a,straße=ö' },
  { said: 'gr\u00f6\u00dfe', tags: '', name: 'größe' },
  { said: '__proto__', tags: 'constructor:1', name: '__proto__,constructor=1' },
])('$said #$tags: $name', ({ said, tags, name }) => {
  expect(named(said, tags)).toEqual({ name, host: '' });
});

test.for([
  { name: 'Datadog', said: 'a', tags: 'host:web-1,k:v', bucket: 'a,k=v', host: 'web-1' },
  { name: 'Influx', said: 'a,host=web-1,k=v', tags: '', bucket: 'a,k=v', host: 'web-1' },
  { name: 'the first of two', said: 'a', tags: 'host:x,host:y', bucket: 'a', host: 'x' },
  { name: 'as it was sent', said: 'a', tags: 'host: web/1 ', bucket: 'a', host: 'web/1' },
  { name: 'an empty one', said: 'a', tags: 'host:', bucket: 'a', host: '' },
])('the host stands apart: $name', ({ said, tags, bucket, host }) => {
  expect(named(said, tags)).toEqual({ name: bucket, host });
});

test('where hosts are not taken from packets, the tag is one like the others', () => {
  expect(named('a', 'host:x,b:1', true)).toEqual({ name: 'a,b=1,host=x', host: '' });
});

test.for([
  { said: ',k=v', tags: '', fault: 'no-name' },
  { said: '  ', tags: 'k:v', fault: 'no-name' },
  { said: 'a', tags: Array.from({ length: 65 }, (_, n) => `t${n}`).join(','), fault: 'tags-max' },
])('$fault', ({ said, tags, fault }) => {
  expect(named(said, tags)).toBe(fault);
});
