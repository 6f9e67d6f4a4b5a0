import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { HOST_CHECK, Pager } from './fleet.ts';
import { scene } from './reported.ts';

test('notes, a runbook and relations are filled in where they are shown and paged', async () => {
  const pager = new Pager();
  const texts = {
    host: 'w-(?P<no>.*)',
    notes: 'Ask {{host.no}} in {{host.facts.rack}} ({{host.facts.room}})',
    runbook: 'https://wiki.example.net/{{host.name}}?rack={{host.facts.rack}}',
    dependsOn: [
      {
        host: 'sw-{{host.1}}',
        service: 'host',
        notificationFailureCriteria: ['d'],
        executionFailureCriteria: [],
        inheritsParent: false,
      },
    ],
  };
  const s = scene([definition(texts), { ...HOST_CHECK, parents: ['sw-{{host.1}}'], host: 'w-(.*)' }], {
    hosts: ['w-1'],
    pager,
  });
  s.fleet.host('w-1', 0.5);
  s.fleet.announce({ kind: 'fact', hostRow: 0, name: 'rack', value: 'r 1&x' });
  s.fleet.sample('w-1', 'load_one', 9, 1);
  await s.pass(2);
  const filled = {
    notes: 'Ask 1 in r 1&x ({{host.facts.room}})',
    runbook: 'https://wiki.example.net/w-1?rack=r%201%26x',
  };
  expect(s.views.get('web/w-1/load')).toMatchObject(filled);
  expect(pager.pages).toEqual([expect.objectContaining({ service: 'load', ...filled })]);
  const settingsOf = (service: string) =>
    s.judge.ask({ kind: 'detail', service: { cluster: 'web', host: 'w-1', service } }, 0).answer?.definition
      .settings;
  expect(settingsOf('load')).toMatchObject({ depends_on: 'sw-1/host (d)' });
  expect(settingsOf('host')).toMatchObject({ parents: 'sw-1' });
});
