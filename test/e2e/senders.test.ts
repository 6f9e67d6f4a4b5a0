import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf, live, LOOKS, picture, Visitor } from './browser.ts';
import { until } from './server.ts';
import { Stage } from './stage.ts';
import type { Locator, Page } from 'playwright-core';
import type { LossView, SourcesAnswer } from '../../src/contract/api.ts';

const DAY_S = 86_400;

function refused(page: Page) {
  return page.getByRole('region', { name: 'Refused in the last hour' });
}

describe('who sends what', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.set({
      groups: ['web', 'db', 'empty', 'deaf'],
      more: 'store: { type: memory }\n',
    });
    const nowS = Math.floor(Date.now() / 1000);
    const points = Array.from({ length: 30 }, (_, i) => [nowS - 300 + i * 10, 7] as const);
    stage.agents('db').collectd('db-1', 'alpha', points);
    stage.agents('web').collectd('web-1', 'alpha', points);
    // A clock that lost a month: nothing of it fits into the group's window.
    stage.agents('web').collectd('web-2', 'alpha', [[nowS - 30 * DAY_S, 7]]);
    stage.agents('deaf').send(new Uint8Array([1, 2, 3]));
    await until('all senders', async () => {
      const { sources } = await stage.server.get<SourcesAnswer>('/api/v1/sources');
      const refused = sources.filter((source) => source.refused.length > 0);
      return sources.length === 3 && refused.length === 2 ? true : undefined;
    });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  test.for(LOOKS)('$name: axe finds nothing, nothing scrolls sideways, a thumb hits', async (look) => {
    await using visitor = await Visitor.come(stage.browser, look);
    const { page } = visitor;
    await page.goto(`${stage.url}/senders`);
    const group = page.getByLabel('Group');
    for (const [shows, choose] of [
      ['from too far in the past', null],
      ['web-1', () => group.selectOption('web')],
      ['Nobody sends yet to empty', () => group.selectOption('empty')],
      ['No sender of empty has', () => page.getByLabel('Filter senders').fill('nobody')],
    ] as const) {
      await choose?.();
      await page.getByText(shows).first().waitFor();
      expect([shows, ...(await faultsOf(page, look)), ...visitor.complaints]).toEqual([shows]);
      await picture(page, `senders ${shows} ${look.name}`);
    }
  });

  test('what was refused stands first, with its reason and its cure; the rest below', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/`);
    await live(page);
    await page.getByRole('region', { name: 'Data health' }).getByText('2 senders refused').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForURL(/\/senders$/);
    expect(await page.title()).toMatch(/Senders/);
    const card = refused(page).getByRole('article', { name: '127.0.0.1 in web' });
    await card.getByText('1 value', { exact: true }).waitFor();
    await card.getByText("Set the sender's clock").waitFor();
    expect(await card.getByRole('link', { name: 'web-1' }).getAttribute('href')).toBe('/hosts/web/web-1');
    const rows = page.getByRole('table', { name: 'Senders' }).getByRole('row');
    expect(await rows.nth(1).textContent()).toContain('127.0.0.1');
    expect(await rows.nth(1).textContent()).toContain('db');

    await page.getByLabel('Group').selectOption('db');
    await page.waitForURL(/group=db/);
    await page.getByRole('article', { name: '127.0.0.1 in db' }).waitFor();
    await page.goBack();
    await card.waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  test('a group without a host says that somebody is refused there', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/clusters/deaf`);
    await page.getByRole('link', { name: '1 sender refused: see why' }).click();
    await page.waitForURL(/\/senders\?group=deaf$/);
    await page.getByText('none of the formats known here').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  test('a server that does not tell: what happened, and what to do', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.route('**/api/v1/sources*', (route) =>
      route.fulfill({
        status: 503,
        json: { code: 'busy', message: 'a worker does not answer', cure: 'look at the log' },
      }),
    );
    // The page asks again in its own time.
    await page.clock.install();
    const shown = (what: Locator) =>
      until(String(what), async () => {
        await page.clock.fastForward(1000);
        return (await what.isVisible()) ? true : undefined;
      });
    await page.goto(`${stage.url}/senders`);
    await shown(page.getByText('A worker does not answer.'));
    await page.getByText('Look at the log.').waitFor();
    await page.unroute('**/api/v1/sources*');
    await shown(refused(page));
  });

  test('a graph hatches what was lost, and says how much', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    const nowMs = Date.now();
    const lost: LossView = {
      cluster: 'web',
      from_ms: nowMs - 400_000,
      to_ms: nowMs - 200_000,
      packets: 1234,
      reasons: ['kernel'],
    };
    await page.route('**/api/v1/losses*', (route) => route.fulfill({ json: [lost] }));
    await page.goto(`${stage.url}/hosts/web/web-1?range=10m`);
    const chart = page.getByRole('application', { name: /^alpha.*lost 1.234 datagrams in this range$/ });
    await page.getByText('data lost').waitFor();
    await chart.hover();
    await page
      .getByRole('status')
      .filter({ hasText: /web lost 1.234 datagrams between/ })
      .waitFor();
    expect([...(await faultsOf(page)), ...visitor.complaints]).toEqual([]);
    await picture(page, 'data lost dark');
  });
});
