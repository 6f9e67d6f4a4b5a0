import { expect, test } from 'vitest';
import { cloudList, papersOf } from '../../src/demo/cloud.ts';
import { hostNameFault, instanceIdFault, tagsFault } from '../../src/fleet/names.ts';
import { openList, readItem } from '../../src/wire/instance-list.ts';
import { FLEET, named } from './fleet.ts';

const PAPERS = FLEET.map(({ instance }) => papersOf(instance, instance.role));

test('what instances say of themselves may be said, and no two have one id', () => {
  const faults = PAPERS.flatMap(({ host, instanceId, ...said }) => [
    hostNameFault(host) ?? instanceIdFault(instanceId) ?? tagsFault(said) ?? [],
  ]).flat();
  expect(faults).toEqual([]);
  expect(new Set(PAPERS.map(({ instanceId }) => instanceId)).size).toBe(FLEET.length);
  expect(new Set(PAPERS.map(({ from }) => from)).size).toBe(FLEET.length);
});

test('an instance says the same at every start', () => {
  expect(papersOf(named('mysql-02').instance, 'db')).toEqual({
    cluster: 'db',
    host: 'mysql-02',
    instanceId: expect.stringMatching(/^i-0[0-9a-f]{16}$/u),
    region: 'eu-central-1',
    zone: expect.stringMatching(/^eu-central-1[abc]$/u),
    tags: { role: 'primary', team: 'data' },
    from: '127.16.2.2',
  });
  expect(papersOf(named('web-07').instance, 'web')).toEqual(PAPERS.find(({ host }) => host === 'web-07'));
});

test('the list of its cloud is one that the server reads, without a fault', () => {
  const opened = openList(cloudList([{ instance: named('web-12').instance, cluster: 'demo-web' }]));
  const { instanceId, zone } = papersOf(named('web-12').instance, 'demo-web');
  expect(opened.ok && opened.items.map((item) => readItem(item))).toEqual([
    {
      ok: true,
      faults: [],
      item: {
        group: 'demo-web',
        instanceId,
        host: 'web-12',
        state: 'running',
        region: 'eu-central-1',
        zone,
        addresses: ['127.16.1.12'],
        tags: [
          ['role', 'front'],
          ['team', 'shop'],
        ],
      },
    },
  ]);
});
