import { faultsOf, live, picture } from './browser.ts';
import type { Page } from 'playwright-core';
import type { Look, Visitor } from './browser.ts';

export interface View {
  readonly name: string;
  readonly path: string;
  /** Words of it that come last. */
  readonly shows: string;
  /** To be done first. */
  readonly step?: (page: Page) => Promise<void>;
  /** What it shows is not there: the server's 404 is no fault. */
  readonly missing?: true;
}

interface Survey {
  readonly url: string;
  readonly look: Look;
  /** Before the names of the pictures. */
  readonly series?: string;
}

/** Looks at one view after the other, takes its picture, and says all that is wrong with any. */
export async function survey(
  { page, complaints }: Visitor,
  views: readonly View[],
  { url, look, series = '' }: Survey,
): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, path, shows, step, missing = false } of views) {
    await page.goto(`${url}${path}`);
    const found: string[] = [];
    try {
      await live(page);
      await step?.(page);
      await page.getByText(shows).filter({ visible: true }).first().waitFor();
      await settled(page);
      found.push(...(await faultsOf(page, look)));
    } catch (error) {
      found.push(String(error));
    }
    await picture(page, `${series}${name} ${look.name}`);
    found.push(...complaints.splice(0).filter((said) => !missing || !said.includes('404 (Not Found)')));
    faults.push(...found.map((fault) => `${name}: ${fault}`));
  }
  return faults;
}

/** Charts come after their history; a page that reads on and on is looked at all the same. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
}
