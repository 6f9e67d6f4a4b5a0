import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ROOT } from './server.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, headless. */
export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
}

export const LOOKS = [
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { name: 'light', colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'phone', colorScheme: 'dark', viewport: { width: 390, height: 844 }, hasTouch: true },
] as const;
export type Look = (typeof LOOKS)[number];
const [DARK] = LOOKS;

/** A browser profile of its own, and what its pages complained of. */
export class Visitor implements AsyncDisposable {
  readonly page: Page;
  /**
   * Errors of scripts and of the console, where a breach of the page's policy shows too; emptied by whoever
   * expects some.
   */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (said) => {
      if (said.type() === 'error') this.complaints.push(`${page.url()}: ${said.text()}`);
    });
  }

  static async come(browser: Browser, { name: _, ...look }: Look = DARK): Promise<Visitor> {
    const context = await browser.newContext({ ...look, reducedMotion: 'reduce', acceptDownloads: true });
    context.setDefaultTimeout(20_000);
    return new Visitor(context, await context.newPage());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds wrong with the page, a line a rule. The policy of the page forbids scripts: it goes in from
 * outside.
 */
async function axe(page: Page, rules: readonly string[] | undefined): Promise<string[]> {
  await page.evaluate(AXE);
  const options = JSON.stringify(rules ? { runOnly: rules } : {});
  return strings(
    await page.evaluate(
      `axe.run(${options}).then((r) => r.violations.map((v) =>
        v.id + ': ' + v.help + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')))`,
    ),
  );
}

/** What is wider than the window and cannot be reached without scrolling the page sideways. */
async function sideways(page: Page): Promise<string[]> {
  return strings(
    await page.evaluate(`(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return [];
      const wide = [...document.body.querySelectorAll('*')]
        .filter((e) => e.getBoundingClientRect().right > clientWidth + 1).slice(-3)
        .map((e) => e.outerHTML.slice(0, 120));
      return ['scrolls sideways by ' + (scrollWidth - clientWidth) + ' px: ' + wide.join(' | ')];
    })()`),
  );
}

const TARGET_PX = 44;

/** Controls that a thumb would miss: links of the navigation, buttons, fields. */
async function smallTargets(page: Page): Promise<string[]> {
  return strings(
    await page.evaluate(`[...document.querySelectorAll(
        'nav a, header a, button, select, input, summary, [role=option], [role=tab]')]
      .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.disabled)
      .map((e) => [e, (e.closest('label') ?? e).getBoundingClientRect(), e.getBoundingClientRect()])
      // What is out of sight is for screen readers, or for the keyboard.
      .filter(([, , { width, height, right }]) => width > 1 && height > 1 && right > 0)
      .filter(([, { width, height }]) => Math.min(width, height) < ${TARGET_PX - 0.5})
      .map(([e, { width, height }]) => 'small target ' + Math.round(width) + '×' + Math.round(height) + ': '
        + (e.getAttribute('aria-label') || e.textContent || e.outerHTML).slice(0, 80))`),
  );
}

/** Everything that is wrong with how the page looks now. */
export async function faultsOf(page: Page, look: Look = DARK): Promise<string[]> {
  return [
    // Light is dark in other colours.
    ...(await axe(page, look.name === 'light' ? ['color-contrast'] : undefined)),
    ...(await sideways(page)),
    ...(look.name === 'phone' ? await smallTargets(page) : []),
  ];
}

const OUTPUT = join(ROOT, 'test/output');

/** For people to look at: `test/output/NAME.png`. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(OUTPUT, { recursive: true });
  await page.screenshot({ path: join(OUTPUT, `${name}.png`) });
}

/** The page is up and its numbers move. */
export async function live(page: Page): Promise<void> {
  await page
    .getByRole('status')
    .filter({ hasText: /^live$/ })
    .waitFor();
}

function strings(found: unknown): string[] {
  return Array.isArray(found) ? found.map(String) : [`no list: ${String(found)}`];
}
