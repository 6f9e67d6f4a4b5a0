import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diagnosis, host, instance, list, MINUTE_MS, NOW_MS, sender } from '../fleet/diagnosis/evidence.ts';
import { faultsOf, live, LOOKS, picture, Visitor } from './browser.ts';
import { ROOT, run, until } from './server.ts';
import { Stage } from './stage.ts';
import type { DiagnosisAnswer } from '../../src/contract/instances.ts';
import type { Evidence } from '../../src/fleet/diagnosis/scene.ts';
import type { Page } from 'playwright-core';

const held = {
  digest: 'abc',
  since_ms: NOW_MS - 7 * MINUTE_MS,
  gone: 12,
  groups: [{ group: 'web', gone: 12, of: 20 }],
  first: [{ group: 'web', host: 'web-10.eu-west-1.compute.internal', instance_id: 'i-0af31c22b6e0' }],
  words: '12 of 20 instances of web are missing; shrink_max is 30 %',
};
const left = { kind: 'left', reason: 'deregistered', sinceMs: NOW_MS - 9 * MINUTE_MS } as const;

/** Something of every kind. */
const EVERYTHING: Partial<Evidence> = {
  instances: [
    instance({ host: 'web-1', addresses: ['10.0.0.1'] }),
    instance(),
    ...Array.from({ length: 7 }, (_, i) => instance({ cluster: 'batch', host: `job-${i}` })),
    instance({ host: 'web-3', addresses: ['10.0.0.3'], standing: left }),
  ],
  hosts: [
    host('web-1', { address: '10.0.0.1' }),
    host('web-3', { address: '10.0.0.3' }),
    host('localhost', { address: '10.0.0.4', conflict: '10.0.0.4 and 10.0.0.5 in turns', skewMs: -95_000 }),
  ],
  senders: [
    ...Array.from({ length: 9 }, (_, i) => sender(`10.8.0.${i}`, { reasons: ['unsigned'] })),
    sender('10.0.0.1', { reasons: ['user-host'] }),
    sender('10.9.9.9', {
      hosts: ['a-name-that-is-longer-than-any-telephone-is-wide.eu-west-1.compute.internal'],
    }),
  ],
  lists: [list({ held }), list({ name: 'chef', fault: 'no answer within 10 s', read_ms: 0 })],
};

/** The server finds what a test wants it to. */
async function finds(page: Page, evidence: Partial<Evidence>): Promise<void> {
  await page.route('**/api/v1/diagnosis*', (route) => route.fulfill({ json: diagnosis(evidence) }));
  await page.route('**/api/v1/reconcilers', (route) => route.fulfill({ json: evidence.lists ?? [] }));
}

describe('who talks to the server', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.set({ groups: ['web', 'batch'], more: 'store: { type: memory }\n' });
    // A clock that lost a month: nothing of it fits into the group's window.
    stage.agents('web').collectd('web-2', 'alpha', [[Math.floor(Date.now() / 1000) - 30 * 86_400, 7]]);
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  test('the API and muster doctor tell the same, and the page points at it', async () => {
    const answer = await until('a finding', async () => {
      const found = await stage.server.get<DiagnosisAnswer>('/api/v1/diagnosis?group=web');
      return found.findings.length > 0 ? found : undefined;
    });
    expect(answer.kinds).toEqual([{ kind: 'clock-skew', count: 1, critical: 1 }]);
    const { code, out } = await run(join(ROOT, 'script/muster'), [
      'doctor',
      '--config',
      stage.file,
      '--group',
      'web',
    ]);
    expect([code, out]).toEqual([1, expect.stringContaining('Clocks that are off (1)')]);
    expect(out).toContain('      sudo chronyc makestep\n');
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await page.goto(`${stage.url}/`);
    await live(page);
    await page.getByRole('link', { name: /Senders\s*1/u }).click();
    await page
      .getByRole('region', { name: 'Clocks that are off' })
      .getByText('sudo chronyc makestep')
      .waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  test.for(LOOKS)('$name: axe finds nothing, nothing scrolls sideways, a thumb hits', async (look) => {
    await using visitor = await Visitor.come(stage.browser, look);
    const { page } = visitor;
    await finds(page, EVERYTHING);
    await page.goto(`${stage.url}/senders`);
    await page.getByRole('button', { name: 'They are really gone' }).click();
    await page.getByText('gone from list cloud').waitFor();
    expect([...(await faultsOf(page, look)), ...visitor.complaints]).toEqual([]);
    await picture(page, `diagnosis ${look.name}`);
    await finds(page, {});
    await page.goto(`${stage.url}/senders?group=batch`);
    await page.getByText('What is looked for').click();
    await page.getByText('script/muster doctor --group batch').waitFor();
    expect([...(await faultsOf(page, look)), ...visitor.complaints]).toEqual([]);
    await picture(page, `diagnosis nothing ${look.name}`);
  });

  test('the gravest kind first; the keyboard goes from finding to finding; a filter narrows both', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await finds(page, EVERYTHING);
    await page.goto(`${stage.url}/senders`);
    const heads = page.locator('main h2');
    await heads.filter({ hasText: 'Lists held until confirmed' }).waitFor();
    expect((await heads.allTextContents()).slice(0, 3)).toEqual([
      'Lists held until confirmed',
      'Registered, never heard',
      'Wrong keys',
    ]);
    const unheard = page.getByRole('region', { name: 'Registered, never heard' });
    expect(await unheard.getByRole('article').count()).toBe(2);
    await page
      .getByRole('region', { name: 'Wrong keys' })
      .getByRole('button', { name: 'Show 4 more' })
      .click();
    expect(await page.getByRole('region', { name: 'Wrong keys' }).getByRole('article').count()).toBe(9);
    for (let i = 0; i < 2; i += 1) await page.keyboard.press('j');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
    await page.getByLabel('Filter senders').fill('localhost');
    await page.waitForURL(/q=localhost/u);
    await page.getByRole('region', { name: 'One name, several machines' }).waitFor();
    expect(await unheard.count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
  });

  test('a list is confirmed after its preview; a refusal is told', async () => {
    await using visitor = await Visitor.come(stage.browser);
    const { page } = visitor;
    await finds(page, EVERYTHING);
    const sent: unknown[] = [];
    await page.route('**/api/v1/reconcilers/cloud/confirm', (route) => {
      sent.push(route.request().postDataJSON());
      return route.fulfill({
        status: 409,
        json: { code: 'list_changed', message: 'other instances are missing now', cure: 'look again' },
      });
    });
    await page.goto(`${stage.url}/senders?group=web`);
    await page.getByText('12 of 20 would go').waitFor();
    await page.getByRole('button', { name: 'They are really gone' }).click();
    await page.getByText('web-10.eu-west-1.compute.internal').waitFor();
    await page.getByRole('button', { name: 'Retire 12 instances' }).click();
    await page.getByText('Other instances are missing now. Look again.').waitFor();
    expect(sent).toEqual([{ digest: 'abc' }]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'They are really gone' }).waitFor();
  });
});
