import { describe, expect, test } from 'vitest';
import { ServiceIndex } from '../../src/http/service-index.ts';
import { FakeJudged, NOW_MS, serviceView } from './stand.ts';

describe('ServiceIndex', () => {
  test.for([
    { name: 'nothing judged', views: [], cluster: 'PENDING', host: 'PENDING', summary: 'all well' },
    {
      name: 'all well',
      views: [serviceView(), serviceView({ service: 'host', state: 'UP' })],
      cluster: 'OK',
      host: 'OK',
      summary: 'all well',
    },
    {
      name: 'one that waits for its first result hides nothing',
      views: [serviceView({ state: 'PENDING' }), serviceView({ service: 'host', state: 'UP' })],
      cluster: 'OK',
      host: 'OK',
      summary: 'all well',
    },
    {
      name: 'where all wait, so does the host',
      views: [serviceView({ state: 'PENDING' })],
      cluster: 'PENDING',
      host: 'PENDING',
      summary: 'all well',
    },
    {
      name: 'the worst counts',
      views: [serviceView({ state: 'WARNING' }), serviceView({ service: 'host', state: 'DOWN' })],
      cluster: 'DOWN',
      host: 'DOWN',
      summary: '1 host down, load above 4 on web-1',
    },
    {
      name: 'a soft state counts',
      views: [serviceView({ state: 'CRITICAL', state_type: 'SOFT' })],
      cluster: 'CRITICAL',
      host: 'CRITICAL',
      summary: 'load above 8 on web-1',
    },
    {
      name: 'an acknowledged one does not',
      views: [serviceView({ state: 'CRITICAL', acknowledged: true })],
      cluster: 'OK',
      host: 'OK',
      summary: 'all well',
    },
    {
      name: 'nor one in a downtime',
      views: [serviceView({ state: 'CRITICAL', in_downtime: true })],
      cluster: 'OK',
      host: 'OK',
      summary: 'all well',
    },
    {
      name: 'nor a silenced one',
      views: [serviceView({ state: 'CRITICAL', silenced: true })],
      cluster: 'OK',
      host: 'OK',
      summary: 'all well',
    },
    {
      name: 'what is open beside it does',
      views: [
        serviceView({ state: 'CRITICAL', silenced: true }),
        serviceView({ service: 'disk', state: 'WARNING', warning: '4' }),
      ],
      cluster: 'WARNING',
      host: 'WARNING',
      summary: 'disk above 4 on web-1',
    },
    {
      name: 'another host colours the cluster only',
      views: [serviceView(), serviceView({ host: 'web-2', state: 'UNKNOWN' })],
      cluster: 'UNKNOWN',
      host: 'OK',
      summary: 'load unknown on web-2',
    },
    {
      name: 'an aggregate colours its cluster, and no host',
      views: [serviceView(), serviceView({ host: '', service: 'cluster load', state: 'CRITICAL' })],
      cluster: 'CRITICAL',
      host: 'OK',
      summary: 'cluster load above 8',
    },
    {
      name: 'one of the grid colours no cluster',
      views: [serviceView(), serviceView({ cluster: '', host: '', service: 'grid', state: 'CRITICAL' })],
      cluster: 'OK',
      host: 'OK',
      summary: 'all well',
    },
  ])('$name', ({ views, cluster, host, summary }) => {
    const judged = new FakeJudged();
    judged.judge(...views);
    const index = new ServiceIndex(judged, () => NOW_MS);
    expect(index.cluster('web')).toEqual({ worst: cluster, summary });
    expect(index.worstOfHost('web', 'web-1')).toBe(host);
  });

  test('a change is seen within a second, and not computed more often', () => {
    const judged = new FakeJudged();
    let nowMs = NOW_MS;
    const index = new ServiceIndex(judged, () => nowMs);
    judged.judge(serviceView({ state: 'WARNING' }));
    expect(index.problems()).toHaveLength(1);
    judged.judge();
    nowMs += 899;
    expect(index.problems()).toHaveLength(1);
    nowMs += 1;
    expect(index.problems()).toHaveLength(0);
  });
});

test('an aggregate is no host', () => {
  const judged = new FakeJudged();
  judged.judge(serviceView({ host: '', state: 'CRITICAL' }));
  const index = new ServiceIndex(judged, () => NOW_MS);
  expect(index.worstOfHost('web', '')).toBe('PENDING');
  expect(index.problems()).toHaveLength(1);
});
