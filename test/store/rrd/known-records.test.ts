import { expect, test } from 'vitest';
import { KnownRecords } from '../../../src/store/rrd/known-records.ts';
import { describe } from '../batch.ts';

const record = (host: string, metric: string) => describe({ cluster: 'web', host, metric });

/** The names of those, of these, whose file need not be asked for. */
function missing(known: KnownRecords, names: readonly (readonly [string, string])[]): string[] {
  return names.filter(([h, m]) => known.of(record(h, m)).state === 'missing').map((name) => name.join('/'));
}

test('a record is remembered, its host forgotten alone', () => {
  const known = new KnownRecords();
  for (const host of ['web-1', 'web-10']) known.of(record(host, 'load')).state = 'missing';
  known.forgetHost('web', 'web-1');
  known.forgetHost('web', 'nobody');
  expect(
    missing(known, [
      ['web-1', 'load'],
      ['web-10', 'load'],
    ]),
  ).toEqual(['web-10/load']);
});

test('with too many, one of the host known longest is forgotten', () => {
  const known = new KnownRecords(3);
  const names = [
    ['a', 'x'],
    ['b', 'x'],
    ['a', 'y'],
    ['c', 'x'],
  ] as const;
  for (const [host, metric] of names) known.of(record(host, metric)).state = 'missing';
  expect(missing(known, names.slice(1))).toEqual(['b/x', 'a/y', 'c/x']);
});

test('what a host that is forgotten had makes room', () => {
  const known = new KnownRecords(2);
  for (const metric of ['x', 'y']) known.of(record('a', metric)).state = 'missing';
  known.forgetHost('web', 'a');
  for (const metric of ['x', 'y']) known.of(record('b', metric)).state = 'missing';
  expect(
    missing(known, [
      ['b', 'x'],
      ['b', 'y'],
    ]),
  ).toEqual(['b/x', 'b/y']);
});
