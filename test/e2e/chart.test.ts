import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { live, Visitor } from './browser.ts';
import { until } from './server.ts';
import { Stage } from './stage.ts';
import type { Locator, Page } from 'playwright-core';
import type { SeriesAnswer } from '../../src/contract/api.ts';

const HISTORY_S = 480;
const STEP_S = 15;
const VIEW = '/hosts/web/web-1?range=10m';

function rangeOf(page: Page): { from: number; to: number } | undefined {
  const { searchParams } = new URL(page.url());
  if (!searchParams.has('from')) return undefined;
  return { from: Number(searchParams.get('from')), to: Number(searchParams.get('to')) };
}

function chartOf(page: Page, metric: string): Locator {
  return page.getByRole('application', { name: new RegExp(`^${metric} of web-1 in web`) });
}

/** Draws a span of a chart, as shares of its width. */
async function drag(page: Page, chart: Locator, from: number, to: number): Promise<void> {
  const box = await chart.boundingBox();
  if (!box) throw new Error('no chart');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, y, { steps: 5 });
  await page.mouse.up();
}

async function save(page: Page, metric: string, what: 'Values as CSV' | 'Picture as PNG') {
  await page.getByRole('button', { name: `Save ${metric}` }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: what }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Seconds and values of a chart's CSV. */
async function rows(page: Page, metric: string): Promise<[number, number][]> {
  const { bytes } = await save(page, metric, 'Values as CSV');
  const [head, ...lines] = bytes.toString('utf8').trim().split('\r\n');
  expect(head).toMatch(/^time,epoch_s,/);
  return lines
    .map((line) => line.split(','))
    .filter(([, , value]) => value !== '')
    .map(([time = '', second, value]) => {
      expect(Date.parse(time)).toBe(Number(second) * 1000);
      return [Number(second), Number(value)];
    });
}

describe('charts', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set({ groups: ['web'], more: 'store: { type: memory }\n' });
    const nowS = Math.floor(Date.now() / 10_000) * 10;
    const times = Array.from({ length: HISTORY_S / 10 }, (_, i) => nowS - HISTORY_S + i * 10);
    for (const [plugin, value] of [
      ['alpha', 7.25],
      ['beta', 3],
    ] as const)
      stage.agents('web').collectd(
        'web-1',
        plugin,
        times.map((timeS) => [timeS, value]),
      );
    await until('the history', async () => {
      const { series } = await stage.server.get<SeriesAnswer>(
        '/api/v1/series?cluster=web&host=web-1&metric=.*&from=-10m',
      );
      const full = series.filter(({ values }) => values.filter((v) => v !== null).length > 20);
      return full.length === 2 ? true : undefined;
    });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  test('a drag zooms all of them, back and a double click return', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}${VIEW}`);
    await live(page);
    const whole = await rows(page, 'beta/gauge');
    await drag(page, chartOf(page, 'alpha/gauge'), 0.4, 0.7);
    const range = await until('the range in the address', () => Promise.resolve(rangeOf(page)));
    const lengthS = range.to - range.from;
    expect(lengthS).toBeGreaterThan(60);
    expect(lengthS).toBeLessThan(300);
    for (const metric of ['alpha/gauge', 'beta/gauge']) {
      const zoomed = await rows(page, metric);
      expect(zoomed.length).toBeGreaterThan(2);
      expect(zoomed.length).toBeLessThan(whole.length);
      // The last row may end a step behind the range.
      const outside = zoomed.filter(([second]) => second < range.from || second > range.to + STEP_S);
      expect(outside).toEqual([]);
    }
    await page.goBack();
    await until('the range of before', async () => (rangeOf(page) ? undefined : true));
    expect(new URL(page.url()).search).toBe('?range=10m');
    await page.goForward();
    await until('zoomed again', () => Promise.resolve(rangeOf(page)));
    await chartOf(page, 'beta/gauge').dblclick();
    await until('all of it again', async () => (rangeOf(page) ? undefined : true));
    expect(new URL(page.url()).searchParams.get('range')).toBe('10m');
    expect((await rows(page, 'alpha/gauge')).length).toBeGreaterThan(20);
    expect(visitor.complaints).toEqual([]);
  });

  test('what is saved is what is shown: the values as CSV, a picture as PNG', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}${VIEW}`);
    await live(page);
    expect(new Set((await rows(page, 'alpha/gauge')).map(([, value]) => value))).toEqual(new Set([7.25]));
    expect(new Set((await rows(page, 'beta/gauge')).map(([, value]) => value))).toEqual(new Set([3]));
    const { name, bytes } = await save(page, 'alpha/gauge', 'Picture as PNG');
    expect(name).toMatch(/^web-web-1-alpha_gauge-\d{8}T\d{6}Z-\d{8}T\d{6}Z\.png$/);
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([bytes.readUInt32BE(16) > 300, bytes.readUInt32BE(20) > 100]).toEqual([true, true]);
    expect(visitor.complaints).toEqual([]);
  });

  test('a copied address shows the same to somebody else', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    await using visitor = await Visitor.come(stage.browser);
    await visitor.page.goto(`${stage.url}/hosts/web/web-1`);
    await visitor.page.getByRole('searchbox', { name: 'Filter metrics' }).fill('alpha');
    await until('the filter in the address', () =>
      Promise.resolve(new URL(visitor.page.url()).searchParams.get('q') === 'alpha' ? true : undefined),
    );
    await visitor.page.getByRole('link', { name: '10 min' }).click();
    await drag(visitor.page, chartOf(visitor.page, 'alpha/gauge'), 0.4, 0.7);
    const range = await until('the range in the address', () => Promise.resolve(rangeOf(visitor.page)));
    expect(range.to).toBeLessThan(nowS);
    const seen = await rows(visitor.page, 'alpha/gauge');

    await using colleague = await Visitor.come(stage.browser);
    await colleague.page.goto(visitor.page.url());
    await live(colleague.page);
    expect(await rows(colleague.page, 'alpha/gauge')).toEqual(seen);
    expect(await colleague.page.getByRole('searchbox', { name: 'Filter metrics' }).inputValue()).toBe(
      'alpha',
    );
    expect(await chartOf(colleague.page, 'beta/gauge').count()).toBe(0);
    expect([...visitor.complaints, ...colleague.complaints]).toEqual([]);
  });

  test('the keyboard reads a chart', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}${VIEW}`);
    await live(page);
    await chartOf(page, 'alpha/gauge').focus();
    await page.keyboard.press('Home');
    const read = page.getByRole('status').filter({ hasText: '7.25' });
    // The range begins before the history does.
    await until('a value', async () => {
      await page.keyboard.press('ArrowRight');
      return (await read.count()) > 0 ? true : undefined;
    });
    expect(visitor.complaints).toEqual([]);
  });
});
