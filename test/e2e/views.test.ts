import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOOKS, Visitor } from './browser.ts';
import { imbalance, ROOT, until } from './server.ts';
import { Stage } from './stage.ts';
import { survey } from './survey.ts';
import type { Page } from 'playwright-core';
import type { View } from './survey.ts';
import type { HostView, ServiceView } from '../../src/contract/api.ts';

const CHECKS = [
  '{ name: disk space, metric: part_max_used|df-.*/percent_bytes-used, warning: "80", critical: "91", max_check_attempts: 1 }',
];

const ALERTS = `alerts:
  receivers:
    - { name: ann, webhook: { url: "http://127.0.0.1:9/hook" } }
    - { name: bob, webhook: { url: "http://127.0.0.1:9/hook" } }
  rotas:
    - { name: primary, timezone: Europe/Berlin, start: 2026-01-05, handover: "09:00", turn: 7d, people: [ann, bob] }
  escalations:
    - { name: oncall, steps: [{ after: 0s, notify: [primary] }, { after: 15m, notify: [ann, bob] }] }
  routes:
    - { receiver: oncall, match: { cluster: mysql } }
`;

const VIEWS: readonly View[] = [
  { name: 'grid', path: '/', shows: 'disk space' },
  { name: 'cluster', path: '/clusters/web', shows: 'common y axis' },
  { name: 'empty group', path: '/clusters/empty', shows: 'waits for its first host' },
  { name: 'no such cluster', path: '/clusters/nowhere', shows: 'There is no cluster', missing: true },
  { name: 'host of gmond', path: '/hosts/web/web-07', shows: 'load_one' },
  { name: 'host of collectd', path: '/hosts/mysql/mysql-03', shows: 'load/load' },
  { name: 'one metric', path: '/hosts/web/web-07?m=part_max_used', shows: 'All metrics' },
  { name: 'no such host', path: '/hosts/web/nobody', shows: 'No host', missing: true },
  { name: 'problems', path: '/problems', shows: 'disk space' },
  { name: 'a problem', path: '/problems', shows: 'Last check', step: firstProblem },
  { name: 'recent problems', path: '/problems?list=recent', shows: 'Recent' },
  { name: 'acknowledge', path: '/problems', shows: 'Covers 1 service', step: asked('a') },
  { name: 'downtime', path: '/problems', shows: 'Every week', step: asked('d') },
  { name: 'quiet', path: '/quiet', shows: 'kernel update' },
  { name: 'on call', path: '/oncall', shows: 'after 15 min' },
  { name: 'taking over', path: '/oncall', shows: 'Why', step: takingOver },
  { name: 'notifications', path: '/notifications', shows: '127.0.0.1' },
  {
    name: 'explain',
    path: '/explain?cluster=web&host=web-07&service=disk+space%5Bpart_max_used%5D',
    shows: 'From datagram to receipt',
  },
  { name: 'services', path: '/services', shows: 'disk space' },
  {
    name: 'a service',
    path: '/service?cluster=web&host=web-07&service=disk+space%5Bpart_max_used%5D&range=1d',
    shows: 'State history',
  },
  { name: 'an aggregate', path: '/service?cluster=web&host=&service=load+of+all', shows: 'avg of load_one' },
  { name: 'no such service', path: '/service?service=none', shows: 'There is no service', missing: true },
  { name: 'checks', path: '/checks', shows: 'Results from elsewhere' },
  { name: 'dashboards', path: '/dashboards', shows: 'Fleet overview' },
  { name: 'dashboard fleet-overview', path: '/dashboards/fleet-overview', shows: 'Hosts, the worst first' },
  { name: 'dashboard cluster', path: '/dashboards/cluster?cluster=web', shows: 'Load of the hosts' },
  { name: 'dashboard host', path: '/dashboards/host?cluster=web&host=web-01', shows: 'Services' },
  { name: 'no such dashboard', path: '/dashboards/none', shows: 'There is no dashboard', missing: true },
  { name: 'events', path: '/events', shows: 'deployed' },
  { name: 'senders', path: '/senders', shows: 'values/s' },
  { name: 'missing', path: '/clusters/web/of/nothing', shows: 'There is no view at this address' },
  { name: 'search', path: '/', shows: 'web-07', step: searched },
  { name: 'help', path: '/', shows: 'Keys', step: (page) => page.keyboard.press('?') },
];

/** On a phone a problem has the screen to itself. */
async function firstProblem(page: Page): Promise<void> {
  await page
    .getByRole('main')
    .getByRole('link', { name: /^disk space/ })
    .first()
    .click();
}

/** The box alone, as a thumb hits it. */
async function pickedFirst(page: Page): Promise<void> {
  await page
    .getByRole('checkbox', { name: /^Select disk space/ })
    .first()
    .check();
}

/** One of the keys that act, on what is picked. */
function asked(key: 'a' | 'd'): (page: Page) => Promise<void> {
  return async (page) => {
    await pickedFirst(page);
    await page.keyboard.press(key);
    await page.getByText(/^Covers /).waitFor();
  };
}

async function takingOver(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Take over/ })
    .first()
    .click();
}

async function searched(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: /^Search/ }).fill('web 07');
  await page.getByRole('option').first().waitFor();
}

describe('every view of the demo', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.set({
      groups: ['empty'],
      services: CHECKS,
      files: shipped('dashboards'),
      flags: ['--demo'],
      more: ALERTS,
    });
    // An instance begins to send when its history is written.
    await until(
      'the fleet',
      async () => {
        const hosts = await stage.server.get<HostView[]>('/api/v1/hosts');
        // One may have died by then, and two have left: neither is missed.
        return hosts.filter(({ state }) => state === 'UP').length >= 56 ? true : undefined;
      },
      90_000,
    );
    await until(
      'problems of both agents',
      async () => {
        const services = await stage.server.get<ServiceView[]>('/api/v1/services?problem=true');
        return ['web', 'mysql'].every((name) => services.some(({ cluster }) => cluster === name))
          ? true
          : undefined;
      },
      60_000,
    );
    await plan(stage.url, 'downtimes', {
      covers: { host: 'batch-0[1-4]' },
      to_ms: Date.now() + 7_200_000,
      comment: 'kernel update, ticket 4711',
      author: 'ann',
    });
  });

  afterAll(() => stage[Symbol.asyncDispose]());

  test.concurrent.for(LOOKS)(
    '$name: no error, axe finds nothing, nothing scrolls sideways, a thumb hits',
    async (look) => {
      await using visitor = await Visitor.come(stage.browser, look);
      // Colours are all that light has of its own: what stands on every page is looked at once.
      const isPlain = ({ missing, step }: View) => !missing && !step;
      const views = look.name === 'light' ? VIEWS.filter(isPlain) : VIEWS;
      const faults = await survey(visitor, views, { url: stage.url, look });
      expect(faults).toEqual([]);
    },
  );

  test('the books balance', async () => {
    const { code, books } = await stage.server.stop();
    expect([code, imbalance(books)]).toEqual([0, 0]);
  });
});

async function plan(url: string, sort: 'downtimes' | 'silences', body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1/${sort}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${sort}: ${answer.status} ${await answer.text()}`);
}

/** The files of a folder of ours, as a user has them beside muster.yaml. */
function shipped(folder: string): Record<string, string> {
  const names = readdirSync(join(ROOT, folder));
  return Object.fromEntries(
    names.map((name) => [join(folder, name), readFileSync(join(ROOT, folder, name), 'utf8')]),
  );
}
