import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf, live, LOOKS, picture, Visitor } from './browser.ts';
import { until } from './server.ts';
import { Stage } from './stage.ts';
import { settled } from './survey.ts';
import type { Locator, Page } from 'playwright-core';
import type { HostView } from '../../src/contract/api.ts';

/** One of each kind, as somebody may write it. */
const EVERYTHING = `title: Everything
variables: [cluster, host]
panels:
  - text: Who to call, https://example.net/on-call says.
  - value: Visitors
    metric: visitors
    aggregate: sum
    units: people
  - graph: Visitors of each host
    metric: visitors
  - stacked: Visitors, stacked
    metric: visitors
  - heatmap: Who is busy
    metric: visitors
  - table: Hosts
    columns: [{ metric: visitors, label: people }]
  - states: Services
    problem: false
`;

function choice(page: Page, name: string): Locator {
  return page.getByRole('combobox', { name, exact: true });
}

/** The server's notes say it too, folded. */
async function told(page: Page, words: RegExp): Promise<void> {
  await page.getByRole('main').getByText(words).filter({ visible: true }).first().waitFor();
}

describe('dashboards are files', () => {
  let stage: Stage;
  const write = (text: string) => writeFileSync(join(stage.dir, 'dashboards/everything.yaml'), text);

  beforeAll(async () => {
    stage = await Stage.set({
      groups: ['web', 'shop'],
      services: ['{ name: visitors, metric: visitors, warning: "1000" }'],
      files: { 'dashboards/everything.yaml': EVERYTHING },
    });
    stage.agents('web').gmond('web-1', 'visitors', 20);
    stage.agents('web').gmond('web-2', 'visitors', 22);
    stage.agents('shop').gmond('shop-1', 'visitors', 300);
    await until('all hosts', async () => {
      const hosts = await stage.server.get<HostView[]>('/api/v1/hosts');
      return hosts.length === 3 ? true : undefined;
    });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  test.for(LOOKS)('a panel of each kind, $name', async (look) => {
    await using visitor = await Visitor.come(stage.browser, look);
    const { page } = visitor;
    await page.goto(`${stage.url}/dashboards/everything`);
    await live(page);
    await page
      .getByText(/^342\speople/)
      .first()
      .waitFor();
    await settled(page);
    expect([...(await faultsOf(page, look)), ...visitor.complaints]).toEqual([]);
    await picture(page, `dashboard everything ${look.name}`);
  });

  test('the variables stand in the address, and a copy of it shows the same', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/dashboards/everything`);
    await choice(page, 'Cluster').selectOption('web');
    await page
      .getByText(/^42(\.0)?\speople/)
      .first()
      .waitFor();
    await choice(page, 'Host').selectOption('web-2');
    await page
      .getByText(/^22(\.0)?\speople/)
      .first()
      .waitFor();
    expect(new URL(page.url()).search).toBe('?cluster=web&host=web-2');

    await using colleague = await Visitor.come(stage.browser);
    await colleague.page.goto(page.url());
    await colleague.page
      .getByText(/^22(\.0)?\speople/)
      .first()
      .waitFor();
    expect(await choice(colleague.page, 'Host').inputValue()).toBe('web-2');
    expect([...visitor.complaints, ...colleague.complaints]).toEqual([]);
  });

  test('a file that is saved shows at once; a broken one says where, and the last good one stays', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/dashboards/everything`);
    await live(page);
    await page.evaluate('globalThis.remembered = true');
    write(EVERYTHING.replace('Visitors of each host', 'People, live'));
    await page.getByRole('heading', { name: 'People, live' }).waitFor();

    write(EVERYTHING.replace('aggregate: sum', 'agregate: sum'));
    await page.getByText('This dashboard’s file has a fault').waitFor();
    await told(page, /dashboards\/everything\.yaml:7:5.*agregate/);
    await page.getByRole('heading', { name: 'People, live' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await picture(page, 'dashboard with a fault dark');
    await page.goto(`${stage.url}/dashboards`);
    await told(page, /dashboards\/everything\.yaml:7:5/);
    await page.goBack();

    write(EVERYTHING);
    await page.getByRole('heading', { name: 'Visitors of each host' }).waitFor();
    expect(await page.getByText('has a fault').count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
  });
});
