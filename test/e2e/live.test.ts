import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { live, Visitor } from './browser.ts';
import { until } from './server.ts';
import { Stage } from './stage.ts';
import type { Page } from 'playwright-core';

/** Stays as long as the page is the same one. */
async function remember(page: Page): Promise<void> {
  await page.evaluate('globalThis.remembered = true');
}

async function reloaded(page: Page): Promise<boolean> {
  return (await page.evaluate('globalThis.remembered === true')) !== true;
}

async function icon(page: Page): Promise<string> {
  return (await page.locator('link[rel=icon]').getAttribute('href')) ?? '';
}

describe('an open page, without a reload', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set({
      groups: ['web', 'late'],
      services: [
        '{ name: queue, metric: queue, warning: "5", critical: "50", max_check_attempts: 1 }',
        '{ name: ping, host: web-1, command: [/bin/echo, "PING OK - a|rta=3ms;50"], check_interval: 1h }',
        '{ name: backup, host: web-1, passive: true }',
      ],
    });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  test('a value that is sent is the number on the page', async () => {
    stage.agents('web').gmond('web-1', 'visitors', 37.25, { units: 'people' });
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/hosts/web/web-1`);
    const card = page.getByRole('region', { name: 'visitors' });
    await card.getByText(/^37\.3/).waitFor();
    await remember(page);
    stage.agents('web').gmond('web-1', 'visitors', 1234, { units: 'people' });
    await card.getByText(/^1\.23\sk/).waitFor();
    expect(await reloaded(page)).toBe(false);
    expect(visitor.complaints).toEqual([]);
  });

  test('an empty group becomes its first host', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/clusters/late`);
    await page.getByText('waits for its first host').waitFor();
    await live(page);
    await remember(page);
    stage.agents('late').gmond('late-1', 'load_one', 0.5);
    await page.getByRole('link', { name: 'late-1' }).first().waitFor();
    expect(await page.getByText('waits for its first host').count()).toBe(0);
    expect(await reloaded(page)).toBe(false);
    expect(visitor.complaints).toEqual([]);
  });

  test('a problem comes and goes: in the list, the title and the icon', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    stage.agents('web').gmond('web-1', 'queue', 1);
    await page.goto(`${stage.url}/problems`);
    await page.getByText('All well').waitFor();
    await live(page);
    await remember(page);
    const calm = { title: await page.title(), icon: await icon(page) };
    expect(calm.title).toBe('● Problems · Muster');

    stage.agents('web').gmond('web-1', 'queue', 99);
    await page.getByRole('link', { name: 'queue on web-1' }).waitFor();
    await page.getByText('queue is 99').first().waitFor();
    expect(await page.title()).toBe('■ 1 · Problems · Muster');
    expect(await icon(page)).not.toBe(calm.icon);

    stage.agents('web').gmond('web-1', 'queue', 1);
    await page.getByText('All well').waitFor();
    expect({ title: await page.title(), icon: await icon(page) }).toEqual(calm);
    expect(await reloaded(page)).toBe(false);
    expect(visitor.complaints).toEqual([]);
  });

  test('a filter and a choice stand in the address: a copy of it shows the same', async () => {
    for (const host of ['web-1', 'web-2', 'cache-1']) stage.agents('web').gmond(host, 'queue', 60);
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/clusters/web`);
    await page.getByRole('searchbox', { name: /^Filter/ }).fill('cache');
    await page.getByRole('heading', { name: '1 of 3 hosts' }).waitFor();
    const cluster = page.url();
    await page.goto(`${stage.url}/problems`);
    await page.getByRole('button', { name: /^Services of/ }).click();
    await page.getByRole('main').getByRole('link', { name: 'web-2' }).first().click();
    await page.getByRole('region', { name: 'queue on web-2' }).waitFor();
    const problem = page.url();

    await using colleague = await Visitor.come(stage.browser);
    await colleague.page.goto(cluster);
    await colleague.page.getByRole('heading', { name: '1 of 3 hosts' }).waitFor();
    expect(await colleague.page.getByRole('searchbox', { name: /^Filter/ }).inputValue()).toBe('cache');
    await colleague.page.goto(problem);
    await colleague.page.getByRole('region', { name: 'queue on web-2' }).waitFor();
    expect([...visitor.complaints, ...colleague.complaints]).toEqual([]);
  });

  test('a plugin is run at once, and results are reported, from a service’s page', async () => {
    stage.agents('web').gmond('web-1', 'visitors', 40, { units: 'people' });
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    const of = (service: string) => `${stage.url}/service?cluster=web&host=web-1&service=${service}`;
    await page.goto(of('ping'));
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('Checked: ok').waitFor();
    await page.getByText('PING OK - a').first().waitFor();
    await page.getByRole('row', { name: /^rta 3\.00\sms above 50 ms/ }).waitFor();

    await page.goto(of('backup'));
    await page.getByText('no result yet').waitFor();
    for (const { state, output } of [
      { state: 'CRITICAL', output: 'tape <b>torn</b>' },
      { state: 'OK', output: 'tape mended' },
    ]) {
      await page.getByRole('button', { name: 'Send a result' }).click();
      const form = page.getByRole('form', { name: 'Send a result' });
      await form.getByRole('combobox').selectOption(state);
      await form.getByRole('textbox').fill(output);
      await form.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText(`Taken: ${state.toLowerCase()}`).waitFor();
      await page.getByRole('region', { name: 'Changes of state' }).getByText(output).waitFor();
    }
    expect(visitor.complaints).toEqual([]);
  });

  test('the server dies: the page says so and how old it is, and goes on by itself', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    stage.agents('web').gmond('web-1', 'visitors', 40, { units: 'people' });
    await page.goto(`${stage.url}/hosts/web/web-1?q=visitors&range=10m`);
    await page
      .getByText(/^40(\.0)?\speople/)
      .first()
      .waitFor();
    await live(page);
    await remember(page);
    await stage.server.program.end('SIGKILL');
    await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor();
    await page.getByText(/Connection lost \d+\ss ago: what you see is as of/).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /^reconnecting · \d+\ss old$/ })
      .waitFor();
    expect(await page.title(), 'nobody knows how many problems there are').toBe(
      '⚠ disconnected · web-1 · Muster',
    );
    // The age grows.
    await page.getByText(/Connection lost ([3-9]|\d\d)\ss ago/).waitFor();

    const missed = page.waitForResponse((response) => response.url().includes('/api/v1/series'));
    await stage.restart();
    await live(page);
    expect((await missed).ok(), 'what happened meanwhile is asked for').toBe(true);
    await until('the banner gone', async () =>
      (await page.getByText('Connection lost').count()) === 0 ? true : undefined,
    );
    stage.agents('web').gmond('web-1', 'visitors', 55, { units: 'people' });
    await page
      .getByText(/^55(\.0)?\speople/)
      .first()
      .waitFor();
    expect(await reloaded(page)).toBe(false);
  });
});
