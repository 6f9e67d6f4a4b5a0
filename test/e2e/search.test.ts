import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { live, Visitor } from './browser.ts';
import { until } from './server.ts';
import { Stage } from './stage.ts';
import type { Locator, Page } from 'playwright-core';
import type { HostView } from '../../src/contract/api.ts';

const HOSTS = ['web-0416', 'web-0417', 'web-0418', 'db-17'];

function option(page: Page, name: string | RegExp): Locator {
  return page.getByRole('option', { name });
}

describe('search, by keyboard alone', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set({ groups: ['web'] });
    for (const host of HOSTS) stage.agents('web').gmond(host, 'load_one', 1);
    stage.agents('web').gmond('db-17', 'replication_lag', 3, { units: 's' });
    await until('all hosts', async () => {
      const hosts = await stage.server.get<HostView[]>('/api/v1/hosts');
      return hosts.length === HOSTS.length ? true : undefined;
    });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  test.for([
    { name: 'words in any order', words: '0417 web', first: 'web-0417', lands: '/hosts/web/web-0417' },
    {
      name: 'a regular expression',
      words: 'web-041[78]',
      first: 'web-0417',
      downs: 1,
      lands: '/hosts/web/web-0418',
    },
    { name: 'a metric', words: 'replication', first: 'replication_lag', lands: '/hosts/web/db-17' },
    {
      name: 'round the end of the list',
      words: 'web-041[67]',
      first: 'web-0416',
      downs: 2,
      lands: '/hosts/web/web-0416',
    },
  ])('$name, then Enter', async ({ words, first, downs = 0, lands }) => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/events`);
    await live(page);
    await page.keyboard.press('/');
    await page.keyboard.type(words);
    await option(page, first).first().waitFor();
    for (let i = 0; i < downs; i += 1) await page.keyboard.press('ArrowDown');
    await until('its view', async () => {
      // Enter waits for the answer to the last words.
      await page.keyboard.press('Enter');
      return new URL(page.url()).pathname === lands ? true : undefined;
    });
    await page.getByRole('heading', { level: 1, name: lands.split('/').at(-1) ?? '' }).waitFor();
    expect(await page.getByRole('listbox').count(), 'the list is gone').toBe(0);
    expect(visitor.complaints).toEqual([]);
  });

  test('nothing found says so, what is no expression says so, Esc leaves', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/`);
    await live(page);
    await page.keyboard.press('/');
    await page.keyboard.type('no such thing');
    await page.getByRole('search').getByText('Nothing matches').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('web-(');
    await page
      .getByRole('search')
      .getByRole('status')
      .filter({ hasNotText: /^Nothing matches “no such/ })
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: /^Search/, expanded: false }).waitFor();
    expect(await page.getByRole('listbox').count()).toBe(0);
    expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('keys lead to the views and through their rows', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/`);
    await live(page);
    for (const [keys, path] of [
      ['gp', '/problems'],
      ['ge', '/events'],
      ['gd', '/dashboards'],
      ['gg', '/'],
    ] as const) {
      await page.keyboard.type(keys);
      await until(keys, () => Promise.resolve(new URL(page.url()).pathname === path ? true : undefined));
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(visitor.complaints).toEqual([]);
  });
});
