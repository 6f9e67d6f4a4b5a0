import type { Page } from '../model/service-state.ts';

/** What a page says, service by service, as if each had a page of its own: as tests of checks expect it. */
export function partsOf(page: Page): Page[] {
  const news = page.services.filter((one) => one.news !== 'open');
  if (news.length < 2) return [page];
  return news.map((one) => {
    const { cluster, host, service, state, stateType, output, sinceMs, notes, runbook } = one;
    const own = { cluster, host, service, state, stateType, output, sinceMs, notes, runbook };
    const kind = one.news === 'open' ? page.kind : one.news;
    return { ...page, ...own, kind, services: [one], count: 1 };
  });
}
