import { expect, test } from 'vitest';
import { foundGroups } from '../../web/src/fleet/found.ts';
import type { SearchAnswer } from '../../src/contract/api.ts';

const nothing: SearchAnswer = { clusters: [], hosts: [], services: [], metrics: [], left_out: 0 };

test('kinds without a row are left out', () => {
  expect(foundGroups(nothing)).toEqual([]);
  const groups = foundGroups({
    ...nothing,
    hosts: [{ cluster: 'web', host: 'web-1', state: 'DOWN', why: '' }],
  });
  expect(groups.map(({ title }) => title)).toEqual(['Hosts']);
});

test.for([
  {
    name: 'a cluster',
    answer: { clusters: [{ cluster: 'a/b', state: 'WARNING', hosts: 1 }] },
    rows: [{ href: '/clusters/a%2Fb', mark: 'warning', name: 'a/b', place: '1 host', under: false }],
  },
  {
    name: 'a host whose name is markup',
    answer: { hosts: [{ cluster: 'web', host: '<b>&', state: 'DOWN', why: '' }] },
    rows: [{ href: '/hosts/web/%3Cb%3E%26', mark: 'down', name: '<b>&', place: 'web', under: false }],
  },
  {
    name: 'a host found by a tag says so',
    answer: { hosts: [{ cluster: 'web', host: 'a', state: 'UP', why: 'role: db' }] },
    rows: [{ href: '/hosts/web/a', mark: 'ok', name: 'a', place: 'web · role: db', under: false }],
  },
  {
    name: 'a service leads to its own view',
    answer: { services: [{ cluster: 'web', host: 'web-1', service: 'disk space[/]', state: 'OK' }] },
    rows: [
      {
        href: '/service?cluster=web&host=web-1&service=disk+space%5B%2F%5D',
        mark: 'ok',
        name: 'disk space[/]',
        place: 'web-1 in web',
        under: false,
      },
    ],
  },
  {
    name: 'an aggregate is of its cluster, or of the grid',
    answer: {
      services: [
        { cluster: 'web', host: '', service: 'load', state: 'WARNING' },
        { cluster: '', host: '', service: 'down', state: 'OK' },
      ],
    },
    rows: [
      {
        href: '/service?cluster=web&host=&service=load',
        mark: 'warning',
        name: 'load',
        place: 'web (whole cluster)',
        under: false,
      },
      {
        href: '/service?cluster=&host=&service=down',
        mark: 'ok',
        name: 'down',
        place: 'whole grid',
        under: false,
      },
    ],
  },
  {
    name: 'a metric of many hosts colours the cluster, or is one host’s graph',
    answer: { metrics: [{ cluster: 'web', metric: 'df-/x', hosts: 40, host: 'web-1', units: '' }] },
    rows: [
      {
        href: '/clusters/web?measure=df-%2Fx',
        mark: null,
        name: 'df-/x',
        place: 'web, 40 hosts',
        under: false,
      },
      { href: '/hosts/web/web-1?q=df-%2Fx', mark: null, name: 'on web-1', place: 'its graph', under: true },
    ],
  },
  {
    name: 'a metric of one host is its graph',
    answer: { metrics: [{ cluster: 'web', metric: 'm', hosts: 1, host: 'web-1', units: '' }] },
    rows: [{ href: '/hosts/web/web-1?q=m', mark: null, name: 'm', place: 'web-1 in web', under: false }],
  },
])('$name', ({ answer, rows }) => {
  expect(foundGroups({ ...nothing, ...answer }).flatMap((group) => group.rows)).toEqual(rows);
});
