import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClientFrame } from '../../src/http/feed-frame.ts';

const everything = { cluster: '.*', host: '.*', metric: '.*', facts: [] };

test.for([
  {
    name: 'all three',
    text: '{"subscribe":{"id":"a","cluster":"web.*","host":".*","metric":"load_one"}}',
    order: { kind: 'series', id: 'a', source: { ...everything, cluster: 'web.*', metric: 'load_one' } },
  },
  {
    name: 'facts',
    text: String.raw`{"subscribe":{"id":"a","fact":["role:db.*","a\\:b:c"]}}`,
    order: {
      kind: 'series',
      id: 'a',
      source: {
        ...everything,
        facts: [
          { fact: 'role', pattern: 'db.*' },
          { fact: 'a:b', pattern: 'c' },
        ],
      },
    },
  },
  {
    name: 'what is left out is everything',
    text: '{"subscribe":{"id":"a"}}',
    order: { kind: 'series', id: 'a', source: everything },
  },
  {
    name: 'a topic',
    text: '{"subscribe":{"id":"a","topic":"clusters"}}',
    order: { kind: 'topic', id: 'a', topic: 'clusters' },
  },
  { name: 'unsubscribe', text: '{"unsubscribe":"a"}', order: { kind: 'unsubscribe', id: 'a' } },
  {
    name: 'an id that every object has',
    text: '{"subscribe":{"id":"__proto__"}}',
    order: { kind: 'series', id: '__proto__', source: everything },
  },
])('$name', ({ text, order }) => {
  expect(readClientFrame(text)).toEqual(order);
});

test.for([
  { name: 'no JSON', text: 'hello', id: '' },
  { name: 'nothing', text: '', id: '' },
  { name: 'null', text: 'null', id: '' },
  { name: 'an array', text: '[]', id: '' },
  { name: 'neither', text: '{}', id: '' },
  { name: 'both', text: '{"subscribe":{"id":"a"},"unsubscribe":"a"}', id: 'a' },
  { name: 'no id', text: '{"subscribe":{"cluster":"a"}}', id: '' },
  { name: 'a fact without a pattern', text: '{"subscribe":{"id":"a","fact":["role"]}}', id: 'a' },
  { name: 'a fact that is text', text: '{"subscribe":{"id":"a","fact":"role:db"}}', id: 'a' },
  { name: 'an id that is a number', text: '{"subscribe":{"id":1}}', id: '' },
  { name: 'an empty id', text: '{"subscribe":{"id":""}}', id: '' },
  { name: 'an id too long', text: `{"subscribe":{"id":"${'a'.repeat(65)}"}}`, id: 'a'.repeat(64) },
  { name: 'an unknown key', text: '{"subscribe":{"id":"a","metrics":"b"}}', id: 'a' },
  { name: 'an unknown topic', text: '{"subscribe":{"id":"a","topic":"hosts"}}', id: 'a' },
  {
    name: 'a topic with a selector',
    text: '{"subscribe":{"id":"a","topic":"clusters","host":"b"}}',
    id: 'a',
  },
  { name: 'a prototype', text: '{"__proto__":{"subscribe":{"id":"a"}}}', id: '' },
  { name: 'a prototype inside', text: '{"subscribe":{"id":"a","__proto__":{"host":"b"}}}', id: 'a' },
  { name: 'a pattern too long', text: `{"subscribe":{"id":"a","host":"${'a'.repeat(1001)}"}}`, id: 'a' },
])('a fault: $name', ({ text, id }) => {
  expect(readClientFrame(text)).toMatchObject({ kind: 'fault', id, error: { code: 'feed_bad_frame' } });
});

test('an unknown topic is named, with those there are', () => {
  const order = readClientFrame('{"subscribe":{"id":"a","topic":"hosts"}}');
  expect(order).toMatchObject({
    error: { message: 'unknown topic "hosts"', cure: 'the topics are clusters, services, events' },
  });
});

test('never throws', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readClientFrame(text)));
});
